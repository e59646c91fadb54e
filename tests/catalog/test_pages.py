"""Whoever keeps the catalog works with files and pages: products come in and are changed by a file,
pictures by a zip, labels go out, and who may only look changes nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from starlette.datastructures import ImmutableMultiDict

from addons.catalog.models import Category, Picture, Product, Template
from addons.catalog.services.invariants import INVARIANTS
from addons.catalog.services.product_file import import_products
from addons.catalog.services.sample import fill
from core.addons.states import view
from core.auth.actor import SYSTEM
from core.importing.models import DataImport
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.importing.api import create_import
from core.web.request import Request, Upload
from core.web.resources.shaping import served_shape
from tenants.testing.tenants import fresh_tenant

AsUser = Callable[..., httpx.Client]
API = "/api/v1/catalog/products"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company with the products of the sample, for the whole file."""
    with fresh_tenant(kernel, "catalogpages") as tenant:
        with kernel.session(tenant) as session:
            fill(session)
        yield tenant


@pytest.fixture
def keeper(as_user: AsUser) -> httpx.Client:
    return as_user("catalog.manager")


def _id(session: Session, sku: str) -> int:
    return session.scalars(select(Product.id).where(Product.sku == sku)).one()


def _post(client: httpx.Client, url: str, **more: object) -> httpx.Response:
    token = client.get("/catalog/products").text.partition('name="csrf_token" value="')[2]
    data = {"csrf_token": token.partition('"')[0], **dict(more.pop("data", {}))}  # type: ignore[call-overload]
    return client.post(url, data=data, **more)  # type: ignore[arg-type]


def test_products_are_imported_and_changed_by_the_same_file(
    kernel: Kernel, tenant: Tenant, session: Session
) -> None:
    lines = ["SKU,Name,Price,Barcode,Options", "N-1,Nuts,12.50,,", "N-2,Nut bar,3,96385074,"]
    lines += ["N-3,Jumper,80,,Color: Grey; Size: M", "N-4,Jumper,85,,color: grey; size: L"]
    counts = _run(kernel, tenant, lines)
    assert (counts["created"], counts["bad"]) == (4, 0)
    lines[1] = "N-1,Nuts,13.00,,"
    counts = _run(kernel, tenant, [lines[0], lines[1], lines[2]])
    assert (counts["created"], counts["updated"], counts["unchanged"]) == (0, 1, 1)
    jumper = session.get_one(Product, _id(session, "N-4"))
    assert (jumper.name, jumper.sale_price, jumper.variant) == (
        "Jumper (Grey, L)",
        85,
        "Color: Grey; Size: L",
    )
    assert session.get_one(Product, _id(session, "N-1")).sale_price == 13
    bad = _run(kernel, tenant, [lines[0], "N-9,Bad,1,1234567890123,", "N-8,Good,1,,"])
    assert bad["bad"] == 1


def _run(kernel: Kernel, tenant: Tenant, lines: list[str]) -> dict[str, int]:
    """What came of these lines, sent as a program sends a file."""
    content = "\n".join(lines).encode()
    upload = Upload("products.csv", "text/csv", len(content), io.BytesIO(content))
    request = Request(
        method="POST",
        path=f"{API}/imports",
        tenant=tenant,
        actor=SYSTEM,
        form=ImmutableMultiDict([("plan", '{"keep": "good"}')]),
        files=ImmutableMultiDict([("file", upload)]),
    )
    with kernel.session(tenant, actor=SYSTEM) as session:
        shape = served_shape(view(session), "catalog.products")
        assert shape is not None
        create_import(shape, session, request)
    work_off(kernel, tenant)
    with kernel.session(tenant) as session:
        done = session.scalars(select(DataImport).order_by(DataImport.id.desc()).limit(1)).one()
        assert done.state == "done", done.failure
        return dict(done.counts)


@pytest.mark.parametrize(
    ("file", "products", "templates", "categories"),
    [
        ("adventureworks/product.csv", 504, 328, 0),
        ("northwind/products.csv", 77, 77, 0),
        ("retail/saudi_stores/products.xlsx", 301, 301, None),
    ],
)
def test_the_products_of_real_companies_come_in_whole(
    session: Session,
    real_data: Path,
    file: str,
    products: int,
    templates: int,
    categories: int | None,
) -> None:
    before = {model: session.scalar(_count(model)) or 0 for model in (Product, Template)}
    content = (real_data / file).read_bytes()
    outcome = import_products(session, content, file)
    assert (outcome.created, outcome.problems) == (products, ())
    assert (session.scalar(_count(Product)) or 0) - before[Product] == products
    assert (session.scalar(_count(Template)) or 0) - before[Template] == templates
    if categories is None:
        assert session.scalar(select(Category.id).where(Category.path[2].is_not(None)).limit(1))
    for invariant in INVARIANTS:
        assert invariant.check(session).holds, invariant.name
    again = import_products(session, content, file)
    assert (again.created, again.unchanged) == (0, products)


def _count(model: type) -> Select[int]:
    return select(func.count()).select_from(model)


def test_variants_keep_the_names_and_prices_that_the_file_gives_them(
    session: Session, real_data: Path
) -> None:
    import_products(session, (real_data / "adventureworks/product.csv").read_bytes(), "p.csv")
    frame = session.get_one(Product, _id(session, "FR-R92B-58"))
    assert (frame.name, frame.variant) == ("HL Road Frame - Black, 58", "Color: Black; Size: 58")
    assert frame.template.name == "HL Road Frame"
    assert str(frame.sale_price) == "1431.5"


