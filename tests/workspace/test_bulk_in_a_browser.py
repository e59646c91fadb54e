"""Somebody works on many orders in a real browser: ticks them, changes them, takes it back, edits a
cell, drags a card and a day, with mouse and keys; on a phone and in Arabic too.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product, Status
from tests.workspace.conftest import Hire, sit_down

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def orders(kernel: Kernel, store: Tenant) -> None:
    """More than a page of orders, those of November with lines."""
    with kernel.session(store) as session:
        amal, paper = Customer(name="Amal"), Product(code="P", name="Paper", price=Decimal(2))
        session.add_all([amal, paper])
        session.flush()
        for n in range(60):
            order = Order(
                number=f"SO-{n:02}",
                customer=amal,
                date=date(2026, 11 if n < 6 else 10, 1 + n % 28),
                total=Decimal(10 * n),
            )
            order.lines = [OrderLine(product_id=paper.id, price=Decimal(2))] if n < 6 else []
            session.add(order)


def rows(page: Page) -> list[str]:
    return page.locator("#results tbody tr.is-ticked th a").all_inner_texts()


def test_records_are_ticked_by_mouse_and_keys_changed_together_and_undone(
    desk: Page, address: str
) -> None:
    desk.goto(f"{address}/shop/orders?sort=number")
    boxes = desk.locator("tbody .bulk-tick input")
    boxes.nth(1).check()
    boxes.nth(3).click(modifiers=["Shift"])
    assert rows(desk) == ["SO-01", "SO-02", "SO-03"]
    desk.locator("tbody th a").nth(4).focus()
    desk.keyboard.press("x")
    expect(desk.locator(".bulk-count")).to_have_text("4 chosen")
    desk.keyboard.press("Space")
    expect(desk.locator(".bulk-count")).to_have_text("3 chosen")

    desk.locator("#bulk-bar").get_by_role("button", name="Edit").click()
    dialog = desk.locator("#bulk-dialog")
    expect(dialog).to_contain_text("Records chosen: 3")
    dialog.get_by_label("Date", exact=True).fill("2027-01-15")
    dialog.get_by_role("button", name="Change").click()
    expect(desk.locator(".toast-card")).to_contain_text("3 of 3 records were changed.")
    expect(desk.locator("#results tbody")).to_contain_text("Jan 15, 2027")
    expect(desk.locator("#bulk-bar")).to_be_hidden()
    desk.keyboard.press("Control+z")
    expect(desk.locator(".toast-card").last).to_contain_text("as they were before")
    expect(desk.locator("#results tbody")).not_to_contain_text("Jan 15, 2027")


def test_all_that_match_are_chosen_beyond_the_page_and_a_bulk_action_asks_first(
    desk: Page, address: str
) -> None:
    desk.goto(f"{address}/shop/orders?date__gte=2026-10-01&date__lte=2026-10-31")
    desk.get_by_label("Choose all on this page").check()
    desk.get_by_role("button", name="Choose all 54 that match").click()
    expect(desk.locator(".bulk-count")).to_have_text("54 chosen")
    desk.locator("#bulk-bar").get_by_role("button", name="Confirm").click()
    dialog = desk.locator("#bulk-dialog")
    expect(dialog).to_contain_text("Records chosen: 54")
    dialog.get_by_role("button", name="Confirm").click()
    toast = desk.locator(".toast-card")
    expect(toast).to_contain_text("Done with 0 of 54 records.")
    toast.get_by_role("link", name="Details").click()
    expect(desk.locator("main")).to_contain_text("has no lines.")
    assert violations(desk) == []


def test_a_cell_is_edited_with_the_keyboard_and_the_next_one_follows(
    desk: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    desk.goto(f"{address}/shop/customers")
    desk.locator("tbody th a").first.focus()
    desk.keyboard.press("F2")
    form = desk.locator(".cell-form")
    expect(form.locator("input[name=name]")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(form).to_have_count(0)
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Enter")
    expect(form.locator("input[name=city]")).to_be_focused()
    desk.keyboard.type("Jeddah")
    desk.keyboard.press("Enter")
    expect(desk.locator("#results tbody")).to_contain_text("Jeddah")
    expect(desk.locator(".toast-card")).to_contain_text("Saved.")
    assert violations(desk) == []


def test_a_card_is_dragged_to_its_next_state(
    desk: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    desk.goto(f"{address}/shop/orders/board?q=SO-0&sort=number")
    desk.wait_for_load_state("networkidle")
    card = desk.locator(".board-card", has_text="SO-00")
    lane = desk.locator(".board-lane[data-state=confirmed]")
    card.drag_to(lane, target_position={"x": 90, "y": 40})
    confirmed = desk.locator(".board-lane[data-state=confirmed] .board-card")
    expect(confirmed).to_contain_text("SO-00")
    expect(desk.locator(".toast-card")).to_contain_text("Order SO-00 is confirmed.")
    menu = desk.locator(".board-card", has_text="SO-01").get_by_role("button", name="Move SO-01")
    desk.reload(wait_until="networkidle")  # the board is drawn anew after each move
    menu.focus()
    desk.keyboard.press("Enter")
    desk.once("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="To Cancelled").click()
    cancelled = desk.locator(".board-lane[data-state=cancelled] .board-card")
    expect(cancelled).to_contain_text("SO-01")
    with kernel.session(store) as session:
        found = session.query(Order.status).filter(Order.number == "SO-01").scalar()
        assert found is Status.CANCELLED


def test_a_day_is_changed_by_dragging_by_keys_and_by_a_dialog(desk: Page, address: str) -> None:
    desk.goto(f"{address}/shop/orders/calendar?calendar-day=2026-11-01&q=SO-02")
    desk.wait_for_load_state("networkidle")
    entry = desk.locator(".calendar-entry", has_text="SO-02")
    entry.drag_to(desk.locator("[data-day='2026-11-12']"))
    expect(desk.locator("[data-day='2026-11-12'] .calendar-entry")).to_contain_text("SO-02")
    expect(desk.locator(".toast-card").get_by_role("button", name="Undo")).to_be_visible()
    desk.locator("[data-day='2026-11-12'] .calendar-entry a").focus()
    desk.keyboard.press("Alt+ArrowDown")
    moved = desk.locator("[data-day='2026-11-19'] .calendar-entry")
    expect(moved).to_contain_text("SO-02")
    expect(moved.locator("a")).to_be_focused()
    moved.hover()
    moved.get_by_role("button", name="Move SO-02").click()
    desk.get_by_label("Day", exact=True).fill("2026-11-03")
    desk.get_by_role("button", name="Move", exact=True).click()
    expect(desk.locator("[data-day='2026-11-03'] .calendar-entry")).to_contain_text("SO-02")


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_displays_fit_a_phone_and_everybody_can_use_them(
    browser: Browser, address: str, hire: Hire, locale: str
) -> None:
    page = sit_down(browser, address, hire(language=locale), width=360, locale=locale)
    for path in (
        "board",
        "calendar?calendar-day=2026-11-01",
        "pivot?group=status&group=date:month&pivot-chart=bar",
        "pivot?group=customer_id&pivot-chart=bar",
        "pivot?group=status&pivot-chart=pie",
    ):
        page.goto(f"{address}/shop/orders/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert violations(page) == [], path
    page.goto(f"{address}/core/batches")
    assert violations(page) == []
    page.context.close()
