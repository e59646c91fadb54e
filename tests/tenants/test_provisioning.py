"""Making a tenant, from the wish to a database of its own: what is refused, what a killed
process leaves behind, and who puts that right."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from core.addons.models import AddonLogEntry
from core.config import Config
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import Cluster, control
from tenants.models import DatabaseServer, Organization
from tenants.provisioning import servers
from tenants.provisioning.create import create_tenant
from tenants.provisioning.remove import remove
from tenants.provisioning.rotate import rotate
from tenants.provisioning.sweep import Swept, sweep
from tenants.testing.tenants import fresh_tenant
from tenants.wishes import NewOrganization
from tests import forked
from tests.tenants.killed_provisioning import STEPS, create_and_be_killed
from tests.tenants.writing import write_until
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
AT_ONCE = timedelta(0)


@pytest.fixture
def admin(kernel: Kernel) -> Iterator[psycopg.Connection]:
    with kernel.session(control(kernel), readonly=True) as session:
        server = session.scalars(select(DatabaseServer)).one()
    with servers.connect(server, kernel.secrets) as connection:
        yield connection


def names(admin: psycopg.Connection, catalog: str, column: str, prefix: str) -> list[str]:
    rows = admin.execute(
        f"SELECT {column} FROM {catalog} WHERE {column} ^@ '{prefix}'".encode()
    ).fetchall()
    return [name for (name,) in rows]


def organization(kernel: Kernel, slug: str) -> Organization:
    with kernel.session(control(kernel), readonly=True) as session:
        return organizations.find(session, slug)


def works(kernel: Kernel, tenant: Tenant) -> bool:
    with kernel.session(tenant) as session:
        session.execute(text("SELECT count(*) FROM core.addon"))
        return session.scalar(text("SELECT current_user")) == tenant.runtime.user


def environment_of(config: Config, cluster: Cluster) -> dict[str, str]:
    """What leads a process to the run's server and control plane."""
    assert cluster.embedded is not None
    return {
        "AORABOOKS_DATABASE_URL": cluster.embedded.url(cluster.admin.database),
        "AORABOOKS_SECRET_KEY": config.secret_key or "",
        "AORABOOKS_VAR": str(config.var),
    }


def kill_at(config: Config, cluster: Cluster, steps: list[str]) -> None:
    environment = environment_of(config, cluster)
    done = forked.start(create_and_be_killed, steps, environment=environment, folder=ROOT).wait()
    assert done.out.splitlines() == [f"{step} -9" for step in steps], done.err


def test_a_killed_provisioning_is_finished_whatever_its_step(
    kernel: Kernel, config: Config, cluster: Cluster, admin: psycopg.Connection
) -> None:
    kill_at(config, cluster, list(STEPS))
    half_made = [step for step in STEPS if step != "activated"]
    assert {organization(kernel, f"killed-{step}").status for step in half_made} == {"creating"}
    for step in half_made:
        assert kernel.directory.find_slug(f"killed-{step}") is None, "nobody is let in yet"

    again, swept_later = half_made[:3], half_made[3:]
    for step in again:
        assert works(kernel, create_tenant(kernel, NewOrganization(f"killed-{step}")))
    swept = sweep(kernel, older_than=AT_ONCE)

    assert set(swept.finished) == {f"killed-{step}" for step in swept_later}
    assert swept.failed == ()
    unsealed = admin.execute(
        "SELECT datname FROM pg_database WHERE datname ^@ 'aorabooks_tpl_'"
        " AND NOT (datistemplate AND NOT datallowconn)"
    ).fetchall()
    assert unsealed == []
    assert names(admin, "pg_roles", "rolname", "aorabooks_tpl_") == []
    for step in STEPS:
        row = organization(kernel, f"killed-{step}")
        roles = names(admin, "pg_roles", "rolname", row.database_name)
        assert sorted(roles) == sorted([row.runtime_role, row.owner_role])
        tenant = kernel.directory.find_slug(row.slug)
        assert tenant is not None
        assert works(kernel, tenant)
        remove(kernel, row, row.server)
    assert sweep(kernel, older_than=AT_ONCE) == Swept(), "and then nothing is left to do"


def test_two_that_ask_for_one_slug_at_once_get_one_tenant(kernel: Kernel) -> None:
    with ThreadPoolExecutor(2) as pool:
        wishes = [pool.submit(create_tenant, kernel, NewOrganization("twice")) for _ in range(2)]
    outcomes = [wish.exception() or wish.result() for wish in wishes]
    made = [outcome for outcome in outcomes if isinstance(outcome, Tenant)]
    others = [outcome for outcome in outcomes if not isinstance(outcome, Tenant)]
    assert made
    assert len({tenant.id for tenant in made}) == 1
    assert all(isinstance(other, Conflict) for other in others)
    assert works(kernel, made[0])
    row = organization(kernel, "twice")
    remove(kernel, row, row.server)


def test_a_set_of_addons_begins_where_a_smaller_one_has_come(kernel: Kernel) -> None:
    some, more = ("contacts",), ("contacts", "catalog")
    with (
        fresh_tenant(kernel, "some", addons=some) as first,
        fresh_tenant(kernel, "more", addons=more) as second,
        fresh_tenant(kernel, "all") as whole,
    ):
        steps = [addon_steps(kernel, tenant) for tenant in (first, second, whole)]
    began, further, everything = steps
    assert [name for name, _ in began] == ["core", *some]
    assert further[: len(began)] == began, "these were copied"
    assert [name for name, _ in further] == ["core", *more]
    enabled = [name for name in kernel.catalog.addons if name in dict(everything)]
    assert [name for name, _ in everything] == enabled, "in load order as ever"


