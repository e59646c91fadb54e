"""Open pages keep fresh: what somebody changes is told to those who may see it, and whoever was
away hears what they missed.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
from playwright.sync_api import Page, Route, WebSocket, expect
from sqlalchemy import update
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from core.api import announce
from core.auth.credentials import SESSION_COOKIE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.live import MAX_CHANNELS
from tests.fake_addons.showcase.shop.models import Customer, Order, Product
from tests.waiting import PATIENCE, wait_until
from tests.workspace.conftest import Hire, Person


class Ear:
    """An open page's websocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.since = ""
        self.told: list[tuple[str, list[str] | None]] = []

    def listen(self, *channels: str) -> None:
        self._connection.send(orjson.dumps({"listen": channels}).decode())

    def next(self) -> tuple[str, list[str] | None]:
        """The next notice: its channel and the ids it names."""
        while True:
            said = orjson.loads(self._connection.recv(timeout=PATIENCE))
            if "channel" in said:
                return said["channel"], said["data"].get("ids")
            self.since = said["since"]

    def settle(self) -> None:
        """Wait until the server has said how far this page has heard, and keep what it told."""
        self.since = ""
        while not self.since:
            said = orjson.loads(self._connection.recv(timeout=PATIENCE))
            self.since = said.get("since", "")
            if "channel" in said:
                self.told.append((said["channel"], said["data"].get("ids")))


@contextmanager
def listening(
    address: str, person: Person, *channels: str, since: str = "", **more: str
) -> Iterator[Ear]:
    place = urlsplit(address)
    query = urlencode([*(("channel", name) for name in channels), ("since", since), *more.items()])
    cookie = next(c.value for c in person.http.cookies.jar if c.name == SESSION_COOKIE)
    with connect(
        f"ws://{place.netloc}/ws?{query}",
        sock=socket.create_connection(("127.0.0.1", place.port or 80)),
        origin=address,  # type: ignore[arg-type]
        additional_headers={"cookie": f"{SESSION_COOKIE}={cookie}"},
    ) as connection:
        ear = Ear(connection)
        ear.settle()
        yield ear


@pytest.fixture(scope="module")
def customer(kernel: Kernel, store: Tenant) -> int:
    with kernel.session(store) as session:
        amal = Customer(name="Amal Trading", city="Jeddah")
        session.add(amal)
        session.flush()
        return amal.id


def order(kernel: Kernel, store: Tenant, number: str, customer: int, **more: object) -> int:
    with kernel.session(store) as session:
        made = Order(number=number, customer_id=customer, date=date(2026, 11, 22), **more)
        session.add(made)
        session.flush()
        return made.id


def rename(kernel: Kernel, store: Tenant, customer: int, city: str) -> None:
    with kernel.session(store) as session:
        session.get_one(Customer, customer).city = city


def test_who_may_read_a_record_is_told_that_it_changed(
    kernel: Kernel, store: Tenant, address: str, admin: Person, customer: int
) -> None:
    with listening(address, admin, "shop.customers", "shop.orders") as ear:
        rename(kernel, store, customer, "Riyadh")
        assert ear.next() == ("shop.customers", [str(customer)])
        made = order(kernel, store, "L-1", customer)
        assert ear.next() == ("shop.orders", [str(made)])


def test_nothing_is_told_of_what_was_rolled_back(
    kernel: Kernel, store: Tenant, address: str, admin: Person, customer: int
) -> None:
    with listening(address, admin, "shop.customers") as ear:
        with kernel.session(store) as session:
            session.get_one(Customer, customer).city = "Nowhere"
            session.flush()
            session.rollback()
        rename(kernel, store, customer, "Dammam")
        assert ear.next() == ("shop.customers", [str(customer)])
        rename(kernel, store, customer, "Tabuk")
        assert ear.next() == ("shop.customers", [str(customer)])


