"""What people type wrongly is found before anything is signed, and answered at its field: by the
pages that keep contacts and sellers, or when the invoice is posted. Bundles are sold as their
parts, and say so."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import httpx
import pytest

from addons.catalog.services.bundles import create_bundle
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.posting import post_invoice
from addons.zatca.models import Document
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.zatca.authority.validator import validate
from tests.zatca.trade.trader import SAUDI_BUYER, business, document_of, goods, line, said

Browse = Callable[..., httpx.Client]

BUYERS: Final[tuple[tuple[dict[str, str], str], ...]] = (
    ({"tax_number": ""}, "buyer"),
    ({"tax_number": "", "registration_number": "101000000"}, "buyer.identity"),
    ({"registration_number": "10100000011"}, "buyer.identity"),
    ({"tax_number": "30000000003"}, "tax_number"),
    ({"postal_code": "123"}, "postal_code"),
    ({"name": "N" * 1001}, "buyer.name"),
    ({"street": "King\x07 Road"}, "buyer.street"),
    ({"district": ""}, "buyer.district"),
)
"""Each with the field that is named: of the contact, or of the buyer when the invoice is posted."""
SELLERS: Final[tuple[tuple[dict[str, str], str], ...]] = (
    ({"vat_number": "31012239350000"}, "vat_number"),
    ({"identity": "101001000"}, "identity"),
    ({"building": "12"}, "building"),
    ({"postal_zone": "1234"}, "postal_zone"),
    ({"street": "S" * 1001}, "street"),
    ({"name": "ن" * 64}, "name"),
    ({"city": "Riy\x00adh"}, "city"),
)


@pytest.fixture(scope="module")
def tenant(company: Tenant) -> Tenant:
    return company


def _fields(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {one["field"] for one in answer.json()["errors"]}


def test_what_is_typed_wrongly_is_answered_at_its_field_and_nothing_is_signed(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    with kernel.session(company) as session:
        product, well = goods(session), business(session)
        long_named = goods(session, name="P" * 1001)
    browser = as_user()

    def posted(buyer: int, product: int = product) -> httpx.Response:
        values = {"contact_id": buyer, "lines": [{"product_id": product, "quantity": "1"}]}
        made = browser.post("/api/v1/sales/invoices", json=values)
        if not made.is_success:
            return made
        return browser.post(f"/api/v1/sales/invoices/{made.json()['id']}/actions/post", json={})

    for wrong, field in BUYERS:
        values = {"name": "Buyer", "is_customer": True, **SAUDI_BUYER, **wrong}
        made = browser.post("/api/v1/contacts/contacts", json=values)
        answer = posted(made.json()["id"]) if made.is_success else made
        assert any(one.startswith(field) for one in _fields(answer)), (wrong, answer.text)
    assert _fields(posted(well, long_named)) == {"lines[0].name"}
    [seller] = browser.get("/api/v1/zatca/sellers").json()["data"]
    address = f"/api/v1/zatca/sellers/{seller['id']}"
    known = {"if-match": browser.get(address).headers["etag"]}
    for wrong, field in SELLERS:
        assert field in _fields(browser.patch(address, json=wrong, headers=known)), wrong
    with kernel.session(company) as session:
        assert session.query(Document).count() == 0


def test_names_at_their_limit_and_arabic_digits_pass(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    values = {
        "is_customer": True,
        **SAUDI_BUYER,
        "name": "ا" * 1000,
        "tax_number": "٣٩٩٩٩٩٩٩٩٨٠٠٠٠٣",
        "postal_code": "١٢٢٢٢",
        "registration_number": "١٠١٠٠٠٠٠٠١",
    }
    browser = as_user()
    buyer = browser.post("/api/v1/contacts/contacts", json=values).json()["id"]
    with kernel.session(company) as session:
        product = goods(session, name="P" * 998 + "\x07P")
    sold = {"product_id": product, "quantity": "1"}
    made = browser.post("/api/v1/sales/invoices", json={"contact_id": buyer, "lines": [sold]})
    assert made.is_success, made.text
    posted = browser.post(f"/api/v1/sales/invoices/{made.json()['id']}/actions/post", json={})
    assert posted.status_code == 200, posted.text
    with kernel.session(company) as session:
        document = session.query(Document).filter_by(source_id=made.json()["id"]).one()
        verdict = validate(document.xml, previous_hash=document.previous_hash)
        assert [*verdict.errors, *verdict.warnings] == []
        assert "P" * 998 + " P" in said(document, "Name")
        assert {"399999999800003", "1010000001"} <= {
            *said(document, "CompanyID"),
            *said(document, "ID"),
        }


def test_a_bundle_is_sold_as_its_parts_at_its_own_price(kernel: Kernel, company: Tenant) -> None:
    with kernel.session(company) as session:
        box, tea, honey = goods(session, "20"), goods(session, "4.01"), goods(session, "9", "zero")
        parts = [
            {"product_id": part, "quantity": Decimal(count), "position": count}
            for part, count in ((honey, 1), (tea, 3))
        ]
        create_bundle(session, {"product_id": box, "parts": parts})
        order = Shop(session).confirmed([line(box, "7")], contact_id=business(session))
        invoice = post_invoice(session, invoice_orders(session, [order.id], "ordered"))
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        verdict = validate(document.xml, previous_hash=document.previous_hash)
        assert [*verdict.errors, *verdict.warnings] == []
        assert (document.total, document.tax) == (invoice.total, invoice.tax)
        assert said(document, "TaxExclusiveAmount") == ["140.00"]
        assert sorted(said(document, "InvoicedQuantity")) == ["21.00", "7.00"]
