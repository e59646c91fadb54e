"""Databases that stand ready: filled up, claimed by one organization each, and put right after
whoever was killed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text, update

from core.addons.options import set_options
from core.config import Config
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import names, organizations
from tenants.control import Cluster, control
from tenants.life_models import StandbyDatabase, StandbySet
from tenants.life_options import LifeOptions
from tenants.models import DatabaseServer
from tenants.provisioning import servers, standby, templates
from tenants.provisioning.create import create_tenant
from tenants.provisioning.remove import remove
from tenants.provisioning.sweep import sweep
from tenants.wishes import NewOrganization
from tests import forked
from tests.tenants.killed_filling import CLAIMING, FILLING, be_killed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def admin(kernel: Kernel) -> Iterator[psycopg.Connection]:
    with kernel.session(control(kernel), readonly=True) as session:
        server = session.scalars(select(DatabaseServer)).one()
    with servers.connect(server, kernel.secrets) as connection:
        yield connection


@contextmanager
def pool_of(kernel: Kernel, size: int) -> Iterator[None]:
    """The bare kernel's set has so many, and no other set has any."""
    with kernel.session(control(kernel)) as session:
        set_options(session, LifeOptions, standby=0)
        server = session.scalars(select(DatabaseServer)).one()
        session.add(StandbySet(server_id=server.id, addons=["core"], size=size))
    try:
        yield
    finally:
        with kernel.session(control(kernel)) as session:
            session.execute(update(StandbySet).values(size=0))
        standby.fill(kernel)
        with kernel.session(control(kernel)) as session:
            session.execute(text("DELETE FROM tenants.standby_set"))
            set_options(session, LifeOptions, standby=2)


@pytest.fixture(autouse=True)
def no_sets(kernel: Kernel) -> None:
    with kernel.session(control(kernel)) as session:
        session.execute(text("DELETE FROM tenants.standby_set"))


def ready(kernel: Kernel) -> dict[str, str]:
    """The copies that wait, with the template of each."""
    free = StandbyDatabase.claimed_by.is_(None) & StandbyDatabase.ready_at.is_not(None)
    with kernel.session(control(kernel), readonly=True) as session:
        return {
            each.name: each.template
            for each in session.scalars(select(StandbyDatabase).where(free))
        }


def on_server(admin: psycopg.Connection) -> set[str]:
    return set(names.standby_among(templates.databases(admin)))


def plain(slug: str) -> NewOrganization:
    return NewOrganization(slug, addons=())


def erase(kernel: Kernel, slug: str) -> None:
    with kernel.session(control(kernel), readonly=True) as session:
        row = organizations.find(session, slug)
    remove(kernel, row, row.server)


def works(kernel: Kernel, tenant: Tenant) -> bool:
    with kernel.session(tenant) as session:
        return session.scalar(text("SELECT current_user")) == tenant.runtime.user


def test_sign_ups_at_once_take_one_each_and_the_rest_are_copied(
    kernel: Kernel, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    clone = templates.clone
    with pool_of(kernel, 3):
        assert len(standby.fill(kernel).made) == 3
        assert standby.fill(kernel) == standby.Filled(), "and then there is nothing to do"
        assert on_server(admin) == set(ready(kernel))

        def counted(admin: psycopg.Connection, template: str, database: str) -> None:
            copied.append(database)
            clone(admin, template, database)

        monkeypatch.setattr(templates, "clone", counted)
        slugs = [f"rush-{number}" for number in range(4)]
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda slug: create_tenant(kernel, plain(slug)), slugs))
        assert all(works(kernel, tenant) for tenant in made)
        assert len({tenant.runtime.database for tenant in made}) == 4
        assert len(copied) == 1, "for the fourth none was left"
        assert (ready(kernel), on_server(admin)) == ({}, set())
        assert len(standby.fill(kernel).made) == 3
        for slug in slugs:
            erase(kernel, slug)


def test_what_fell_behind_the_code_is_made_anew(kernel: Kernel, admin: psycopg.Connection) -> None:
    with pool_of(kernel, 1):
        standby.fill(kernel)
        [before] = ready(kernel)
        with kernel.session(control(kernel)) as session:
            session.execute(update(StandbyDatabase).values(template="aorabooks_tpl_of_yesterday"))
        tenant = create_tenant(kernel, plain("newest"))
        assert works(kernel, tenant)
        assert before in on_server(admin), "nobody is given yesterday's"
        done = standby.fill(kernel)
        assert done.dropped == (before,)
        assert on_server(admin) == set(ready(kernel)) == set(done.made)
        erase(kernel, "newest")


def test_whoever_is_killed_leaves_nothing_half_done(
    kernel: Kernel, config: Config, cluster: Cluster, admin: psycopg.Connection
) -> None:
    assert cluster.embedded is not None
    environment = {
        "AORABOOKS_DATABASE_URL": cluster.embedded.url(cluster.admin.database),
        "AORABOOKS_SECRET_KEY": config.secret_key or "",
        "AORABOOKS_VAR": str(config.var),
    }

    def kill_at(steps: list[str]) -> None:
        done = forked.start(be_killed, steps, environment=environment, folder=ROOT).wait()
        assert done.out.splitlines() == [f"{step} -9" for step in steps], done.err

    with pool_of(kernel, len(CLAIMING)):
        kill_at(list(FILLING))
        assert ready(kernel) == {}, "what is not known to be whole is given to nobody"
        standby.fill(kernel)
        assert len(ready(kernel)) == len(CLAIMING)
        assert on_server(admin) == set(ready(kernel))

        kill_at(list(CLAIMING))
        half_made = [step for step in CLAIMING if step != "released"]
        assert works(kernel, create_tenant(kernel, plain(f"claims-{half_made[0]}")))
        with kernel.session(control(kernel), readonly=True) as session:
            gone = organizations.find(session, f"claims-{half_made[1]}")
        remove(kernel, gone, gone.server)
        assert len(on_server(admin)) == 1, "what it had claimed"
        swept = sweep(kernel, older_than=templates.LIFE * 0)
        assert set(swept.finished) == {f"claims-{step}" for step in half_made[2:]}
        assert len(swept.standby) == 1
        assert on_server(admin) == set()
        for step in CLAIMING:
            if step != half_made[1]:
                tenant = kernel.directory.find_slug(f"claims-{step}")
                assert tenant is not None
                assert works(kernel, tenant)
                erase(kernel, tenant.slug)