def test_a_change_of_many_names_no_ids(
    kernel: Kernel, store: Tenant, address: str, admin: Person, customer: int
) -> None:
    with listening(address, admin, "shop.customers", "shop.products") as ear:
        with kernel.session(store) as session:
            session.execute(update(Customer).values(visits=Customer.visits + 1))
        assert ear.next() == ("shop.customers", None)
        with kernel.session(store) as session:
            session.add_all(
                Product(code=f"M{number}", name="Many", price=Decimal(1)) for number in range(101)
            )
        assert ear.next() == ("shop.products", None)
        with kernel.session(store) as session:
            announce(session, "shop.products", 7)
        assert ear.next() == ("shop.products", ["7"])


def test_who_may_not_read_hears_nothing_and_who_reads_a_part_hears_no_ids(
    kernel: Kernel, store: Tenant, address: str, hire: Hire, customer: int
) -> None:
    seller = hire({"shop.order.read": "own"})
    with listening(address, seller, "shop.orders", "shop.customers", "shop.nothing") as ear:
        rename(kernel, store, customer, "Abha")
        order(kernel, store, "L-2", customer, seller_id=seller.user_id)
        assert ear.next() == ("shop.orders", None)


def test_a_page_may_turn_to_other_records(
    kernel: Kernel, store: Tenant, address: str, admin: Person, customer: int
) -> None:
    with listening(address, admin, "shop.orders") as ear:
        ear.listen("shop.customers")
        ear.settle()
        order(kernel, store, "L-3", customer)
        rename(kernel, store, customer, "Hail")
        assert ear.next() == ("shop.customers", [str(customer)])


def test_whoever_comes_back_hears_what_they_missed(
    kernel: Kernel, store: Tenant, address: str, admin: Person, customer: int
) -> None:
    with listening(address, admin, "shop.customers") as ear:
        since = ear.since
    rename(kernel, store, customer, "Najran")
    made = order(kernel, store, "L-4", customer)
    with listening(address, admin, "shop.customers", "shop.orders") as ear:
        assert int(ear.since) >= int(since)
    place = urlsplit(address)
    cookie = next(c.value for c in admin.http.cookies.jar if c.name == SESSION_COOKIE)
    query = f"channel=shop.customers&channel=shop.orders&since={since}"
    with connect(
        f"ws://{place.netloc}/ws?{query}",
        sock=socket.create_connection(("127.0.0.1", place.port or 80)),
        origin=address,  # type: ignore[arg-type]
        additional_headers={"cookie": f"{SESSION_COOKIE}={cookie}"},
    ) as connection:
        back = Ear(connection)
        told = dict([back.next(), back.next()])
    assert told["shop.customers"] == [str(customer)]
    assert str(made) in (told["shop.orders"] or [])


def test_a_page_is_told_what_changed_before_it_could_listen(
    kernel: Kernel, store: Tenant, address: str, admin: Person, customer: int
) -> None:
    page = admin.http.get("/shop/customers", headers={"accept": "text/html"}).text
    body = re.search(r"<body [^>]*>", page)
    assert body is not None
    said = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', body[0]))
    assert said["most-channels"] == str(MAX_CHANNELS)
    rename(kernel, store, customer, "Abha")
    more = {"since": said["since"], "opened": "1"}
    with listening(address, admin, "shop.customers", "addons", **more) as ear:
        assert ear.told == [("shop.customers", [str(customer)])], "and nothing by guess"
        rename(kernel, store, customer, "Jazan")
        assert ear.next() == ("shop.customers", [str(customer)])


def test_fragments_are_not_burdened_with_how_far_a_page_has_heard(admin: Person) -> None:
    fragment = admin.http.get("/shop/customers", headers={"hx-request": "true"}).text
    assert "data-since" not in fragment


