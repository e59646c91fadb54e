"""The start page in the morning: cards that addons declare, each as its reader may see it, arranged
by everybody as they like, fresh when something changes, and whole when an addon fails.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from addons.accounting.services import balances
from addons.accounting.services import dashboard as books
from addons.accounting.services import sample as sample_books
from addons.accounting.services.statements import income_statement, trial_balance
from core.api import Amount, FigureCard, Period
from core.auth.models import Role
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.dashboards import drawing
from core.web.dashboards.figures import figure_texts
from core.web.dashboards.layout import Layout, Pin, Placed, read, write
from tests.chrome import violations
from tests.fake_addons.showcase.shop import cards
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, Person, sit_down

READ_ORDERS = {"shop.order.read": "all"}
HELD = ("1030", "1010")
STEPS = ("move", "away", "add", "pin")
KEYS = st.sampled_from(["a.one", "a.two", "b.three", "b.four", "c.five"])


@pytest.fixture(scope="module", autouse=True)
def stocked(kernel: Kernel, store: Tenant) -> None:
    """A year of books, and an order in the shop."""
    with kernel.session(store) as session:
        sample_books.prepare(session)
        sample_books.fill(session)
        cards.fill(session)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The books cannot tell how much money there is."""

    def fail(*_: object) -> None:
        raise RuntimeError("the books are closed today")

    monkeypatch.setattr(books, "_cash", fail)


def cards_of(html: str) -> list[str]:
    return re.findall(r'id="card-([\w-]+)" aria-labelledby', html)


def arrange(person: Person, step: str, **fields: str) -> None:
    answer = person.post(f"/core/dashboard/{step}", fields)
    assert answer.status_code == 303, answer.text


def test_everybody_sees_the_cards_they_may_see_and_no_other(hire: Hire, admin: Person) -> None:
    everything = cards_of(admin.http.get("/").text)
    assert {"accounting-money", "accounting-income", "accounting-expenses"} <= set(everything)
    assert {"shop-open", "shop-cities", "shop-latest"} <= set(everything)
    assert "shop-products" not in everything, "it is offered, and not shown at first"
    clerk = hire(READ_ORDERS)
    assert cards_of(clerk.http.get("/").text) == ["shop-latest"]
    assert "S-1" in clerk.http.get("/").text
    hidden = clerk.http.get("/core/cards/accounting.money")
    assert hidden.status_code == 404
    assert "416" not in hidden.text


def test_a_list_card_holds_the_records_within_reach_alone(hire: Hire) -> None:
    seller = hire({"shop.order.read": "own"})
    page = seller.http.get("/").text
    assert "Latest orders" in page
    assert "S-1" not in page
    assert "Nothing here at the moment" in page


def test_figures_of_the_books_are_those_of_the_statements(kernel: Kernel, store: Tenant) -> None:
    with kernel.session(store) as session:
        before = books.result_by_month(session), books.money_at_hand(session)
        balances.roll_up(session)
        points, money = books.result_by_month(session), books.money_at_hand(session)
        first = points[0].at
        assert isinstance(first, date)
        totals = income_statement(session, Period(first, None)).totals
        held = [line for line in trial_balance(session, Period()).rows if line[0] in HELD]
    assert (points, money) == before, "in the monthly balances or not in them yet is the same"
    for series, section in (("Income", "income"), ("Expenses", "expenses")):
        told = sum(Decimal(point.amount) for point in points if point.series == series)
        assert totals[section] == {"SAR": told}
    assert [(amount.value, amount.currency) for amount in money] == [
        (sum(line[-1] for line in held), "SAR")
    ]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Amount(Decimal(112), "SAR", Decimal(100)), "12% more than before"),
        (Amount(Decimal("97.5"), "SAR", Decimal(100)), "2.5% less than before"),
        (Amount(5, before=5), "As much as before"),
        (Amount(5, before=0), "Nothing before"),
        (Amount(0, before=0), "As much as before"),
        (Amount(-50, before=-100), "50% more than before"),
        (Amount(50_000, before=1), "50,000 times as much as before"),
        (Amount(5), ""),
    ],
)
def test_a_trend_is_told_in_words(amount: Amount, words: str) -> None:
    card = FigureCard(
        name="a.b",
        title="",
        permission=cards.permissions.READ_ORDERS,
        figures=lambda _: [],
        compared="before",
    )
    [shown] = figure_texts(card, [amount], "en", str)
    assert shown.trend == words


