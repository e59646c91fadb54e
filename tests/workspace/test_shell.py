"""The frame of every page: menu, way back, keys, light and dark, and how figures are written."""

from __future__ import annotations

import gzip
from datetime import date

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from core.i18n.formats import day, number
from core.i18n.written import written_locale
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.fake_addons.showcase.shop.models import Customer
from tests.workspace.conftest import Hire, Person, sit_down


@pytest.fixture(scope="module", autouse=True)
def customer_id(kernel: Kernel, store: Tenant) -> int:
    with kernel.session(store) as session:
        customer = Customer(name="Haddad", credit=12345678, since=date(2026, 11, 22))
        session.add(customer)
        session.flush()
        return customer.id


def test_a_person_chooses_how_figures_are_written(hire: Hire, customer_id: int) -> None:
    clerk = hire({"shop.customer.read": "all"})
    page = f"/shop/customers/{customer_id}"
    assert "12,345,678.00" in clerk.http.get(page).text
    sent = clerk.post("/preferences/written", {"region": "IN", "hijri": "on"})
    assert sent.status_code == 303
    text = clerk.http.get(page).text
    assert "1,23,45,678.00" in text
    assert "22 Nov 2026 (12 Jumada al-Akhirah 1448 AH)" in text
    assert 'value="IN" selected' in clerk.http.get("/account").text
    assert clerk.post("/preferences/written", {"region": "XX"}).status_code == 422
    other = hire({"shop.customer.read": "all"})
    assert "12,345,678.00" in other.http.get(page).text


@pytest.mark.parametrize(
    ("language", "kept", "figure", "said"),
    [
        ("en", "", "1,234,567.5", "Nov 22, 2026"),
        ("en", "IN", "12,34,567.5", "22 Nov 2026"),
        ("en", "DE", "1.234.567,5", "22 Nov 2026"),
        ("bn", "", "12,34,567.5", "22 নভে, 2026"),
        ("ar", "SA", "1,234,567.5", "22\u200f/11\u200f/2026"),
        ("ar", "BD", "1,234,567.5", day("ar", date(2026, 11, 22))),
    ],
)
def test_figures_follow_the_region_in_the_language(
    language: str, kept: str, figure: str, said: str
) -> None:
    locale = written_locale(language, kept)
    assert number(locale, 1234567.5) == figure
    assert day(locale, date(2026, 11, 22)) == said


def test_a_date_that_the_islamic_calendar_is_not_tabulated_for_stands_alone() -> None:
    assert day("en@hijri", date(1850, 1, 1)) == "Jan 1, 1850"


def test_pages_are_compressed_and_their_length_says_nothing(admin: Person) -> None:
    answers = [_raw(admin) for _ in range(8)]
    assert all(answer.headers["content-encoding"] == "gzip" for answer in answers)
    assert all("accept-encoding" in answer.headers["vary"] for answer in answers)
    lengths = {int(answer.headers["content-length"]) for answer in answers}
    assert len(lengths) > 1
    plain = admin.http.get("/shop/customers", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "Haddad" in plain.text


def _raw(person: Person) -> httpx.Response:
    with person.http.stream("GET", "/shop/customers") as answer:
        assert b"Haddad" in gzip.decompress(b"".join(answer.iter_raw()))
    return answer


def test_sections_of_a_long_menu_are_folded_until_they_are_opened_or_the_page_lies_in_them(
    desk: Page, address: str
) -> None:
    desk.goto(f"{address}/accounting/accounts")
    orders = desk.locator("details.app-menu-section", has_text="Shop").get_by_role(
        "link", name="Orders"
    )
    expect(desk.get_by_role("link", name="Accounts", exact=True)).to_be_visible()
    expect(orders).not_to_be_visible()
    desk.locator("summary", has_text="Shop").click()
    desk.wait_for_function("/folded=[^;]/.test(document.cookie)")
    desk.goto(address)
    expect(orders).to_be_visible()
    desk.locator("summary", has_text="Shop").click()
    desk.goto(address)
    expect(orders).not_to_be_visible()


def test_the_menu_shows_where_one_is_and_can_be_folded_away(desk: Page, address: str) -> None:
    desk.goto(f"{address}/shop/orders")
    here = desk.locator(".app-menu-link[aria-current=page]")
    expect(here).to_have_text("Orders")
    expect(here).to_be_visible()
    desk.keyboard.press("[")
    expect(here).not_to_be_visible()
    desk.reload()
    expect(here).not_to_be_visible()
    desk.get_by_role("button", name="Fold the menu away").click()
    expect(here).to_be_visible()


def test_set_up_is_folded_until_it_is_opened_or_the_page_lies_in_it(
    desk: Page, address: str
) -> None:
    desk.goto(f"{address}/shop/orders")
    books = desk.locator("details.app-menu-section", has_text="Journal entries")
    set_up = books.locator("details.app-menu-group", has_text="Set-up")
    journals = set_up.get_by_role("link", name="Journals")
    expect(journals).not_to_be_visible()
    desk.goto(f"{address}/accounting/journals")
    expect(journals).to_be_visible()
    desk.goto(f"{address}/accounting/accounts")
    expect(journals).not_to_be_visible()
    set_up.locator("summary").focus()
    desk.keyboard.press("Enter")
    expect(journals).to_be_visible()
    desk.reload()
    expect(journals).to_be_visible()
    desk.context.clear_cookies(name="folded")


def test_every_page_says_the_way_to_it(admin: Person, customer_id: int) -> None:
    for path, way in (
        ("/shop/customers", ["Shop", "Customers"]),
        (f"/shop/customers/{customer_id}", ["Shop", "Customers", "Haddad"]),
        (f"/shop/customers/{customer_id}?in=q%3DHaddad", ["Shop", "Customers", "Haddad"]),
        ("/reporting/view/trial-balance", ["Reports", "Trial balance"]),
        ("/settings/options", ["Settings", "Options"]),
    ):
        page = admin.http.get(path).text
        crumbs = page.partition('<ol class="breadcrumb">')[2].partition("</ol>")[0]
        places = [crumbs.find(name) for name in way]
        assert -1 not in places, (path, crumbs)
        assert places == sorted(places)
        assert crumbs.count('aria-current="page"') == 1
        assert [crumbs.count(f">{name}<") for name in way[:-1]] == [1] * (len(way) - 1)


@pytest.mark.browser
def test_the_keys_of_a_page_are_shown_and_work(desk: Page, address: str) -> None:
    desk.goto(f"{address}/shop/customers")
    desk.keyboard.press("?")
    keys = desk.get_by_role("dialog", name="Keys of this page")
    expect(keys).to_be_visible()
    expect(keys.locator("[data-keys-here]")).to_contain_text("New")
    assert violations(desk) == []
    desk.keyboard.press("Escape")
    expect(keys).not_to_be_visible()
    desk.keyboard.press("g")
    desk.keyboard.press("s")
    desk.wait_for_url(f"{address}/")


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_start_page_is_open_to_everybody_and_nothing_on_it_moves(
    browser: Browser, address: str, hire: Hire, theme: str
) -> None:
    page = sit_down(browser, address, hire())
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_load_state("networkidle")
    moved = page.evaluate(
        "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().reduce("
        "(sum, entry) => sum + entry.value, 0))).observe({type: 'layout-shift', buffered: true})"
        " || setTimeout(() => done(0), 300))"
    )
    assert moved < 0.01
    assert violations(page) == []
    page.context.close()