def test_a_page_that_no_websocket_reaches_asks(
    kernel: Kernel, store: Tenant, admin: Person, hire: Hire, customer: int
) -> None:
    def ask(person: Person, since: str) -> dict:
        answer = person.http.get(
            "/core/live", params={"channel": ["shop.customers"], "since": since}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    begun = ask(admin, "")
    assert begun["notices"] == []
    rename(kernel, store, customer, "Taif")
    said = ask(admin, begun["since"])
    assert said["notices"] == [{"channel": "shop.customers", "data": {"ids": [str(customer)]}}]
    assert ask(admin, said["since"])["notices"] == []
    stranger = hire({"shop.order.read": "all"})
    assert ask(stranger, begun["since"])["notices"] == []


@pytest.mark.parametrize(
    "query", [{}, {"channel": "../x"}, {"channel": [f"a{n}" for n in range(65)]}]
)
def test_strange_channels_are_refused_by_name(admin: Person, query: dict) -> None:
    answer = admin.http.get("/core/live", params=query, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "channel"


def test_another_companys_socket_is_none_of_ours(address: str, admin: Person) -> None:
    place = urlsplit(address)
    with (
        pytest.raises(InvalidStatus),
        listening(f"http://nobody.localhost:{place.port}", admin, "shop.orders") as ear,
    ):
        ear.next()


def attend(page: Page, url: str) -> None:
    """Open a page and wait until it hears: what it is told first is how far it has heard."""
    heard: list[object] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda said: heard.append(said))

    page.on("websocket", listen)
    page.goto(url)
    wait_until(lambda: heard or page.wait_for_timeout(20), "the page's first notice")
    page.remove_listener("websocket", listen)


@pytest.mark.browser
def test_a_list_and_a_record_follow_what_others_do(
    desk: Page, address: str, kernel: Kernel, store: Tenant, customer: int
) -> None:
    made = order(kernel, store, "L-5", customer)
    attend(desk, f"{address}/shop/orders?q=L-5")
    rows = desk.locator("#results tbody tr")
    expect(rows).to_have_count(1)
    rename(kernel, store, customer, "Yanbu")
    with kernel.session(store) as session:
        session.get_one(Order, made).number = "L-5 changed"
    expect(rows).to_contain_text("L-5 changed")

    attend(desk, f"{address}/shop/orders/{made}")
    with kernel.session(store) as session:
        session.get_one(Order, made).remark = "Handle with care"
    expect(desk.locator("main")).to_contain_text("Handle with care")


@pytest.mark.browser
def test_a_list_follows_what_was_changed_while_its_page_was_on_the_way(
    desk: Page, address: str, kernel: Kernel, store: Tenant, customer: int
) -> None:
    made = order(kernel, store, "L-8", customer)

    def change(route: Route) -> None:
        with kernel.session(store) as session:
            session.get_one(Order, made).number = "L-8 changed"
        route.continue_()

    desk.route(re.compile(r"/app-\w+\.js$"), change, times=1)
    desk.goto(f"{address}/shop/orders?q=L-8")
    expect(desk.locator("#results tbody tr")).to_contain_text("L-8 changed")


@pytest.mark.browser
def test_a_list_waits_while_somebody_works_in_it(
    desk: Page, address: str, kernel: Kernel, store: Tenant, customer: int
) -> None:
    made = order(kernel, store, "L-6", customer)
    attend(desk, f"{address}/shop/orders?q=L-6")
    row = desk.locator("#results tbody tr").first
    expect(row).to_contain_text("L-6")
    row.locator("td").first.evaluate("cell => getSelection().selectAllChildren(cell)")
    with kernel.session(store) as session:
        session.get_one(Order, made).number = "L-6 changed"
    expect(desk.locator("#results")).to_have_attribute("data-live-stale", "")
    expect(row).not_to_contain_text("changed")
    desk.evaluate("getSelection().removeAllRanges()")
    expect(row).to_contain_text("L-6 changed")


@pytest.mark.browser
def test_the_focus_stays_on_its_record_when_the_list_refreshes_itself(
    desk: Page, address: str, kernel: Kernel, store: Tenant, customer: int
) -> None:
    made = order(kernel, store, "L-7", customer)
    attend(desk, f"{address}/shop/orders?q=L-7")
    link = desk.locator("#results tbody tr").get_by_role("link").first
    link.focus()
    with kernel.session(store) as session:
        session.get_one(Order, made).number = "L-7 changed"
    expect(link).to_contain_text("L-7 changed")
    expect(link).to_be_focused()
