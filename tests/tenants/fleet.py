"""A small fleet of companies that run the release before, and a process that runs today's."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core import config, log
from core.addons import recorded, states
from core.addons.states import TenantState
from core.db.session import binding
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations, rehearsal
from tenants.composition import kernel_on
from tenants.control import Cluster, control, find_cluster
from tenants.testing.tenants import fresh_tenant
from tenants.upgrading import behind, claims, runner
from tests.addons.stage import earlier_release, load_groups, with_catalog

GROUPS = ("good", "failing")
ADDONS = ("garden", "fails_later")
_NUMBERS = itertools.count(1)


@dataclass
class Fleet:
    """`earlier` and `later` are processes of two releases; the companies are on the earlier one."""

    earlier: Kernel
    later: Kernel
    companies: list[Tenant] = field(default_factory=list)

    @property
    def slugs(self) -> list[str]:
        return [company.slug for company in self.companies]

    def behind(self, kernel: Kernel | None = None) -> set[str]:
        """Which of these companies a release has something to do for, as is recorded."""
        found = behind.standings(kernel or self.later)
        return {each.slug for each in found if each.behind} & set(self.slugs)

    def state(self, company: Tenant) -> TenantState:
        """What is in a company's database."""
        self.later.states.forget(company.id)
        with self.later.session(company) as session:
            return binding(session).context["state"]

    def upgraded(self) -> list[str]:
        """The companies whose garden is of today's release, and works."""
        return [
            company.slug
            for company in self.companies
            if (row := self.state(company).rows["garden"]).state == "enabled"
            and row.version == "2.0.0"
        ]

    def times(self, company: Tenant) -> int:
        """How often its garden was upgraded."""
        asked = "SELECT count(*) FROM core.addon_log WHERE addon = 'garden' AND action = 'upgrade'"
        with self.later.session(company) as session:
            return session.execute(text(asked)).scalar_one()

    def make_fail(self, company: Tenant) -> None:
        """Put in what a migration of today's release stumbles over."""
        with self.later.session(company, role="owner") as session:
            for _ in range(2):
                session.execute(text("INSERT INTO fails_later.jar (label) VALUES ('jam')"))

    def mend(self, company: Tenant) -> None:
        """Take it out again."""
        with self.later.session(company, role="owner") as session:
            session.execute(text("DELETE FROM fails_later.jar"))

    def mark(self, company: Tenant, *, canary: bool) -> None:
        """Make it a canary, or none."""
        with self.later.session(control(self.later)) as session:
            organizations.find(session, company.slug).canary = canary


def apart(cluster: Cluster) -> Cluster:
    """The server of the run, with a control plane that knows no companies of other tests."""
    return replace(cluster, admin=replace(cluster.admin, database="aorabooks_fleet"))


@contextmanager
def fleet(platform: Kernel, folder: Path, size: int) -> Iterator[Fleet]:
    """So many companies, gone afterwards."""
    catalog = platform.catalog
    for name in ADDONS:
        catalog = earlier_release(catalog, name, folder)
    found = Fleet(with_catalog(platform, catalog), with_catalog(platform, platform.catalog))
    with ExitStack() as stack:
        for _ in range(size):
            slug = f"fleet-{next(_NUMBERS)}"
            found.companies.append(
                stack.enter_context(fresh_tenant(found.earlier, slug, addons=ADDONS))
            )
        yield found


STEPS: dict[str, tuple[Any, str, bool]] = {
    "begun": (runner, "_bring_up", False),
    "changed": (recorded, "before_commit", False),
    "doubted": (recorded, "before_commit", True),
    "committed": (recorded, "after_commit", False),
    "told": (recorded, "after_commit", True),
    "done": (runner, "_bring_up", True),
    "noted": (claims.Claim, "end", True),
    "all dealt with": (runner.runs, "advance", False),
}
"""Where in the code each step of a company's upgrade is, and whether to die after it or before."""


def work_and_be_killed(run_id: int, steps: list[str]) -> None:
    """Work on the run, in one process after the other; each is killed at the next step."""
    log.configure()
    settings = config.from_environment()
    catalog = load_groups(*GROUPS)
    for step in steps:
        child = os.fork()
        if child == 0:
            module, name, after = STEPS[step]
            with kernel_on(settings, find_cluster(settings), catalog) as kernel:
                setattr(module, name, _dying(getattr(module, name), after=after))
                runner.work(kernel, run_id, threads=1, stop=lambda: False)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(step, os.waitstatus_to_exitcode(status), flush=True)


def rehearse_and_be_killed(slug: str) -> None:
    """Rehearse with a company, and be killed when its copy is there and open."""
    log.configure()
    settings = config.from_environment()
    with kernel_on(settings, find_cluster(settings), load_groups(*GROUPS)) as kernel:
        rehearsal._tried = _dying(rehearsal._tried, after=False)
        rehearsal.rehearse(kernel, slug)


def _dying(action: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    def run(*args: Any, **values: Any) -> None:
        if after:
            action(*args, **values)
        os.kill(os.getpid(), signal.SIGKILL)

    return run


def unopened(monkeypatch: Any) -> None:
    """Fail whoever looks into a company's database from now on."""
    read = states.read

    def refuse(session: Any, catalog: Any) -> TenantState:
        assert binding(session).tenant.is_control, "a company's database was opened"
        return read(session, catalog)

    monkeypatch.setattr(states, "read", refuse)
