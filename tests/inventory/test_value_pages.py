"""An accountant looks at what the stock is worth, on any day, and why; with a telephone, in Arabic
and in the dark; enters landed costs, and takes over opening stock from a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from addons.inventory.models import LandedCost, OpeningStock
from addons.inventory.services.valuation.figures import movement_report, valuation_report
from core.api import Period
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tests.chrome import launched, served, violations
from tests.inventory.conftest import DAY, Store
from tests.workspace.conftest import Person, hired, sit_down
from tests.workspace.import_desk import Desk

D = Decimal


@dataclass(frozen=True)
class Goods:
    """What everybody looks at."""

    rice: int
    sku: str
    place: str


@pytest.fixture(scope="module")
def goods(kernel: Kernel, tenant: Tenant) -> Goods:
    """Rice that came twice and was sold; what changed later is seen by every test."""
    with kernel.session(tenant) as session:
        store = Store(session)
        rice = store.product("average", sku="RICE-5", name="Basmati rice")
        store.receive(rice, "10", "10")
        store.receive(rice, "10", "12.50")
        store.deliver(rice, "5")
        session.commit()
    return Goods(rice, "RICE-5", "WH/Stock")


@pytest.fixture(scope="module")
def person(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(kernel: Kernel, tenant: Tenant) -> Iterator[str]:
    app = Application(kernel)
    with served(app) as port:
        yield f"http://{tenant.slug}.localhost:{port}"
    app.close()


def test_opening_stock_comes_from_a_file_and_is_posted(
    kernel: Kernel, tenant: Tenant, person: Person, goods: Goods
) -> None:
    desk = Desk(kernel, tenant, person)
    content = f"SKU,Qty,Unit cost,Location,Date\n{goods.sku},4,9.99,{goods.place},{DAY}\n"
    page = desk.page(desk.imported("/inventory/opening-stock", content.encode()))
    with kernel.session(tenant) as session:
        rows = session.scalars(select(OpeningStock)).all()
        assert [(row.quantity, row.unit_cost, row.state) for row in rows] == [
            (4, D("9.99"), "draft")
        ], page
        opening_id = rows[0].id
    reply = person.post(f"/inventory/opening-stock/{opening_id}/actions/post", {})
    assert reply.status_code in (200, 303), reply.text
    with kernel.session(tenant) as session:
        assert Store(session).held(goods.rice) == (19, D("168.75") + D("39.96"))
        assert Store(session).roles(goods.rice)["opening"] == D("-39.96")


def test_a_landed_cost_is_entered_and_posted(
    kernel: Kernel, tenant: Tenant, person: Person, goods: Goods
) -> None:
    with kernel.session(tenant) as session:
        before = Store(session).held(goods.rice)[1]
    reply = person.post(
        "/inventory/landed-costs/new",
        {
            "day": str(DAY),
            "note": "Freight",
            "lines.0.label": "Sea freight",
            "lines.0.amount": "20",
            "lines.0.split_by": "quantity",
            "receipts.0.number": "T1",
        },
    )
    assert reply.status_code == 303, reply.text
    address = reply.headers["location"]
    assert person.post(f"{address}/actions/post", {}).status_code in (200, 303)
    with kernel.session(tenant) as session:
        landed = session.scalars(select(LandedCost)).one()
        assert (landed.state, landed.number) == ("posted", "LC/2026/00001")
        # Of twenty pieces that came by it fifteen are left.
        assert Store(session).held(goods.rice)[1] - before == 15
        with pytest.raises(DBAPIError, match="is posted"):
            session.execute(delete(LandedCost).where(LandedCost.id == landed.id))


def test_reports_sum_to_the_value_of_the_stock(
    kernel: Kernel, tenant: Tenant, goods: Goods
) -> None:
    with kernel.session(tenant) as session:
        held = Store(session).held(goods.rice)[1]
        for report in (valuation_report, movement_report):
            assert report(session, Period(DAY, DAY)).totals == {"Value": {"USD": held}}


def test_a_change_of_value_shows_its_lines_beside_it(person: Person, goods: Goods) -> None:
    page = person.http.get("/inventory/valuations/1").text
    assert "/inventory/value-lines?valuation_id=1" in page
    assert f"/inventory/products/{goods.rice}/card" in page


def test_who_only_moves_goods_does_not_see_their_value(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, goods: Goods
) -> None:
    with ExitStack() as stack:
        keeper = hired(stack, kernel, transport, tenant, {"inventory.stock.view": "all"})
        assert keeper.http.get("/inventory/moves").status_code == 200
        for page in ("valuation", f"products/{goods.rice}/cost", "landed-costs", "value-lines"):
            assert keeper.http.get(f"/inventory/{page}").status_code == 403


PAGES = (
    "/inventory/valuation",
    "/inventory/abc",
    "/inventory/slow-movers?days=0",
    "/inventory/products/{rice}/card?to=2026-11-01",
    "/inventory/products/{rice}/cost",
    "/catalog/products/{rice}",
    "/inventory/moves",
    "/inventory/value-lines",
    "/inventory/valuations",
    "/inventory/valuations/1",
    "/inventory/landed-costs",
    "/inventory/landed-costs/new",
    "/inventory/revaluations/new",
    "/inventory/opening-stock/new",
    "/inventory/stock-rules",
)


def test_the_pages_suit_a_desk_a_telephone_arabic_and_the_dark(
    browser: Browser, address: str, person: Person, goods: Goods
) -> None:
    shots = os.environ.get("AORABOOKS_SHOTS", "")
    for width, locale, dark in ((1200, "en-GB", False), (360, "ar-SA", True)):
        page = sit_down(browser, address, person, width=width, locale=locale)
        if dark:
            page.emulate_media(color_scheme="dark")
        for place, path in enumerate(PAGES):
            page.goto(address + path.format(rice=goods.rice))
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            if shots:
                page.screenshot(path=Path(shots) / f"{place}-{width}.png", full_page=True)
        page.context.close()
