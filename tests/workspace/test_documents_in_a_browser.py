"""Clerks fill in documents in a real browser: blocks from a spreadsheet, a scanner, a closed
window, a session that has ended, a colleague who was faster.

The pages are the shop's, served over a real socket; what is saved is read back from the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, select

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.documents.models import FormDraft
from tests.chrome import violations, wait_until
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.workspace.conftest import Hire, Person, sit_down

pytestmark = pytest.mark.browser

LINES = "[data-lines=lines]"
ROWS = f"{LINES} tbody tr"
NEW = "/shop/orders/new"


@pytest.fixture(scope="module", autouse=True)
def goods(kernel: Kernel, store: Tenant) -> None:
    """A customer and two products."""
    with kernel.session(store) as session:
        session.add_all(
            [
                Customer(name="Amal Trading"),
                Product(code="P1", name="Paper", price=Decimal("12.50")),
                Product(code="P2", name="Pens", price=Decimal(3)),
            ]
        )


@pytest.fixture
def clerk(hire: Hire) -> Person:
    return hire()


@pytest.fixture
def page(browser: Browser, address: str, clerk: Person) -> Iterator[Page]:
    page = sit_down(browser, address, clerk)
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    yield page
    page.context.close()
    assert failed == []


def an_order(kernel: Kernel, store: Tenant, number: str, lines: int = 1) -> str:
    with kernel.session(store) as session:
        amal = session.scalars(select(Customer)).first()
        paper = session.scalars(select(Product).order_by(Product.code)).first()
        assert amal is not None
        assert paper is not None
        order = Order(number=number, customer=amal, date=date(2026, 11, 22))
        order.lines = [
            OrderLine(product_id=paper.id, quantity=Decimal(1), price=Decimal(2), position=place)
            for place in range(lines)
        ]
        session.add(order)
        session.flush()
        return f"/shop/orders/{order.id}"


def paste(page: Page, text: str) -> None:
    """Paste into the cell that has the focus, as the browser would tell it."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", {
                clipboardData: data, bubbles: true, cancelable: true,
            });
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def begin(page: Page, address: str, number: str) -> None:
    page.goto(address + NEW)
    page.get_by_label("Number").fill(number)
    page.get_by_label("Customer").fill("Amal Trading")


def saved_order(kernel: Kernel, store: Tenant, number: str) -> Order:
    with kernel.session(store) as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        assert order.lines is not None
        return order