def test_a_file_with_a_mistake_leaves_nothing_behind(session: Session) -> None:
    content = "Name,SKU,Price\nTea,T-1,4\nRice,R-9,cheap\n"
    outcome = import_products(session, content.encode(), "p.csv")
    assert [(p.line, p.message) for p in outcome.problems] == [(3, "cheap is no number.")]
    nameless = import_products(session, b"Colour,Weight\nRed,4\n", "p.csv")
    assert "No column is called Name" in nameless.problems[0].message


def test_pictures_come_in_a_zip_in_their_order(keeper: httpx.Client, session: Session) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pictures/TEA-100-2.png", PNG + b"2")
        archive.writestr("pictures/tea-100-1.PNG", PNG + b"1")
        archive.writestr("SHIRT-W-M.png", PNG)
        archive.writestr("UNKNOWN.png", PNG)
        archive.writestr("COFFEE-500.png", b"no picture")
        archive.writestr("__MACOSX/._SHIRT-W-M.png", b"x")
    file = {"file": ("pictures.zip", packed.getvalue(), "application/zip")}
    page = _post(keeper, "/catalog/pictures/import", files=file)
    assert "3 pictures were added, 0 were there already." in page.text
    assert "UNKNOWN.png" in page.text
    assert "COFFEE-500.png" in page.text
    assert "MACOSX" not in page.text
    again = _post(keeper, "/catalog/pictures/import", files=file)
    assert "0 pictures were added, 3 were there already." in again.text
    tea = session.get_one(Product, _id(session, "TEA-100"))
    titles = select(Picture.title).where(Picture.template_id == tea.template_id)
    assert session.scalars(titles.order_by(Picture.position)).all() == [
        "tea-100-1.PNG",
        "TEA-100-2.png",
    ]
    broken = _post(keeper, "/catalog/pictures/import", files={"file": ("a.zip", b"PK", "x/zip")})
    assert broken.status_code == 422
    assert "no zip file" in broken.text


def test_a_picture_is_added_shown_moved_and_taken_away(
    keeper: httpx.Client, session: Session
) -> None:
    product = _id(session, "LENTILS")
    for number in (b"1", b"2"):
        file = {"file": ("lentils.png", PNG + number, "image/png")}
        assert _post(keeper, f"/catalog/products/{product}/pictures", files=file).status_code == 303
    template = session.get_one(Product, product).template_id
    ids = select(Picture.id).where(Picture.template_id == template).order_by(Picture.position)
    first, second = session.scalars(ids).all()
    shown = keeper.get(f"/catalog/pictures/{first}")
    assert (shown.content, shown.headers["content-type"]) == (PNG + b"1", "image/png")
    _post(keeper, f"/catalog/pictures/{second}/move", data={"product": str(product)})
    session.expire_all()
    assert session.scalars(ids).all() == [second, first]
    _post(keeper, f"/catalog/pictures/{first}/delete", data={"product": str(product)})
    assert keeper.get(f"/catalog/pictures/{first}").status_code == 404
    script = {"file": ("a.png", b"<script>alert(1)</script>", "image/png")}
    refused = _post(keeper, f"/catalog/products/{product}/pictures", files=script)
    assert refused.status_code == 422


def test_the_page_of_a_product_shows_what_matters(keeper: httpx.Client, session: Session) -> None:
    shirt = keeper.get(f"/catalog/products/{_id(session, 'SHIRT-B-M')}").text
    assert "At a glance" in shirt
    assert "Work shirt (Blue, M)" in shirt
    template = session.scalars(select(Template.id).where(Template.name == "Work shirt")).one()
    assert "3 made, 4 possible." in keeper.get(f"/catalog/templates/{template}").text
    page = f"/catalog/templates/{template}/variants"
    assert "SHIRT-W-L" in keeper.get(page).text
    value = keeper.get(page).text.partition('name="value" value="')[2].partition('"')[0]
    shown = _post(keeper, f"{page}/shown", data={"value": value})
    assert shown.headers["location"] == f"{page}?value={value}"
    made = _post(keeper, page, data={"value": []})
    assert made.status_code == 303
    session.expire_all()
    assert session.scalar(_count(Product).where(Product.template_id == template)) == 4


def test_a_label_bears_the_barcode_or_the_code(keeper: httpx.Client, session: Session) -> None:
    product = _id(session, "RICE-5")
    zpl = _post(
        keeper, f"/catalog/products/{product}/label", data={"as": "zpl", "copies": "3"}
    ).text
    assert "6291041500213" in zpl or "629104150021" in zpl
    assert "^PQ3" in zpl
    pdf = _post(keeper, f"/catalog/products/{_id(session, 'SCALE-40')}/label", data={"copies": "2"})
    assert pdf.content.startswith(b"%PDF")


def test_a_barcode_says_what_it_means(keeper: httpx.Client) -> None:
    page = keeper.get("/catalog/scan", params={"code": "(02)16291041500210(37)2(10)A7"}).text
    assert "RICE-5" in page
    assert "A7" in page
    wrong = keeper.get("/catalog/scan", params={"code": "(01)06291041500214"})
    assert wrong.status_code == 422
    assert "check digit" in wrong.text


def test_who_may_only_look_changes_nothing(as_user: AsUser, session: Session) -> None:
    reader = as_user("catalog.reader")
    product = _id(session, "RICE-5")
    assert reader.get(f"/catalog/products/{product}").status_code == 200
    file = {"file": ("a.png", PNG, "image/png")}
    for url in ("/catalog/pictures/import", f"/catalog/products/{product}/pictures"):
        assert _post(reader, url, files=file).status_code == 403
    template = session.get_one(Product, product).template_id
    assert _post(reader, f"/catalog/templates/{template}/variants").status_code == 403
