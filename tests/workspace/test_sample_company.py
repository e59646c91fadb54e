"""A company tries everything in a sample company beside its own. One click makes it, people come in
as themselves, nothing leaves it, and one click erases it: the company, the database server and the
file store are then as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from core.config import Config
from core.errors import Conflict, Forbidden, Unavailable
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.mail.outgoing import can_send, hand_over
from core.tenancy.tenant import Tenant
from core.web.sample.filling import fill_sample
from core.webhooks.delivering import tell
from core.webhooks.models import Webhook, WebhookDelivery
from tenants import organizations
from tenants.control import Cluster, control
from tenants.models import DatabaseServer
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.chrome import violations
from tests.workspace.conftest import Hire, Person

PAGE = "/settings/sample"

Rows = dict[str, list[str]]


@pytest.fixture
def erased(kernel: Kernel, store: Tenant) -> Iterator[None]:
    """No sample company is left behind, whatever a test does."""
    yield
    kernel.samples.erase(kernel, store)


def every_row(kernel: Kernel, tenant: Tenant) -> Rows:
    """All rows of all tables of a company, and where its sequences stand."""
    named = (
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    )
    stand = "SELECT schemaname || '.' || sequencename || ' ' || last_value FROM pg_sequences"
    with kernel.session(tenant, role="owner") as session:
        tables = session.scalars(text(named)).all()
        found = {
            name: sorted(session.scalars(text(f"SELECT CAST(t AS text) FROM {name} t")))
            for name in tables
        }
        return {**found, "sequences": sorted(filter(None, session.scalars(text(stand))))}


def on_the_server(cluster: Cluster, tenant: Tenant) -> list[str]:
    """The names of all databases and roles that belong to a tenant."""
    statement = (
        "SELECT name FROM (SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles)"
        " AS known (name) WHERE strpos(name, %s) > 0"
    )
    there = {**cluster.admin.conninfo(), "dbname": "aorabooks_shop"}
    with psycopg.connect(**there) as connection:
        return [name for (name,) in connection.execute(statement, (tenant.id,))]


def files_in(config: Config) -> set[str]:
    root = Path(config.var) / "files"
    return {str(path) for path in root.rglob("*")} if root.is_dir() else set()


def come_in(transport: AppTransport, person: Person, step: str) -> httpx.Client:
    """Go through the door from one's own company; a browser that is signed in on the other side."""
    answer = person.http.post(
        f"{PAGE}/{step}", data={"csrf_token": person.csrf}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 204, answer.text
    way = urlsplit(answer.headers["hx-redirect"])
    visitor = httpx.Client(
        transport=transport,
        base_url=f"https://{way.netloc}",
        headers={"sec-fetch-site": "same-origin"},
        timeout=60,
    )
    door = visitor.get(f"{way.path}?{way.query}")
    assert door.status_code == 200, door.text
    entered = visitor.post(way.path, data={"ticket": way.query.partition("=")[2]})
    assert entered.status_code == 303, entered.text
    again = visitor.post(way.path, data={"ticket": way.query.partition("=")[2]})
    assert again.status_code in (403, 404), "a ticket works once"
    return visitor


def sample_of(kernel: Kernel, store: Tenant) -> Tenant:
    found = kernel.samples.find(kernel, store)
    assert found is not None
    return found


def test_where_there_is_no_room_the_operators_servers_are_not_told_of(
    kernel: Kernel, admin: Person, erased: None
) -> None:
    with kernel.session(control(kernel)) as session:
        session.execute(update(DatabaseServer).values(status="closed"))
    try:
        refused = admin.post(f"{PAGE}/make", {})
    finally:
        with kernel.session(control(kernel)) as session:
            session.execute(update(DatabaseServer).values(status="active"))
    assert refused.status_code == 503
    assert "There is no room for a sample company" in refused.text
    assert "first" not in refused.text


def test_a_sample_company_is_made_visited_and_erased_without_a_trace(
    kernel: Kernel,
    cluster: Cluster,
    config: Config,
    transport: AppTransport,
    store: Tenant,
    admin: Person,
    erased: None,
) -> None:
    admin.http.get(PAGE)
    before = every_row(kernel, store), files_in(config)
    inside = come_in(transport, admin, "make")
    sample = sample_of(kernel, store)
    assert sample.sample_of == store.id
    assert sample.runtime.database != store.runtime.database
    assert "Fill the sample company" in inside.get("/").text, "its progress is shown"
    assert work_off(kernel, sample) >= 1
    start = inside.get("/").text
    assert "Nothing here is real" in start
    assert "Income and expenses by month" in start
    assert "BNK/" in inside.get("/accounting/entries").text
    assert "Sample customer" in inside.get("/shop/customers").text
    kernel.files.store(sample, [b"attached"])
    assert len(on_the_server(cluster, sample)) == 3, "a database and its two roles"
    asked = admin.post(f"{PAGE}/erase", {})
    assert "Erase it?" in asked.text
    gone = admin.post(f"{PAGE}/erase", {"confirm": "erase-sample"})
    assert gone.status_code == 303
    assert (every_row(kernel, store), files_in(config)) == before
    assert on_the_server(cluster, sample) == []
    assert kernel.samples.find(kernel, store) is None
    assert inside.get("/").status_code == 404
    fresh = come_in(transport, admin, "make")
    work_off(kernel, sample_of(kernel, store))
    assert "00001" in fresh.get("/accounting/entries?sort=number").text, "numbers begin anew"


def test_people_come_in_as_themselves_and_only_by_a_ticket(
    kernel: Kernel, transport: AppTransport, store: Tenant, admin: Person, hire: Hire, erased: None
) -> None:
    clerk = hire({"shop.order.read": "all"})
    nobody_there = clerk.post(f"{PAGE}/open", {})
    assert nobody_there.status_code == 404
    assert clerk.post(f"{PAGE}/make", {}).status_code == 403
    assert clerk.post(f"{PAGE}/erase", {"confirm": "erase-sample"}).status_code == 403
    come_in(transport, admin, "make")
    visiting = come_in(transport, clerk, "open")
    assert visiting.get("/shop/orders").status_code == 200
    assert visiting.get("/accounting/entries").status_code == 403, "rights are those at home"
    sample = sample_of(kernel, store)
    stranger = httpx.Client(transport=transport, base_url=f"https://{sample.slug}.localhost")
    assert stranger.get("/core/sample/enter?ticket=made-up").status_code == 404
    assert clerk.http.get("/core/sample/enter?ticket=made-up").status_code == 404
    link = clerk.post(f"{PAGE}/open", {})
    assert f"https://{sample.slug}.localhost/core/sample/enter?ticket=" in link.text


def test_nothing_leaves_a_sample_company_and_nothing_real_can_become_one(
    kernel: Kernel, store: Tenant, admin: Person, erased: None
) -> None:
    with kernel.session(store) as session, pytest.raises(Conflict):
        fill_sample(session)
    assert not kernel.samples.erase(kernel, store), "there is nothing that it could reach"
    sample = kernel.samples.make(kernel, store, ("accounting", "shop"))
    assert kernel.samples.make(kernel, store, ("accounting", "shop")).id == sample.id
    with pytest.raises(Forbidden):
        kernel.samples.make(kernel, sample, ("accounting",))
    assert not kernel.samples.erase(kernel, sample), "a sample has none of its own"
    with kernel.session(sample) as session:
        assert not can_send(session)
        # Neither a mail server nor an address is asked for: there is none, and nothing is raised.
        hand_over(session, EmailMessage())
        told = tell(session, Webhook(url="https://example.com/hook"), WebhookDelivery())
        assert (told.status, told.accepted) == (None, False)
        assert "sends nothing" in told.text
    with kernel.session(store) as session, pytest.raises(Unavailable):
        hand_over(session, EmailMessage())
    turn = text("UPDATE tenants.organization SET sample_of = :sample WHERE id = :real")
    settled = pytest.raises(DBAPIError, match="settled when it is made")
    with settled, kernel.session(control(kernel)) as session:
        session.execute(turn, {"sample": sample.id, "real": store.id})
    assert admin.http.get("/").status_code == 200


def test_a_sample_company_goes_where_its_company_goes(kernel: Kernel, cluster: Cluster) -> None:
    with fresh_tenant(kernel, "borrowed", addons=("shop",)) as company:
        sample = kernel.samples.make(kernel, company, ("shop",))
        for change, status in (
            (lambda s, o: organizations.suspend(s, o, "unpaid"), "suspended"),
            (organizations.resume, "active"),
        ):
            with kernel.session(control(kernel)) as session:
                change(session, organizations.find(session, company.slug))
            with kernel.session(control(kernel)) as session:
                assert organizations.find(session, sample.slug).status == status
    assert on_the_server(cluster, sample) == [], "no company is left without its own"
    assert on_the_server(cluster, company) == []


def test_a_manager_goes_through_the_door_in_a_browser(
    desk: Page, address: str, kernel: Kernel, store: Tenant, erased: None
) -> None:
    desk.goto(f"{address}{PAGE}")
    assert violations(desk) == []
    desk.get_by_role("button", name="Make a sample company").click()
    expect(desk.get_by_role("heading", name="Sample company")).to_be_visible()
    desk.get_by_role("button", name="Come in").click()
    banner = desk.get_by_role("region", name="Sample company")
    expect(banner).to_contain_text("Nothing here is real")
    work_off(kernel, sample_of(kernel, store))
    desk.reload()
    expect(desk.get_by_role("heading", name="Income and expenses by month")).to_be_visible()
    assert violations(desk) == []
    desk.get_by_role("link", name="Back to your company").click()
    expect(banner).to_have_count(0)
