"""Whoever may read a record prints it: in each language, with the company's letterhead, logged."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.workspace.conftest import Person


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
