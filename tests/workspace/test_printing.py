"""Whoever may read a record prints it: in each language, with the company's letterhead, logged."""

from __future__ import annotations

import io
import os
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from sqlalchemy import select

from core.api import print_pdf, store_file, utc_now
from core.errors import NotFound
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.printing import designs
from core.printing.models import PrintedCopy, PrintRun
from core.tenancy.tenant import Tenant
from core.web.printing.runs import forget_old_runs
from core.web.printing.service import logo_of
from tenants.testing.tenants import fresh_tenant
from tests.chrome import showing_pdf, violations
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.fake_addons.showcase.shop.views import ORDERS
from tests.workspace.conftest import Hire, Person, sit_down

PRINTING = "/settings/printing"
FORMS = f"{PRINTING}/forms"


@pytest.fixture(scope="module", autouse=True)
def orders(kernel: Kernel, store: Tenant) -> dict[str, int]:
    """Orders of two customers: one in Arabic letters, one with a long name."""
    with kernel.session(store) as session:
        gulf = Customer(name="مؤسسة الخليج (الفرع 2)", city="الدمام")
        dhaka = Customer(name="Padma Traders Ltd", city="Dhaka", email="buy@padma.example")
        rod = Product(code="5901234123457", name="Steel rod 12 mm", price=Decimal("1250.50"))
        rice = Product(code="R-50", name="চাল (মিনিকেট) ৫০ কেজি", price=Decimal("3400"))
        session.add_all([gulf, dhaka, rod, rice])
        session.flush()
        made = {}
        for number in range(1, 131):
            order = Order(
                number=f"SO-{number:05}",
                customer_id=(gulf if number % 2 else dhaka).id,
                date=date(2026, 11, 22),
                currency="SAR" if number % 2 else "BDT",
                total=Decimal("1250.50") * number + 3400,
                remark="Deliver before noon." if number == 1 else None,
                lines=[
                    OrderLine(product_id=rod.id, quantity=Decimal(number), price=rod.price),
                    OrderLine(product_id=rice.id, description="Extra", price=rice.price),
                ],
            )
            session.add(order)
            session.flush()
            made[order.number] = order.id
    return made


def _print(person: Person, url: str, **fields: str) -> bytes:
    asked = person.post(f"{url}/print", fields)
    assert asked.status_code == 303, asked.text
    reply = person.http.get(asked.headers["location"])
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/pdf"
    return reply.content