def test_a_block_from_a_spreadsheet_fills_cells_and_new_lines(
    page: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    begin(page, address, "B-1")
    page.locator(ROWS).first.get_by_label("Product").focus()
    rows = ['P1\t"two\nlines ""quoted"""\t1,000\t1.25', "pens\t\tmany\t3"]
    paste(page, "\r\n".join([*rows, *["P2\tmore\t2\t3"] * 3]) + "\r\n")
    expect(page.locator("[data-lines-status]")).to_have_text(
        "Lines pasted: 5. Marked, because they could not be read: 1."
    )
    expect(page.locator(ROWS)).to_have_count(5)
    bad = page.locator(ROWS).nth(1).get_by_label("Quantity")
    expect(bad).to_have_class("form-control num is-invalid")
    expect(bad).to_be_focused()
    expect(bad).to_have_value("many")
    assert violations(page) == []
    bad.fill("4")
    expect(page.locator(f"{LINES} [data-total=quantity]")).to_have_text("1,010")
    page.keyboard.press("Control+s")
    expect(page.locator("main")).to_contain_text("B-1 was created.")
    lines = saved_order(kernel, store, "B-1").lines
    assert [line.quantity for line in lines] == [1000, 4, 2, 2, 2]
    assert lines[0].description == 'two lines "quoted"'


def test_a_date_that_cannot_be_read_stays_to_be_seen(page: Page, address: str) -> None:
    page.goto(f"{address}/accounting/entries/new")
    page.locator(ROWS).first.get_by_label("Account").focus()
    paste(page, "Account\tLabel\tDebit\nNo such\tRent\t(12.50)")
    expect(page.locator("[data-lines-status]")).to_contain_text("Lines pasted: 1.")
    row = page.locator(ROWS).first
    expect(row.get_by_label("Account")).to_have_value("No such")
    expect(row.get_by_label("Debit")).to_have_value("-12.50")
    expect(row).to_contain_text("Nothing is called “No such”")


def test_scanning_adds_lines_and_the_same_code_raises_the_quantity(
    page: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    begin(page, address, "S-1")
    page.get_by_label("Scan a barcode into the lines").focus()
    for code in ("P1", "P2", "P1", "P1", "X9"):  # faster than the server answers
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    expect(page.locator("[data-lines-status]")).to_have_text("Nothing has the code “X9”.")
    expect(page.get_by_label("Scan a barcode into the lines")).to_be_focused()
    expect(page.locator(ROWS).first.get_by_label("Quantity")).to_have_value("3")
    page.keyboard.press("Control+s")
    expect(page.locator("main")).to_contain_text("S-1 was created.")
    lines = saved_order(kernel, store, "S-1").lines
    assert [(line.quantity, line.price) for line in lines] == [(3, Decimal("12.50")), (1, 3)]


def test_lines_are_moved_and_duplicated_by_keyboard_and_by_their_menu(
    page: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    begin(page, address, "K-2")
    first = page.locator(ROWS).first
    first.get_by_label("Product").fill("P1 Paper")
    first.get_by_label("Price").fill("1")
    first.get_by_label("Price").press("Control+d")
    second = page.locator(ROWS).nth(1)
    expect(second.get_by_label("Product")).to_have_value("P1 Paper")
    second.get_by_label("Price").fill("2")
    second.get_by_label("Price").press("Alt+Shift+ArrowUp")
    expect(page.locator(ROWS).first.get_by_label("Price")).to_have_value("2")
    page.locator(ROWS).nth(1).get_by_label("Price").press("Shift+F10")
    page.get_by_role("menuitem", name="Insert a line above").click()
    page.locator(ROWS).nth(1).get_by_label("Product").press("ArrowUp")
    expect(page.locator(ROWS).first.get_by_label("Product")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(ROWS).first.get_by_label("Description")).to_be_focused()
    page.keyboard.press("Control+s")
    expect(page.locator("main")).to_contain_text("K-2 was created.")
    assert [line.price for line in saved_order(kernel, store, "K-2").lines] == [2, 1]


def test_a_mistake_is_told_when_its_input_is_left_and_saving_goes_to_the_first(
    page: Page, address: str
) -> None:
    begin(page, address, "V-1")
    row = page.locator(ROWS).first
    row.get_by_label("Product").fill("P1 Paper")
    row.get_by_label("Quantity").fill("0")
    row.get_by_label("Price").fill("5")
    row.get_by_label("Description").focus()
    expect(row).to_contain_text("The quantity must be more than nothing.")
    row.get_by_label("Quantity").fill("1")
    row.get_by_label("Price").focus()
    expect(row).not_to_contain_text("The quantity must be more than nothing.")
    page.get_by_label("Number").fill("")
    row.get_by_label("Description").fill("still here")
    page.keyboard.press("Control+s")
    expect(page.get_by_label("Number")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Please fill this in.")
    expect(row.get_by_label("Description")).to_have_value("still here")


def test_a_closed_browser_loses_nothing(
    browser: Browser, page: Page, address: str, clerk: Person, kernel: Kernel, store: Tenant
) -> None:
    begin(page, address, "D-1")
    page.locator(ROWS).first.get_by_label("Description").fill("typed before the end")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft kept at")
    page.context.close()
    again = sit_down(browser, address, clerk)
    again.goto(address + NEW)
    again.get_by_role("link", name="Go on with it").click()
    expect(again.get_by_label("Number")).to_have_value("D-1")
    expect(again.locator(ROWS).first.get_by_label("Description")).to_have_value(
        "typed before the end"
    )
    assert violations(again) == []
    again.get_by_role("button", name="Discard the draft").click()
    expect(again.get_by_label("Number")).to_have_value("")
    expect(again.get_by_role("link", name="Go on with it")).to_have_count(0)
    again.context.close()


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    page: Page, address: str, clerk: Person, kernel: Kernel, store: Tenant
) -> None:
    begin(page, address, "E-1")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft kept at")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator(ROWS).first.get_by_label("Description").fill("typed after the end")
    page.keyboard.press("Control+s")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.get_by_label("Number")).to_have_value("E-1")
    goal = page.locator("#signed-out a").get_attribute("href") or ""
    assert goal.startswith("/login?next=/shop/orders/new%3Fdraft%3D")
    page.context.add_cookies([dict(cookie) for cookie in cookies])  # type: ignore[list-item]
    page.locator("#signed-out a").click()  # signed in again: straight on to the form
    expect(page.get_by_label("Number")).to_have_value("E-1")
    description = page.locator(ROWS).first.get_by_label("Description")
    expect(description).to_have_value("typed after the end")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('draft')).length") == 0


def test_nobody_else_at_the_desk_finds_what_was_typed(
    browser: Browser, page: Page, address: str, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    begin(page, address, "X-1")
    page.context.set_offline(True)
    page.locator(ROWS).first.get_by_label("Description").fill("private")
    expect(page.locator("[data-draft-status]")).to_contain_text("Kept in this browser")
    private = "Object.values(localStorage).some(v => v.includes('private'))"
    wait_until(page, private)
    page.context.set_offline(False)
    other = sit_down(browser, address, hire())
    page.context.add_cookies([dict(c) for c in other.context.cookies()])  # type: ignore[list-item]
    other.context.close()
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(address + "/shop/customers")
    wait_until(page, f"!{private}")
    page.goto(address + NEW)
    expect(page.get_by_role("link", name="Go on with it")).to_have_count(0)


def test_what_both_changed_is_chosen_in_the_form(
    page: Page, address: str, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, "C-1")
    page.goto(f"{address}{url}/edit")
    page.get_by_label("Remark").fill("mine")
    other = hire()
    theirs = other.open_form(f"{url}/edit") | {"remark": "theirs", "currency": "BDT"}
    assert other.post(f"{url}/edit", theirs).status_code == 303
    page.keyboard.press("Control+s")
    expect(page.locator("[data-conflicts]")).to_contain_text("changed this meanwhile")
    expect(page.get_by_label("Currency")).to_have_value("BDT")
    assert violations(page) == []
    page.get_by_label("Theirs").check()
    expect(page.get_by_label("Remark")).to_have_value("theirs")
    page.get_by_label("Mine").check()
    expect(page.get_by_label("Remark")).to_have_value("mine")
    page.keyboard.press("Control+s")
    expect(page.locator("main")).to_contain_text("C-1 was saved.")
    order = saved_order(kernel, store, "C-1")
    assert (order.remark, order.currency) == ("mine", "BDT")


def test_previous_and_next_go_through_the_list_by_key(
    page: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    for number in ("Z-1", "Z-2", "Z-3"):
        an_order(kernel, store, number)
    page.goto(f"{address}/shop/orders?q=Z-&sort=number")
    page.get_by_role("link", name="Z-1").click()
    expect(page.locator("h1")).to_have_text("Z-1")
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("Z-2")
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("Z-3")
    page.keyboard.press("k")
    expect(page.locator("h1")).to_have_text("Z-2")
    page.get_by_role("link", name="Orders", exact=True).last.click()
    expect(page.locator("#results tbody tr")).to_have_count(3)


def test_three_hundred_lines_are_added_up_as_one_types(
    page: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, "Q-1", lines=300)
    page.goto(f"{address}{url}/edit")
    price = page.locator(ROWS).nth(150).get_by_label("Price")
    price.fill("7")
    expect(page.locator(f"{LINES} [data-total=price]")).to_have_text("605.00")


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_a_document_fits_a_phone_with_its_buttons_at_the_thumb(
    browser: Browser, address: str, hire: Hire, kernel: Kernel, store: Tenant, locale: str
) -> None:
    url = an_order(kernel, store, f"T-{locale}")
    page = sit_down(browser, address, hire(language=locale[:2]), width=360, locale=locale)
    for path in (url, f"{url}/edit"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        button = page.locator(":is(.record-actions, .form-actions) .btn-primary").first
        box = button.bounding_box()
        assert box is not None
        assert box["y"] > 700, "within reach of a thumb on a page 900 high"
        assert violations(page) == []
    page.context.close()


@pytest.fixture(autouse=True)
def no_drafts(kernel: Kernel, store: Tenant) -> Iterator[None]:
    yield
    with kernel.session(store) as session:
        session.execute(delete(FormDraft))
