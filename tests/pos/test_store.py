"""What a shop does around its tills: receipts of any till are found, printed and asked for by
mail, the day's figures are summed, and the pages are fit for a desk, a telephone and the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from addons.pos.models import Sale, TillSession
from addons.pos.services import figures
from addons.pos.services.dashboard import standings
from addons.pos.services.figures import sold_lately, sold_today
from addons.pos.services.receipts import paper_of
from core.declare import Period
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport, open_browser
from tenants.testing.tenants import fresh_tenant
from tests.chrome import launched, served, violations
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop
from tests.workspace.conftest import Person, hired, sit_down


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A shop with books, taxes and stock, for the tests of this file."""
    with fresh_tenant(kernel, "tillstore", addons=("pos", "vat", "inventory")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def shop(kernel: Kernel, tenant: Tenant, transport: AppTransport) -> Iterator[TillShop]:
    """The shop: three receipts and a refund at one till, and another till that is still open."""
    with open_browser(transport, f"{tenant.slug}.localhost") as http:
        yield TillShop(kernel, tenant, http)


@pytest.fixture(scope="module")
def till(shop: TillShop) -> SampleTill:
    """A till that sold two of something and took one back, and was closed five short."""
    tea = shop.product("10.00", name="Green tea")
    till = shop.till("R01", "Counter tablet")
    till.open()
    sold = till.sell(shop.line(tea, "10.00", "2"), method=shop.methods["cash"])
    till.sell(shop.line(tea, "10.00", "1"), method=shop.methods["card"])
    back = shop.line(tea, "10.00", "-1", of={"sale": sold["sync_id"], "line": 1})
    till.refund(back, method=shop.methods["cash"])
    till.close([(shop.methods["cash"], "106.50"), (shop.methods["card"], "11.50")])
    till.sync()
    shop.book()
    till.sync()
    other = shop.till("R02", "Phone")
    other.open()
    other.sync()
    shop.book()
    return till


def asked(till: SampleTill, path: str) -> httpx.Response:
    """What the server tells this till about a receipt."""
    headers = {"authorization": f"Bearer {till.token}"}
    return till.http.get(f"/api/v1/pos/receipts/{path}", headers=headers)


def test_any_till_finds_a_receipt_with_what_came_back_of_it(
    shop: TillShop, till: SampleTill
) -> None:
    number = f"R01-{till.binding}-00001"
    found = asked(till, number).json()
    assert found["number"] == number
    assert found["register"] == "R01"
    assert found["payload"]["lines"][0]["quantity"] == "2"
    assert found["returned"] == [{"line": 1, "quantity": "1"}]
    assert asked(till, "R01-9-99999").status_code == 404
    assert till.http.get(f"/api/v1/pos/receipts/{number}").status_code == 401


def test_a_receipt_is_a_pdf_and_says_what_was_paid(shop: TillShop, till: SampleTill) -> None:
    number = f"R01-{till.binding}-00001"
    assert asked(till, f"{number}/pdf").content.startswith(b"%PDF")
    with shop.kernel.session(shop.tenant) as session:
        sale = session.scalars(select(Sale).where(Sale.number == number)).one()
        paper = paper_of(session, sale)
    assert paper["total"][1] == "23.00 SAR"
    assert [line["amount"] for line in paper["lines"]] == ["23.00"]


def test_a_receipt_goes_to_an_address_and_to_nothing_else(till: SampleTill) -> None:
    headers = {"authorization": f"Bearer {till.token}"}
    where = f"/api/v1/pos/receipts/R01-{till.binding}-00001/mail"
    for wrong in ("", "nobody", "a b@c.example", 7, None):
        answer = till.http.post(where, json={"email": wrong}, headers=headers)
        assert answer.status_code == 422, wrong
    answer = till.http.post(where, json={"email": "salma@example.com"}, headers=headers)
    # 409 says that this installation has no mail server.
    assert answer.status_code in (202, 409)


def test_a_till_that_sent_everything_holds_nothing(shop: TillShop, till: SampleTill) -> None:
    with shop.kernel.session(shop.tenant) as session:
        found = {one.register.code: one for one in standings(session)}
    assert (found["R01"].unsynced, found["R01"].waiting, found["R01"].receipts) == (0, 0, 3)
    assert [one.cash for one in found["R02"].sessions] == [Decimal(100)]
    assert found["R02"].online == 1


def test_a_closing_is_reported_with_its_sums_and_its_difference(
    shop: TillShop, till: SampleTill
) -> None:
    with shop.kernel.session(shop.tenant) as session:
        closed = session.scalars(select(TillSession).where(TillSession.state == "closed")).one()
        report = closed.z
        assert closed.difference == Decimal(-5)
    assert report is not None
    totals = {row["kind"]: row["total"] for row in report["receipts"]}
    assert totals == {"sale": "34.50", "refund": "-11.50"}
    assert report["cash"]["expected"] == "111.50"
    assert Decimal(report["taxes"][0]["amount"]) == Decimal("3.00")
    assert report["returns"] == {"lines": 1, "amount": "11.50"}


def test_what_was_sold_is_summed_by_product_hour_till_and_way_to_pay(
    shop: TillShop, till: SampleTill
) -> None:
    period = Period(date(2020, 1, 1), None)
    with shop.kernel.session(shop.tenant) as session:
        assert [row[2] for row in figures.by_product(session, period).rows] == [Decimal(2)]
        for report in (figures.by_hour, figures.by_cashier, figures.by_register):
            assert report(session, period).totals == {"total": {"SAR": Decimal("23.00")}}
        paid = {row[0]: row[3] for row in figures.by_method(session, period).rows}
        assert paid == {"Cash": Decimal("11.50"), "Card": Decimal("11.50")}
        assert [one.value for one in sold_today(session)] == [Decimal("23.00")]
        assert sum(point.amount for point in sold_lately(session)) == Decimal("23.00")


def test_the_reports_have_pages(till: SampleTill, as_user: Callable[..., httpx.Client]) -> None:
    manager = as_user("pos.manager")
    sales = manager.get("/pos/sales")
    assert f"R01-{till.binding}-00001" in sales.text
    assert manager.get("/pos/sale-lines").status_code == 200
    labels = "/catalog/labels/print?kind=product"
    assert labels in manager.get("/pos/tills").text
    assert manager.get(labels).status_code == 200


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the last test."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    """Where the shop is served."""
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


@pytest.fixture(scope="module")
def manager(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    """An administrator."""

    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


def test_the_pages_suit_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, manager: Person, shop: TillShop, till: SampleTill
) -> None:
    with shop.kernel.session(shop.tenant) as session:
        states = {one.state: one.id for one in session.scalars(select(TillSession))}
        sale = session.scalars(select(Sale.id)).first()
    page = sit_down(browser, address, manager, width=360, locale="ar-SA")
    page.emulate_media(color_scheme="dark")
    for path in (
        "tills",
        f"registers/{till.register}",
        f"registers/{till.register}/bind",
        f"sessions/{states['closed']}",
        f"sessions/{states['closed']}/report",
        f"sessions/{states['open']}/close",
        f"sales/{sale}",
    ):
        page.goto(f"{address}/pos/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, (path, width)
        assert violations(page) == [], path
    page.context.close()