def text_of(pdf: bytes) -> str:
    """The text of all pages, with single blanks."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).split())


def test_an_order_prints_with_its_party_lines_and_total(
    admin: Person, orders: dict[str, int], store: Tenant
) -> None:
    text = text_of(_print(admin, f"/shop/orders/{orders['SO-00002']}"))
    for expected in ("Order", "SO-00002", "Padma Traders Ltd", "Dhaka", "2,501.00", store.title):
        assert expected in text


def test_many_orders_come_as_one_file_in_the_order_of_the_list(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    asked = admin.post(
        "/shop/orders/bulk/print", {"_all": "?sort=number", "_run": "1", "language": "en"}
    )
    assert asked.status_code == 303, asked.text
    page = asked.headers["location"]
    work_off(kernel, store)
    assert "130" in admin.http.get(page).text
    reader = PdfReader(io.BytesIO(admin.http.get(f"{page}/file").content))
    assert len(reader.pages) == 130
    for number in (1, 77, 130):
        assert f"SO-{number:05}" in reader.pages[number - 1].extract_text()


def test_whoever_cannot_read_a_record_cannot_print_it(
    hire: Hire, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    stranger = hire({"shop.customer.read": "all"})
    own = hire({"shop.order.read": "own"})
    url = f"/shop/orders/{orders['SO-00003']}"
    assert stranger.post(f"{url}/print", {}).status_code == 403
    assert own.post(f"{url}/print", {}).status_code == 404
    assert own.post(f"{url}/receipt", {}).status_code == 404
    asked = own.post("/shop/orders/bulk/print", {"_all": "", "_run": "1"})
    assert asked.status_code == 422
    with kernel.session(store) as session:
        users = session.scalars(select(PrintedCopy.user_id)).all()
    assert not {stranger.user_id, own.user_id} & set(users)


def test_a_print_belongs_to_whoever_made_it(
    admin: Person, hire: Hire, orders: dict[str, int]
) -> None:
    asked = admin.post(f"/shop/orders/{orders['SO-00004']}/print", {})
    other = hire()
    assert other.http.get(asked.headers["location"]).status_code == 404
    assert admin.http.get(asked.headers["location"]).status_code == 200


def test_a_run_leaves_out_what_may_no_longer_be_read(
    hire: Hire, admin: Person, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    clerk = hire({"shop.order.read": "own"})
    chosen = [orders["SO-00010"], orders["SO-00011"]]
    with kernel.session(store) as session:
        for key in chosen:
            session.get_one(Order, key).seller_id = clerk.user_id
    ids = ",".join(map(str, [*chosen, orders["SO-00012"]]))
    asked = clerk.post("/shop/orders/bulk/print", {"_ids": ids, "_run": "1"})
    with kernel.session(store) as session:
        session.get_one(Order, chosen[0]).seller_id = None
    work_off(kernel, store)
    page = asked.headers["location"]
    reader = PdfReader(io.BytesIO(clerk.http.get(f"{page}/file").content))
    assert len(reader.pages) == 1
    assert "SO-00011" in reader.pages[0].extract_text()
    assert "Left out" in clerk.http.get(page).text
    assert admin.http.get(page).status_code == 404
    assert admin.http.get(f"{page}/file").status_code == 404


def test_every_print_is_counted_and_marked_as_a_copy_where_that_is_wanted(
    admin: Person, orders: dict[str, int]
) -> None:
    url, design = f"/shop/orders/{orders['SO-00005']}", f"{FORMS}/shop/orders/document"
    assert admin.post(design, {**admin.open_form(design), "copy_mark": "on"}).status_code == 303
    _print(admin, url)
    (count,) = re.findall(r"Printed so far: (\d+)", admin.http.get(url).text)
    before = int(count)
    assert f"Copy {before}" in text_of(_print(admin, url))
    assert f"Copy {before + 1}" in text_of(_print(admin, url))
    assert f"Printed so far: {before + 2}" in admin.http.get(url).text
    assert admin.post(f"{design}/reset", {"after": "1"}).status_code == 303
    assert "Copy" not in text_of(_print(admin, url))


def test_the_same_print_is_the_same_file(admin: Person, orders: dict[str, int]) -> None:
    asked = admin.post(f"/shop/orders/{orders['SO-00006']}/print", {"language": "ar"})
    first = admin.http.get(asked.headers["location"])
    assert "SO-00006.pdf" in first.headers["content-disposition"]
    assert first.headers["content-disposition"].startswith("inline")
    assert admin.http.get(asked.headers["location"]).content == first.content


def test_a_record_of_a_resource_that_declares_nothing_prints_too(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        customer = session.scalars(select(Customer).where(Customer.city == "Dhaka")).one()
    text = text_of(_print(admin, f"/shop/customers/{customer.id}"))
    for expected in ("Customer", "Padma Traders Ltd", "Dhaka", "buy@padma.example"):
        assert expected in text
    assert "portal" not in text.lower()


def test_the_letterhead_is_on_every_document_in_its_language(
    admin: Person, orders: dict[str, int], store: Tenant
) -> None:
    page = f"{PRINTING}/letterhead"
    typed = {
        "company.en": "Al Noor #panic() *Co*",
        "company.ar": "شركة النور",
        "numbers.en": "VAT 310122393500003",
        "footer.en": "IBAN SA03 8000",
        "second_language": "ar",
        "colour": "#7a1f1f",
    }
    logo = ("logo.png", _picture("PNG"), "image/png")
    held = {**admin.open_form(page), **typed, "csrf_token": admin.csrf}
    assert admin.http.post(page, data=held, files={"logo": logo}).status_code == 303
    pdf = _print(admin, f"/shop/orders/{orders['SO-00007']}", language="en")
    text = text_of(pdf)
    for expected in ("Al Noor #panic() *Co*", "VAT 310122393500003", "IBAN SA03 8000"):
        assert expected in text
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1
    assert admin.post(f"{page}/reset", {"after": "1"}).status_code == 303
    plain = text_of(_print(admin, f"/shop/orders/{orders['SO-00007']}"))
    assert store.title in plain
    assert "Al Noor #panic()" in admin.http.get(f"{page}?version=1").text


def test_two_who_change_a_design_at_once_do_not_overwrite_each_other(admin: Person) -> None:
    page = f"{FORMS}/shop/customers/document"
    first, second = admin.open_form(page), admin.open_form(page)
    assert admin.post(page, {**first, "title": "Client card"}).status_code == 303
    refused = admin.post(page, {**second, "title": "Account sheet"})
    assert refused.status_code == 409
    assert "Somebody else changed this design" in refused.text
    assert "Client card" in admin.http.get(page).text


def test_what_cannot_be_printed_is_said_beside_its_field(admin: Person) -> None:
    page = f"{PRINTING}/letterhead"
    held = {**admin.open_form(page), "colour": "#ffff00", "company.bn": "x" * 2001}
    held["logo_height"] = "tall"
    refused = admin.http.post(
        page,
        data={**held, "csrf_token": admin.csrf},
        files={"logo": ("logo.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")},
    )
    assert refused.status_code == 422
    assert "no picture that can be printed" in refused.text
    refused = admin.http.post(page, data={**held, "csrf_token": admin.csrf})
    assert refused.status_code == 422
    for name in ("colour", "company-bn", "logo_height"):
        assert f'id="{name}-problem"' in refused.text


def test_a_preview_shows_what_is_typed_and_keeps_nothing(admin: Person) -> None:
    page = f"{FORMS}/shop/orders/document"
    before = admin.http.get(page).text.count("?version=")
    typed = {**admin.open_form(page), "title": "Proforma", "language": "bn"}
    reply = admin.http.post(
        f"{page}/preview",
        data={**typed, "csrf_token": admin.csrf},
        headers={"hx-request": "true"},
    )
    assert reply.text.count("data:image/png;base64,") == 1
    assert admin.http.get(page).text.count("?version=") == before


def test_only_who_manages_printing_changes_it(hire: Hire) -> None:
    clerk = hire({"shop.order.read": "all"})
    for page in (PRINTING, f"{PRINTING}/letterhead", f"{FORMS}/shop/orders/document"):
        assert clerk.http.get(page).status_code == 403
    assert clerk.post(f"{FORMS}/shop/orders/document", {}).status_code == 403


def test_a_logo_is_of_its_company_alone(admin: Person, kernel: Kernel, store: Tenant) -> None:
    with kernel.session(store) as session:
        digest = store_file(session, [_picture("PNG")]).digest
    with (
        fresh_tenant(kernel, f"other{os.urandom(3).hex()}") as other,
        kernel.session(other) as session,
    ):
        kept = {"shared": {"logo": digest, "logo_type": "image/png"}}
        letterhead = designs.read_letterheads(session, kept)["en"]
        assert logo_of(session, letterhead) == b""
    with kernel.session(store) as session:
        assert logo_of(session, designs.read_letterheads(session, kept)["en"]) == _picture("PNG")


def test_labels_and_receipts_come_as_bytes_for_their_printers(
    admin: Person, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        product = session.scalars(select(Product).where(Product.code == "5901234123457")).one()
    zebra = admin.post(f"/shop/products/{product.id}/label", {"as": "zpl", "copies": "2"})
    assert b"^BEN" in zebra.content
    assert zebra.content.endswith(b"^PQ2^XZ")
    sheet = admin.post(f"/shop/products/{product.id}/label", {"label_format": "a4-3x8"})
    assert "5901234123457" in text_of(sheet.content)
    assert admin.post(f"/shop/products/{product.id}/label", {"copies": "0"}).status_code == 422
    till = admin.post(f"/shop/orders/{orders['SO-00002']}/receipt", {"roll": "58", "drawer": "1"})
    assert till.content.startswith(b"\x1b@")
    assert b"\x1bp\x00" in till.content
    wrong = admin.post(f"/shop/orders/{orders['SO-00002']}/receipt", {"roll": "70"})
    assert wrong.status_code == 422


def test_a_code_is_drawn_for_pages(admin: Person) -> None:
    drawn = admin.http.get("/core/codes/qr?text=https://shop.example/7")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.text.startswith("<svg")
    assert admin.http.get("/core/codes/ean13?text=123").status_code == 422
    assert admin.http.get("/core/codes/pigeon?text=1").status_code == 404


def test_print_pdf_gives_addons_what_the_button_gives(
    admin: Person, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        order = session.get_one(Order, orders["SO-00020"])
        pdf = print_pdf(session, ORDERS, order, "en")
        assert pdf.name == "Order SO-00020.pdf"
        assert pdf.content == print_pdf(session, ORDERS, order, "en").content
    assert pdf.content == _print(admin, f"/shop/orders/{orders['SO-00020']}", language="en")


def test_old_runs_are_forgotten_with_their_files(
    admin: Person, orders: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    asked = admin.post("/shop/orders/bulk/print", {"_ids": str(orders["SO-00030"]), "_run": "1"})
    work_off(kernel, store)
    page = asked.headers["location"]
    assert admin.http.get(f"{page}/file").status_code == 200
    with kernel.session(store) as session:
        run = session.get_one(PrintRun, int(page.rpartition("/")[2]))
        digest, run.created_at = run.digest, utc_now() - timedelta(days=2)
        session.flush()
        forget_old_runs(session)
    assert admin.http.get(page).status_code == 404
    with pytest.raises(NotFound):
        kernel.files.open(store, digest)


def test_the_pages_of_printing_work_for_everyone(
    browser: Browser, address: str, hire: Hire
) -> None:
    page = sit_down(browser, address, hire(language="ar"), width=1400)
    page.goto(f"{address}{FORMS}/shop/orders/document")
    expect(page.locator(".print-page").first).to_be_visible()
    first = page.locator(".print-page").first.get_attribute("src")
    page.fill("#title", "Proforma")
    expect(page.locator(".print-page").first).not_to_have_attribute("src", first or "")
    assert violations(page) == []
    page.goto(f"{address}{PRINTING}/letterhead")
    expect(page.locator(".print-page").first).to_be_visible()
    assert violations(page) == []
    page.context.close()


def test_what_is_printed_opens_beside_its_page(
    browser: Browser, address: str, hire: Hire, orders: dict[str, int]
) -> None:
    with showing_pdf(browser) as reader:
        page = sit_down(reader, address, hire())
        page.goto(f"{address}/shop/orders/{orders['SO-00008']}")
        with page.context.expect_page() as opened:
            page.locator(".print-menu button").first.click()
        assert "/core/prints/" in opened.value.url


def _picture(kind: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (60, 30), "#7a1f1f").save(written, kind)
    return written.getvalue()
