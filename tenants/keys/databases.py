"""What each database of the platform keeps sealed, and sealing it anew while everybody works.

Every sealed value names its key, so nothing else has to be written down: whoever was interrupted
begins again and finds done what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.addons.options import held_options
from core.db.base import Model
from core.db.sealed import Held, held
from core.errors import AppError
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import CONTROL_SLUG, control
from tenants.models import Organization
from tenants.provisioning.resealing import reseal_all
from tenants.source import SERVED

AT_ONCE: Final = 4
"""Databases that are looked into at a time."""
Watch = Callable[[int, int, str], None]
_SCHEMAS: Final = text(
    "SELECT DISTINCT schemaname FROM pg_catalog.pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public') ORDER BY 1"
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one database: how much was sealed anew, what it holds now, and why it
    could not be looked into, or not into all of it."""

    slug: str
    resealed: int = 0
    held: tuple[Held, ...] = ()
    problem: str = ""


def look(
    kernel: Kernel, *, anew: bool = False, opens: bool = False, watch: Watch | None = None
) -> Iterator[Looked]:
    """Look into every database, the control plane's first. With `anew`, seal what is under an older
    key; with `opens`, open every value. One that is out of reach holds up no other."""
    yield _looked(kernel, CONTROL_SLUG, control(kernel), anew, opens)
    with kernel.session(control(kernel), readonly=True) as session:
        wanted = select(Organization.slug, Organization.status).order_by(Organization.slug)
        organizations = list(session.execute(wanted))

    def one(slug: str, status: str) -> Looked:
        if status not in SERVED:
            return Looked(slug, problem=_closed(status))
        try:
            tenant = kernel.directory.find_slug(slug)
        except Exception as error:  # its own credentials do not open
            return Looked(slug, problem=str(error))
        if tenant is None:
            return Looked(slug, problem=phrase("It was removed meanwhile."))
        return _looked(kernel, slug, tenant, anew, opens)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="keys") as pool:
        found = pool.map(one, *zip(*organizations, strict=True)) if organizations else iter(())
        for number, each in enumerate(found, start=1):
            if watch is not None:
                watch(number, len(organizations), each.slug)
            yield each


def look_into(session: Session, kernel: Kernel, *, opens: bool = False) -> tuple[Held, ...]:
    """What the database of this session holds sealed."""
    box = kernel.secrets if opens else None
    return (*held(session, box), *held_options(session, box))


def _looked(kernel: Kernel, slug: str, tenant: Tenant, anew: bool, opens: bool) -> Looked:
    try:
        resealed = reseal_all(kernel, tenant) if anew else 0
        with kernel.session(tenant, readonly=True) as session:
            found = look_into(session, kernel, opens=opens)
            strange = sorted(set(session.scalars(_SCHEMAS)) - _known_schemas())
    except AppError as error:
        return Looked(slug, problem=error.message)
    except Exception as error:  # one database that is broken must not hide the others
        return Looked(slug, problem=f"{type(error).__name__}: {error}")
    problem = ""
    if strange:
        problem = phrase(
            "What {addons} keeps sealed cannot be told: it is not loaded here.",
            addons=", ".join(strange),
        )
    return Looked(slug, resealed, found, problem)


def _known_schemas() -> set[str]:
    return {table.schema for table in Model.metadata.sorted_tables if table.schema}


def _closed(status: str) -> str:
    if status in ("binned", "binning"):
        return phrase("It is in the bin: restore it, or remove it for good.")
    return phrase("It is being made, removed or restored: look again when that is done.")
