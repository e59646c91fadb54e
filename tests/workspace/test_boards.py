"""Records as cards by their state and on their days: shown by the list's criteria and the reader's
rights, moved by the declared action or by the form's own way of writing, with an undo.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from html import unescape

import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product, Status
from tests.workspace.conftest import Hire, Person

HTMX = {"hx-request": "true"}


@pytest.fixture(scope="module")
def orders(kernel: Kernel, store: Tenant) -> dict[str, int]:
    """Orders of March by number: with lines, without, and one that is confirmed."""
    with kernel.session(store) as session:
        amal = Customer(name="Amal <Trading>", since=date(2026, 3, 9))
        paper = Product(code="P", name="Paper", price=Decimal(2))
        session.add_all([amal, paper])
        session.flush()
        made = [
            Order(number="D-1", customer=amal, date=date(2026, 3, 3), total=Decimal("12.50")),
            Order(number="D-2", customer=amal, date=date(2026, 3, 31)),
            Order(number="C-1", customer=amal, date=date(2026, 3, 3), status=Status.CONFIRMED),
            Order(number="D-3", customer=amal, date=date(2026, 7, 1)),
        ]
        made[0].lines = [OrderLine(product_id=paper.id, price=Decimal(2))]
        session.add_all(made)
        session.flush()
        return {order.number: order.id for order in made}


def lane(page: str, state: str) -> str:
    """The column of a state."""
    found = re.search(rf'<section class="board-lane" data-state="{state}".*?</section>', page, re.S)
    assert found is not None
    return unescape(found[0])


def held(kernel: Kernel, store: Tenant, order: int) -> Order:
    with kernel.session(store) as session:
        return session.get_one(Order, order)


def test_a_board_has_a_column_for_each_state_and_what_the_list_would_show(
    admin: Person, orders: dict[str, int]
) -> None:
    page = admin.http.get("/shop/orders/board").text
    assert "D-1" in lane(page, "draft")
    assert "12.50 SAR" in lane(page, "draft")
    assert "C-1" in lane(page, "confirmed")
    assert "Nothing here." in lane(page, "cancelled")
    assert "&lt;Trading&gt;" in page
    narrowed = admin.http.get("/shop/orders/board?q=D-2&status=draft").text
    assert "D-2" in lane(narrowed, "draft")
    assert "D-1" not in lane(narrowed, "draft")
    assert "C-1" not in lane(narrowed, "confirmed")


def test_a_card_is_moved_by_the_declared_action_and_its_refusal_is_told(
    admin: Person, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    url = f"/shop/orders/{orders['D-1']}/move"
    said = admin.http.post(url, data={"csrf_token": admin.csrf, "to": "confirmed"}, headers=HTMX)
    assert "Order D-1 is confirmed." in said.text
    assert said.headers["hx-trigger"] == "card:moved"
    assert held(kernel, store, orders["D-1"]).status is Status.CONFIRMED
    again = admin.post(url, {"to": "confirmed"})
    assert again.status_code == 303, "there already: nothing to do"
    refused = admin.post(f"/shop/orders/{orders['D-2']}/move", {"to": "confirmed"})
    assert refused.status_code == 422
    assert "has no lines." in refused.text
    back = admin.post(url, {"to": "draft"})
    assert back.status_code == 409, "no action leads back"
    stale = admin.post(f"/shop/orders/{orders['D-2']}/move", {"to": "cancelled", "_version": "99"})
    assert stale.status_code == 409
    assert held(kernel, store, orders["D-2"]).status is Status.DRAFT


def test_cards_offer_only_what_their_reader_may_do(
    hire: Hire, admin: Person, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    reader = hire({"shop.order.read": "all"})
    assert "data-to=" not in reader.http.get("/shop/orders/board").text
    move = f"/shop/orders/{orders['D-2']}/move"
    assert reader.post(move, {"to": "cancelled"}).status_code == 409
    writer = hire({"shop.order.read": "all", "shop.order.write": "all"})
    drafts = lane(writer.http.get("/shop/orders/board").text, "draft")
    assert 'data-to="cancelled "' in drafts, "who may not confirm is not offered to"
    assert held(kernel, store, orders["D-2"]).status is Status.DRAFT
    stranger = hire({"shop.customer.read": "all"})
    assert stranger.http.get("/shop/orders/board").status_code == 403
    assert stranger.http.get("/shop/orders/calendar").status_code == 403
    owner = hire({"shop.order.read": "own"})
    assert "D-2" not in owner.http.get("/shop/orders/board").text
    assert "D-2" not in owner.http.get("/shop/orders/calendar?calendar-day=2026-03-01").text
    assert owner.post(move, {"to": "cancelled"}).status_code == 404


def test_a_calendar_shows_a_month_or_a_week_with_each_record_on_its_day(
    admin: Person, orders: dict[str, int]
) -> None:
    page = admin.http.get("/shop/orders/calendar?calendar-day=2026-03-15").text
    assert "March 2026" in page
    third = re.search(r'data-day="2026-03-03".*?</td>', page, re.S)
    assert third is not None
    assert "D-1" in third[0]
    assert "C-1" in third[0]
    assert "D-3" not in page
    assert "/shop/orders/new?date=2026-03-03" in page
    span = "calendar-day=2026-03-31&calendar-span=week"
    week = admin.http.get(f"/shop/orders/calendar?{span}&q=D-2").text
    assert "D-2" in week
    assert week.count("data-day=") == 7
    new = admin.open_form("/shop/orders/new?date=2026-03-03")
    assert new["date"] == "2026-03-03"
    assert admin.http.get("/shop/orders/calendar?calendar-day=nonsense").status_code == 200


def test_a_record_is_moved_to_another_day_and_back_by_undo(
    admin: Person, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    url = f"/shop/orders/{orders['D-3']}/reschedule"
    told = admin.http.post(
        url, data={"csrf_token": admin.csrf, "day": "2026-07-20"}, headers=HTMX
    ).text
    assert held(kernel, store, orders["D-3"]).date == date(2026, 7, 20)
    undo = re.search(r'hx-post="(/core/batches/\d+/undo)"', told)
    assert undo is not None
    assert admin.post(undo[1], {}).status_code == 303
    assert held(kernel, store, orders["D-3"]).date == date(2026, 7, 1)
    assert admin.post(url, {"day": "31/12"}).status_code == 422
    assert admin.post(url, {"day": "2026-07-21", "_version": "0"}).status_code == 409
    confirmed = admin.post(f"/shop/orders/{orders['C-1']}/reschedule", {"day": "2026-07-21"})
    assert confirmed.status_code == 409, "what is no longer editable stays on its day"


def test_entries_are_a_board_read_only_but_for_posting(admin: Person) -> None:
    page = admin.http.get("/accounting/entries/board")
    assert page.status_code == 200
    assert "Posted" in lane(page.text, "posted")
    assert admin.http.get("/accounting/entries/calendar").status_code == 200


def test_every_display_speaks_the_readers_language_and_its_week(hire: Hire) -> None:
    reader = hire(language="ar")
    page = reader.http.get("/shop/orders/calendar?calendar-day=2026-03-15").text
    assert "مارس" in page
    first = re.search(r'data-day="([\d-]+)"', page)
    assert first is not None
    assert datetime.fromisoformat(first[1]).weekday() in (5, 6), "the week begins on the weekend"