def addon_steps(kernel: Kernel, tenant: Tenant) -> list[tuple[str, datetime]]:
    """Which addon was enabled when, in the order in which it was done."""
    with kernel.session(tenant) as session:
        steps = select(AddonLogEntry.addon, AddonLogEntry.at).order_by(AddonLogEntry.id)
        return [(name, at) for name, at in session.execute(steps)]


def test_a_killed_removal_is_finished_by_the_sweep(kernel: Kernel) -> None:
    tenant = create_tenant(kernel, NewOrganization("leaving"))
    with kernel.session(control(kernel)) as session:
        organizations.find(session, "leaving").status = "deleting"
    assert sweep(kernel, older_than=AT_ONCE).removed == ("leaving",)
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(**tenant.runtime.conninfo())
    assert kernel.directory.find_id(tenant.id) is None


def test_credentials_are_changed_while_they_are_used(
    kernel: Kernel, tenant: Tenant, admin: psycopg.Connection
) -> None:
    with psycopg.connect(**tenant.runtime.conninfo()) as before:
        before.execute("SELECT 1")
        before.commit()
        assert rotate(kernel, tenant.slug)
    renewed = kernel.directory.find_slug(tenant.slug)
    assert renewed is not None
    assert renewed.runtime.password != tenant.runtime.password
    assert works(kernel, renewed)
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(**tenant.runtime.conninfo())
    roles = names(admin, "pg_roles", "rolname", tenant.runtime.database)
    assert sorted(roles) == sorted([renewed.runtime.user, renewed.owner.user])


def test_credentials_are_changed_while_several_processes_write_and_nobody_is_turned_away(
    kernel: Kernel, config: Config, cluster: Cluster, tenant: Tenant, tmp_path: Path
) -> None:
    ends = tmp_path / "ends"
    writers = [
        forked.start(
            write_until,
            tenant.slug,
            str(ends),
            environment=environment_of(config, cluster),
            folder=ROOT,
        )
        for _ in range(2)
    ]

    def written() -> list[str]:
        with kernel.session(current(), readonly=True) as session:
            asked = text("SELECT name FROM core.team WHERE name LIKE 'word%'")
            return list(session.scalars(asked))

    def current() -> Tenant:
        known = kernel.directory.find_slug(tenant.slug)
        assert known is not None
        return known

    def both_at_it() -> bool:
        return len({word.split()[1] for word in written()}) == len(writers)

    wait_until(both_at_it, "both to write", said=lambda: "".join(w.errors() for w in writers))
    assert rotate(kernel, tenant.slug)
    before = len(written())
    wait_until(lambda: len(written()) > before, "somebody to write on")
    ends.touch()
    said = [writer.wait() for writer in writers]
    assert [each.status for each in said] == [0, 0], said
    assert sorted(word for each in said for word in each.out.splitlines()) == sorted(written())
    assert current().runtime.user != tenant.runtime.user


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (NewOrganization("A"), "slug"),
        (NewOrganization("9lives"), "slug"),
        (NewOrganization("a--b"), "slug"),
        (NewOrganization("a-"), "slug"),
        (NewOrganization("x" * 41), "slug"),
        (NewOrganization("app"), "slug"),
        (NewOrganization("good", title="x" * 121), "title"),
        (NewOrganization("good", timezone="Mars/Olympus"), "timezone"),
        (NewOrganization("good", timezone="../../etc/passwd"), "timezone"),
        (NewOrganization("good", locale="xx"), "locale"),
        (NewOrganization("good", addons=("nonsense",)), "addons"),
        (NewOrganization("good", addons=("tenants",)), "addons"),
        (NewOrganization("good", domains=("localhost",)), "domain"),
        (NewOrganization("good", domains=("other.localhost",)), "domain"),
        (NewOrganization("good", domains=("192.0.2.7",)), "domain"),
        (NewOrganization("good", domains=("a b.example",)), "domain"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_names_the_field(
    kernel: Kernel, wish: NewOrganization, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        create_tenant(kernel, wish)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_a_slug_is_given_once(kernel: Kernel, tenant: Tenant) -> None:
    with pytest.raises(Conflict, match=tenant.slug):
        create_tenant(kernel, NewOrganization(tenant.slug))


def test_a_domain_belongs_to_one_tenant(kernel: Kernel) -> None:
    row = NewOrganization("first-claim", domains=("Books.Example.",))
    tenant = create_tenant(kernel, row)
    found = kernel.directory.find_host("books.example")
    assert found is not None
    assert found.id == tenant.id
    with pytest.raises(Conflict, match=r"books\.example already belongs to another organization"):
        create_tenant(kernel, NewOrganization("second-claim", domains=("books.example",)))
    with kernel.session(control(kernel), readonly=True) as session:
        assert "second-claim" not in [each.slug for each in organizations.every(session)]
    made = organization(kernel, "first-claim")
    remove(kernel, made, made.server)
    assert kernel.directory.find_host("books.example") is None


def test_a_tenant_gets_the_addons_that_were_asked_for(kernel: Kernel) -> None:
    with fresh_tenant(kernel, "plain", addons=()) as tenant, kernel.session(tenant) as session:
        names = session.scalars(text("SELECT name FROM core.addon")).all()
    assert names == ["core"]
