"""An upgrade tried on a copy of a company's own database, with every invariant before and after.

Nothing of it reaches outside. The copy is known to no worker, so none of its jobs runs; it counts
as a sample company, which sends no mail and calls no webhook; and whatever the kernel tells others
goes to nobody.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from core.addons import upgrading
from core.addons.health_counts import HealthCounts
from core.addons.recorded import Compared
from core.addons.states import TenantStates
from core.addons.under_way import UnderWay
from core.auth.actors import ActorCache
from core.cache import open_cache
from core.channels import Channels
from core.custom.registry import CustomFields
from core.db.memory import Memory
from core.errors import AppError, NotFound
from core.files import TenantFiles
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.tenancy.witness import Noted
from core.webhooks.subscriptions import Subscriptions
from tenants import organizations
from tenants.control import control
from tenants.health import Finding, of_tenant
from tenants.provisioning.scratch import scratch_copy
from tenants.provisioning.templates import Progress, quiet
from tenants.upgrading.models import Rehearsal
from tenants.upgrading.release import release_of

_TABLES: Final = text(
    "SELECT schemaname, tablename FROM pg_catalog.pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
)
_KERNEL: Final = "core."


@dataclass(frozen=True, slots=True)
class Compare:
    """An invariant or a table before and after; None where it could not be asked, or was not."""

    name: str
    before: str | int | None
    after: str | int | None
    well: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it: it passed if there are no `problems`. The seconds are those of the copy, on
    which nobody else works."""

    slug: str
    release: str
    copy_seconds: float
    upgrade_seconds: float
    upgraded: tuple[str, ...]
    invariants: tuple[Compare, ...]
    tables: tuple[Compare, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the company can be upgraded with nothing to fear."""
        return not self.problems


def rehearse(kernel: Kernel, slug: str, progress: Progress = quiet) -> Report:
    """Copy the company's database, upgrade the copy, compare, drop the copy, and keep the report.

    Raises NotFound, and Unavailable where it could not be copied.
    """
    tenant = kernel.directory.find_slug(slug)
    if tenant is None or tenant.is_control:
        raise NotFound(phrase("There is no tenant {slug}.", slug=repr(slug)))
    with kernel.session(control(kernel), readonly=True) as session:
        organization = organizations.find(session, slug)
        organizations.refuse_moving(session, organization)
        server = organization.server
    progress("Copying the database")
    began = time.monotonic()
    database = tenant.runtime.database
    with scratch_copy(server, kernel.secrets, database) as logins, _muted(kernel, tenant) as muted:
        copied = time.monotonic() - began
        scratch = logins.runtime.role.removesuffix("_run")
        copy = replace(
            tenant,
            id=scratch.replace("aorabooks_", ""),
            status="creating",
            sample_of=tenant.id,
            runtime=replace(tenant.runtime, database=scratch, **_login(logins.runtime)),
            owner=replace(tenant.owner, database=scratch, **_login(logins.owner)),
        )
        try:
            report = _tried(muted, copy, slug, copied, progress)
        finally:
            kernel.engine.broker.forget(scratch)
    with kernel.session(control(kernel)) as session:
        kept = Rehearsal(
            organization_id=tenant.id,
            release=report.release,
            passed=report.passed,
            report=asdict(report),
        )
        session.add(kept)
    return report


def _tried(kernel: Kernel, copy: Tenant, slug: str, copied: float, progress: Progress) -> Report:
    progress("Asking what must always be true")
    before, rows_before = _findings(kernel, copy), _rows(kernel, copy)
    progress("Upgrading the copy")
    began, problems, upgraded = time.monotonic(), [], ()
    try:
        done = upgrading.bring_current(kernel, copy)
        upgraded = done.addons
        problems += [f"{name}: {why}" for name, why in done.suspended.items()]
    except AppError as error:
        problems.append(str(error.__cause__ or error.message))
    took = time.monotonic() - began
    progress("Asking again")
    invariants = _compared(before, _findings(kernel, copy))
    tables = _changed(rows_before, _rows(kernel, copy))
    problems += [f"{each.name}: {each.after}" for each in (*invariants, *tables) if not each.well]
    return Report(
        slug=slug,
        release=release_of(kernel.catalog),
        copy_seconds=round(copied, 2),
        upgrade_seconds=round(took, 2),
        upgraded=upgraded,
        invariants=invariants,
        tables=tables,
        problems=tuple(map(str, problems)),
    )


def _findings(kernel: Kernel, copy: Tenant) -> Mapping[str, Finding]:
    return {finding.name: finding for finding in of_tenant(kernel, copy)}


def _compared(before: Mapping[str, Finding], after: Mapping[str, Finding]) -> tuple[Compare, ...]:
    """Worse is what does not hold afterwards, unless it was seen not to hold before. The checks are
    those of the new release: one that breaks on older tables says nothing of these."""
    found = []
    for name, now in after.items():
        was = before.get(name)
        asked = was is not None and bool(was.figure)
        well = now.holds or (asked and was is not None and not was.holds)
        found.append(Compare(name, _in_words(was) if asked else None, _in_words(now), well))
    gone = [name for name, was in before.items() if name not in after and was.figure]
    return (*found, *(Compare(name, _in_words(before[name]), None) for name in gone))


def _in_words(finding: Finding | None) -> str:
    if finding is None:
        return ""
    return finding.figure if finding.holds else f"{finding.figure}: {finding.detail}".strip(": ")


def _rows(kernel: Kernel, copy: Tenant) -> dict[str, int]:
    """How many rows each table has."""
    with kernel.engine.connect(copy.owner, keep=False) as connection:
        names = [f'"{schema}"."{table}"' for schema, table in connection.execute(_TABLES)]
        return {
            name.replace('"', ""): connection.exec_driver_sql(
                f"SELECT count(*) FROM {name}"  # noqa: S608  names of the catalog, quoted
            ).scalar_one()
            for name in names
        }


def _changed(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Compare, ...]:
    """The tables that have another number of rows. That one of an addon has lost some is not well;
    the kernel keeps things of its own that come and go."""
    return tuple(
        Compare(
            name,
            before.get(name),
            after.get(name),
            name.startswith(_KERNEL) or after.get(name, 0) >= before.get(name, 0),
        )
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


@contextmanager
def _muted(kernel: Kernel, tenant: Tenant) -> Iterator[Kernel]:
    """The same code, with nobody listening and nothing remembered in common."""
    nobody: Any = _Nobody()
    with tempfile.TemporaryDirectory(prefix="aorabooks-try-") as files:
        yield replace(
            kernel,
            board=nobody,
            post=nobody,
            samples=nobody,
            shop=nobody,
            reviews=nobody,
            fleet_health=nobody,
            schema_heads=nobody,
            guest_book=nobody,
            safekeeping=nobody,
            domains=nobody,
            witness=_Remembering(kernel, tenant.id),
            files=TenantFiles(Path(files)),
            cache=open_cache(None),
            channels=Channels(),
            states=TenantStates(kernel.catalog),
            health=HealthCounts(),
            actors=ActorCache(),
            custom_fields=CustomFields(),
            webhooks=Subscriptions(),
            memory=Memory(),
            compared=Compared(),
            under_way=UnderWay(),
        )


class _Nobody:
    """Hears everything and answers nothing."""

    def __getattr__(self, name: str) -> Callable[..., tuple[()]]:
        return lambda *_, **__: ()


@dataclass(frozen=True, slots=True)
class _Remembering:
    """The witness as the company itself would find it; it notes nothing."""

    kernel: Kernel
    tenant_id: str

    def note(self, company_id: str, chain: str, position: int, digest: str) -> None:
        """What happens to a copy never was."""

    def noted(self, company_id: str) -> Mapping[str, Noted]:
        """What was noted of the company."""
        return self.kernel.witness.noted(self.tenant_id)


def _login(login: Any) -> dict[str, str]:
    return {"user": login.role, "password": login.secret}
