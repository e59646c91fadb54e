"""Whoever is killed while a company is deleted, purged, restored, copied or given new credentials
leaves nothing half done: the sweep, or anybody who tries again, finishes what was begun."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.config import Config
from core.errors import Conflict, NotFound
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import Cluster, control
from tenants.life import finishing, steps
from tenants.models import Organization
from tenants.provisioning.sweep import Swept, sweep
from tenants.testing.tenants import fresh_tenant
from tests import forked
from tests.tenants.killed_life import STEPS, be_killed

ROOT = Path(__file__).parents[2]
AT_ONCE = timedelta(0)


@pytest.fixture
def companies(kernel: Kernel) -> Iterator[dict[str, Tenant]]:
    """One for each step, each with a word of its own in it; gone afterwards, with their copies."""
    with ExitStack() as stack:
        made = {name: stack.enter_context(fresh_tenant(kernel, name, addons=())) for name in STEPS}
        for name, tenant in made.items():
            with kernel.session(tenant) as session:
                session.execute(text("INSERT INTO core.team (name) VALUES (:name)"), {"name": name})
        yield made
        for name in STEPS:
            with kernel.session(control(kernel)) as session:
                copies = session.query(Organization).filter_by(slug=f"{name}-2").all()
                for copy in copies:
                    copy.status = "deleting"
        sweep(kernel, older_than=AT_ONCE)


def status(kernel: Kernel, slug: str) -> str:
    with kernel.session(control(kernel), readonly=True) as session:
        return organizations.find(session, slug).status


def word_in(kernel: Kernel, slug: str) -> str | None:
    tenant = kernel.directory.find_slug(slug)
    assert tenant is not None, slug
    with kernel.session(tenant) as session:
        return session.scalar(text("SELECT name FROM core.team ORDER BY id DESC LIMIT 1"))


def begin_delete(kernel: Kernel, slug: str) -> str:
    with kernel.session(control(kernel)) as session:
        organization = steps.locked(session, organizations.find(session, slug).id)
        steps.put_into_bin(session, organization, slug)
    return organization.id


def restore(kernel: Kernel, slug: str) -> None:
    with kernel.session(control(kernel)) as session:
        organization = steps.locked(session, organizations.find(session, slug).id)
        steps.restore(session, organization)
    finishing.finish(kernel, organization.id)


def test_a_killed_step_is_finished_whatever_its_point(
    kernel: Kernel, config: Config, cluster: Cluster, companies: dict[str, Tenant]
) -> None:
    assert cluster.embedded is not None
    restored = [name for name in STEPS if name.startswith("restore")]
    purged = [name for name in STEPS if name.startswith("purge")]
    deleted = [name for name in STEPS if name.startswith("delete")]
    copied = [name for name in STEPS if name.startswith("copy")]
    for name in (*restored, *purged):
        finishing.finish(kernel, begin_delete(kernel, name))
    environment = {
        "AORABOOKS_DATABASE_URL": cluster.embedded.url(cluster.admin.database),
        "AORABOOKS_SECRET_KEY": config.secret_key or "",
        "AORABOOKS_VAR": str(config.var),
    }
    done = forked.start(be_killed, list(STEPS), environment=environment, folder=ROOT).wait()
    assert done.out.splitlines() == [f"{name} -9" for name in STEPS], done.err

    swept = sweep(kernel, older_than=AT_ONCE)
    assert swept.failed == ()
    assert set(swept.removed) == set(purged)
    for name in purged:
        with pytest.raises(NotFound):
            status(kernel, name)
    assert set(swept.finished) == {*deleted, *restored, *(f"{name}-2" for name in copied)}
    for name in deleted:
        assert status(kernel, name) == "binned"
        restore(kernel, name)
    for name in STEPS.keys() - set(purged):
        assert status(kernel, name) == "active"
        assert word_in(kernel, name) == name
    for name in copied:
        assert word_in(kernel, f"{name}-2") == name
    for name in (name for name in STEPS if name.startswith("rotate")):
        assert len(swept_of(swept, companies[name])) >= 1, f"{name} left no role behind"
    assert sweep(kernel, older_than=AT_ONCE) == Swept()


def swept_of(swept: Swept, company: Tenant) -> list[str]:
    """Roles of a company that were dropped: those that were not used yet, or no more."""
    return [role for role in swept.roles if role.startswith(company.runtime.database)]


def test_of_two_operators_at_once_one_is_refused(kernel: Kernel) -> None:
    def delete(slug: str) -> str | Conflict:
        try:
            return begin_delete(kernel, slug)
        except Conflict as refused:
            return refused

    with fresh_tenant(kernel, "wanted-twice", addons=()) as tenant:
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(delete, [tenant.slug] * 2))
        assert sorted(isinstance(each, Conflict) for each in outcomes) == [False, True]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: finishing.finish(kernel, tenant.id), range(2)))
        assert status(kernel, tenant.slug) == "binned"
        restore(kernel, tenant.slug)
        assert status(kernel, tenant.slug) == "active"