def test_a_card_that_fails_costs_the_page_nothing_else(failing: None, hire: Hire) -> None:
    page = hire().http.get("/")
    assert page.status_code == 200
    assert "This card cannot be shown at the moment." in page.text
    assert "Income of the last month" in page.text


def test_ones_own_change_shows_at_once_and_slow_cards_come_after_the_page(
    hire: Hire, kernel: Kernel, store: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine must not make the others slow as well.
    monkeypatch.setattr(drawing, "BUDGET", 60.0)
    person = hire()
    later = figure(person, "shop.cities")
    assert 'hx-trigger="load, live"' in later
    assert "chart-pie" not in later
    fetched = person.http.get("/core/cards/shop.cities", headers={"hx-request": "true"}).text
    assert "chart-pie" in fetched
    assert 'data-live="shop.customers"' in fetched
    assert "chart-pie" in figure(person, "shop.cities"), "what is known by now needs no second look"
    with kernel.session(store) as session:
        others = session.scalars(select(Order).where(Order.number == "S-1")).one()
        others.total = Decimal(75)
    assert "50.00" in figure(person, "shop.open"), "kept for a moment"
    arrange(person, "resize", key="shop.open", wide="1")
    assert "75.00" in figure(person, "shop.open"), "after a change of one's own it is new"


def figure(person: Person, key: str) -> str:
    """What a card shows on the start page."""
    page = person.http.get("/").text
    found = re.search(rf'id="card-{key.replace(".", "-")}".*?</article>', page, re.S)
    assert found is not None
    return found[0]


def test_cards_are_moved_resized_put_away_added_and_back_as_they_were(hire: Hire) -> None:
    person = hire()
    first = cards_of(person.http.get("/").text)
    arrange(person, "move", key="shop.latest", place="0")
    arrange(person, "remove", key="accounting.money")
    arrange(person, "add", key="shop.products")
    arrange(person, "resize", key="shop.latest", wide="1")
    now = person.http.get("/?arrange=1").text
    order = cards_of(now)
    assert order[0] == "shop-latest"
    assert order[-1] == "shop-products"
    assert "accounting-money" not in order
    assert re.search(r'dash-wide[^"]*" data-card="shop.latest"', now)
    assert "Bank and cash" in now, "it can be added again"
    assert cards_of(hire().http.get("/").text) == first, "nobody else's page has changed"
    refused = person.post("/core/dashboard/add", {"key": "tenants.secret"})
    assert refused.status_code == 422
    assert person.post("/core/dashboard/move", {"key": "x", "place": "9" * 30}).status_code == 422
    arrange(person, "reset")
    assert cards_of(person.http.get("/").text) == first


def test_an_administrator_says_what_a_role_begins_with(
    hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    manager, clerk = hire(), hire({**READ_ORDERS, "shop.product.read": "all"})
    arrange(manager, "add", key="shop.products")
    arrange(manager, "move", key="shop.products", place="0")
    with kernel.session(store) as session:
        newest = session.scalars(select(Role).order_by(Role.id.desc())).first()
        assert newest is not None
        role = str(newest.id)
    denied = clerk.post("/core/dashboard/role", {"role": role})
    assert denied.status_code == 403
    assert "shop-products" not in cards_of(clerk.http.get("/").text)
    arrange(manager, "role", role=role)
    assert cards_of(clerk.http.get("/").text) == ["shop-products", "shop-latest"]
    arrange(clerk, "remove", key="shop.products")
    arrange(manager, "move", key="shop.products", place="1")
    arrange(manager, "role", role=role)
    assert cards_of(clerk.http.get("/").text) == ["shop-latest"], "their own way stays"


def test_a_list_and_a_chart_are_pinned_as_they_are(hire: Hire) -> None:
    person = hire()
    arrange(person, "pin", address="/shop/orders?number=S-1")
    arrange(person, "pin", address="/shop/orders/pivot?group=status")
    arrange(person, "pin", address="/shop/orders?number=S-1")
    page = person.http.get("/").text
    pins = [key for key in cards_of(page) if key.startswith("pin-")]
    assert len(pins) == 2, "pinned again it is the same card"
    assert "/shop/orders?number=S-1" in page
    chart = person.http.get(f"/core/cards/{pins[1].replace('-', '.', 1)}").text
    assert "<figure" in chart
    for address in ("https://elsewhere.example/shop/orders", "/settings/roles", "/shop/nothing"):
        refused = person.post("/core/dashboard/pin", {"address": address})
        assert refused.status_code == 422, address
    clerk = hire({"shop.product.read": "all"})
    assert clerk.post("/core/dashboard/pin", {"address": "/shop/orders"}).status_code == 422


def test_first_steps_are_ticked_off_by_doing_them_and_never_come_back_once_waved_aside(
    hire: Hire,
) -> None:
    person = hire()
    page = person.http.get("/").text
    assert "First steps" in page
    assert "Make signing in safer" in page
    undone = page.count('bi-circle"')
    person.post("/preferences/language", {"locale": "en"})
    after = person.http.get("/").text
    assert after.count('bi-circle"') == undone - 1
    clerk = hire(READ_ORDERS).http.get("/").text
    assert "Put your logo on your paper" not in clerk, "that is for those who can"
    arrange(person, "checklist")
    assert "First steps" not in person.http.get("/").text
    arrange(person, "checklist")
    assert "First steps" in hire().http.get("/").text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(KEYS, unique=True),
    st.lists(st.tuples(st.sampled_from(["move", "away", "add", "pin"]), KEYS, st.integers(-3, 9))),
)
def test_no_card_is_ever_lost_or_doubled(
    shown: list[str], steps: list[tuple[str, str, int]]
) -> None:
    layout = Layout(tuple(Placed(key) for key in shown))
    for step, key, place in steps:
        if step == "move":
            moved = layout.moved(key, place)
            assert sorted(moved.keys()) == sorted(layout.keys())
            layout = moved
        elif step == "away":
            layout = layout.without(key)
            assert key not in layout.keys()  # noqa: SIM118
        elif step == "pin":
            layout = layout.pinned(f"pin.{place}", Pin("A list", f"/shop/orders?q={place}"))
        else:
            layout = layout.having(key, wide=bool(place % 2))
            assert key in layout.keys()  # noqa: SIM118
        assert len(layout.keys()) == len(set(layout.keys()))
        assert not layout.hidden & set(layout.keys())
        assert read(write(layout)) == layout
    known = {*layout.keys(), *layout.hidden}
    newcomer = layout.with_new([Placed("z.new"), *(Placed(key) for key in known)])
    assert newcomer.keys() == [*layout.keys(), "z.new"]


def test_cards_are_live_and_arranged_by_mouse_and_keys_in_a_browser(
    desk: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    desk.goto(f"{address}/")
    expect(desk.locator("#card-shop-cities .chart-pie")).to_be_visible()
    assert violations(desk) == []
    with kernel.session(store) as session:
        session.add(Customer(name="Somebody new", city="Khulna"))
    expect(desk.locator("#card-shop-cities")).to_contain_text("Khulna")
    desk.get_by_role("link", name="Arrange").click()
    expect(desk.get_by_role("heading", name="More cards")).to_be_visible()
    assert violations(desk) == []
    later = desk.get_by_role("button", name="Later: Bank and cash")
    later.press("Enter")
    cards_there = desk.locator("[data-card]")
    expect(cards_there.nth(1)).to_have_attribute("data-card", "accounting.money")
    expect(desk.get_by_role("button", name="Later: Bank and cash")).to_be_focused()
    cards_there.nth(1).locator(".bi-grip-vertical").drag_to(cards_there.nth(3))
    expect(cards_there.nth(3)).to_have_attribute("data-card", "accounting.money")
    desk.get_by_role("button", name="Remove: Latest orders").click()
    expect(desk.get_by_role("button", name="Latest orders", exact=True)).to_be_visible()
    desk.get_by_role("link", name="Done").click()
    expect(desk.locator("#card-shop-latest")).to_have_count(0)
    desk.goto(f"{address}/shop/orders?status=draft")
    desk.get_by_role("button", name="Pin to the start page").click()
    expect(desk.get_by_text("is on your start page now")).to_be_visible()


def test_the_page_holds_on_a_phone_in_arabic_and_in_the_dark(
    browser: Browser, address: str, hire: Hire
) -> None:
    phone = sit_down(browser, address, hire(language="ar"), width=360, locale="ar")
    phone.emulate_media(color_scheme="dark")
    phone.goto(f"{address}/")
    expect(phone.locator("#card-accounting-result svg")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(phone) == []
    phone.context.close()
