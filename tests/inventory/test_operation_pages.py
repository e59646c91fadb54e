"""The pages of the store answer storekeepers, and say what is wrong where somebody errs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from addons.catalog.models import Product
from addons.inventory.models import Lot
from addons.inventory.services.labels import StockLabels
from addons.inventory.services.operations_sample import fill_operations
from core.api import reader
from tests.inventory.operations import DAY, expect, make_product, place, receive, there, transfers

STOREKEEPER = ("inventory.storekeeper", "catalog.manager")
PAGES = (
    "overview",
    "transfers",
    "transfers/new",
    "stock",
    "counts",
    "counts/new",
    "to-order",
    "lots",
    "lots/new",
    "batches",
    "batch-gathering",
    "packages",
    "packages/new",
    "package-scan",
    "package-types",
    "carriers",
    "warehouses",
    "locations",
    "storage-rules",
    "reorder-rules",
    "count-plans",
    "replenishments",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers(as_user, page: str) -> None:
    answer = as_user().get(f"/inventory/{page}")
    assert answer.status_code == 200, answer.text[:400]


def test_a_transfer_is_scanned_and_done(as_user, session) -> None:
    tea = make_product(session, "Tea of the page")
    expect(session, "receipt", 91, (tea, "3", "2"))
    transfer = transfers(session, 91)[0].id
    sku = session.scalars(select(Product.sku).where(Product.id == tea)).one()
    session.commit()
    browser = as_user()
    page = browser.get(f"/inventory/transfers/{transfer}/handling")
    assert "Tea of the page" in page.text
    csrf = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    address = f"/inventory/transfers/{transfer}/handling"

    def post(path: str, **fields: str):
        return browser.post(
            address + path, data={"csrf_token": csrf, **fields}, headers={"hx-request": "true"}
        )

    assert post("/scan", code=sku).status_code == 200
    assert post("/scan", code="nobody knows").status_code in (404, 422)
    taken = post("/take", product=str(tea), quantity="1")
    assert "2</bdi> /" in taken.text
    assert post("/take", product=str(tea), quantity="5").status_code == 422
    done = browser.post(address, data={"csrf_token": csrf, "backorder": "1"})
    assert done.status_code in (302, 303)
    session.expire_all()
    assert there(session, tea) == 2
    assert [one.state for one in transfers(session, 91)] == ["done", "ready"]


def test_a_place_is_counted_on_its_page(as_user, session) -> None:
    jam = make_product(session, "Jam of the page")
    receive(session, jam, "4")
    stock = place(session, "WH/Stock")
    session.commit()
    browser = as_user()
    form = browser.get("/inventory/counts/new").text
    csrf = form.split('name="csrf_token" value="')[1].split('"')[0]
    made = browser.post(
        "/inventory/counts/new",
        data={"csrf_token": csrf, "location_id": str(stock), "day": DAY.isoformat()},
    )
    assert made.status_code in (302, 303), made.text[:300]
    address = made.headers["location"].split("?")[0]
    begun = browser.post(f"{address}/actions/begin", data={"csrf_token": csrf})
    assert begun.status_code in (302, 303), begun.text[:300]
    sheet = browser.get(f"{address}/sheet")
    assert "Jam of the page" in sheet.text
    headers = {"hx-request": "true"}
    rest = browser.post(f"{address}/sheet/rest", data={"csrf_token": csrf}, headers=headers)
    assert rest.status_code == 200
    assert "0" in rest.text


def test_a_lot_tells_its_story_and_a_product_its_stock(as_user, session) -> None:
    milk = make_product(session, "Milk of the page", tracking="lot")
    receive(session, milk, "4", ("P-1", "4"))
    lot = session.scalars(select(Lot.id).where(Lot.name == "P-1")).one()
    session.commit()
    browser = as_user()
    story = browser.get(f"/inventory/trace/{lot}")
    assert "Suppliers" in story.text
    assert browser.get(f"/inventory/lots/{lot}").status_code == 200
    assert browser.get(f"/inventory/forecast/{milk}").status_code == 200
    assert "By place and lot" in browser.get(f"/catalog/products/{milk}").text


def test_a_sample_company_shows_a_store_at_work(session) -> None:
    make_product(session, "Almonds")
    make_product(session, "Dates")
    fill_operations(session)
    states = {one.state for one in transfers(session)}
    assert {"done"} < states


def test_a_wave_is_gathered_and_walked_on_its_pages(as_user, session) -> None:
    tea = make_product(session, "Tea of the wave")
    receive(session, tea, "5")
    expect(session, "delivery", 95, (tea, "2"))
    sku = session.scalars(select(Product.sku).where(Product.id == tea)).one()
    session.commit()
    browser = as_user()
    page = browser.get("/inventory/batch-gathering")
    csrf = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    asked = {"csrf_token": csrf, "name": "Wave", "kind": "delivery", "most": "5"}
    wrong = browser.post("/inventory/batch-gathering", data={**asked, "product": "nothing"})
    assert wrong.status_code == 422
    made = browser.post("/inventory/batch-gathering", data={**asked, "product": sku, "mine": "1"})
    walk = made.headers["location"].split("?")[0]
    assert "Tea of the wave" in browser.get(walk).text
    scanned = browser.post(f"{walk}/scan", data={"csrf_token": csrf, "code": sku})
    assert "Into box 1" in scanned.text
    assert "OUT/" in browser.post(walk, data={"csrf_token": csrf}).text
    session.expire_all()
    assert [one.state for one in transfers(session, 95)] == ["done", "ready"]


def test_labels_of_the_store_show_what_is_kept(session) -> None:
    product = session.get_one(Product, make_product(session, "Milk", tracking="lot"))
    product.barcode = "6291041500213"
    lot = Lot(product_id=product.id, name="L7", expires_on=DAY)
    session.add(lot)
    session.flush()
    shown = {
        kind.name: kind.values(session, [int(kind.find(session, text)[0].value)], reader(session))
        for kind, text in zip(StockLabels().kinds(), ("L7", "WH/Stock"), strict=False)
    }
    assert shown["lot"][lot.id]["gs1"] == "(01)06291041500213(17)260314(10)L7"
    assert shown["bin"][place(session, "WH/Stock")]["path"] == "WH/Stock"
