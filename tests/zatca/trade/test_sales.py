"""Invoices of sales become electronic ones with the commit that posts them: every kind of them
holds against the authority's schemas and rules, by a validator that shares nothing with the addon,
and says to the cent what the books say."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from addons.contacts.api import get_contact
from addons.contacts.models import Contact
from addons.sales.models import Invoice
from addons.sales.services.advances import invoice_advance
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.posting import post_invoice
from addons.sales.services.releasing import release_retention
from addons.sales.services.sending import words_of_mail
from addons.sales.views.invoice_prints import PRINTS
from addons.zatca.models import Document
from addons.zatca.services.special_invoices import create_special
from core.api import print_pdf, utc_now
from core.errors import InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.zatca.authority.validator import validate
from tests.zatca.trade.trader import business, document_of, draft, goods, line, posted, said


def _sound(document: Document) -> None:
    verdict = validate(document.xml, previous_hash=document.previous_hash)
    assert [*verdict.errors, *verdict.warnings] == []


def test_an_invoice_of_a_business_is_a_tax_invoice_with_its_buyer(
    kernel: Kernel, company: Tenant
) -> None:
    with kernel.session(company) as session:
        invoice = posted(session, business(session), line(goods(session), "3"))
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        _sound(document)
        assert (document.kind, document.standard, document.state) == ("388", True, "PENDING")
        assert (document.total, document.tax) == (invoice.total, invoice.tax)
        assert said(document, "PayableAmount") == [f"{invoice.total:.2f}"]
        paper = PRINTS[0]
        assert paper.qr is not None
        assert paper.qr(session, invoice) == document.qr


def test_a_person_gets_a_simplified_invoice(kernel: Kernel, company: Tenant) -> None:
    with kernel.session(company) as session:
        person = Shop(session).customer(kind="person")
        invoice = posted(session, person, line(goods(session, "9.99"), "7"))
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        _sound(document)
        assert not document.standard
        assert document.tax == invoice.tax


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({"discount": Decimal("12.34")}, [{}, {}]),
        ({"discount_percent": Decimal("7.5")}, [{"discount_percent": "10"}, {}]),
        ({}, [{"discount": "1.11"}, {"discount_percent": "33.333"}]),
    ],
    ids=["on the document", "on both", "on lines"],
)
def test_discounts_are_stated_where_they_were_granted(
    kernel: Kernel, company: Tenant, more: dict[str, Any], lines: list[dict[str, str]]
) -> None:
    with kernel.session(company) as session:
        buyer = business(session)
        sold = [
            line(goods(session, price, group), "3", **discount)
            for price, group, discount in zip(
                ("19.99", "7.77"), ("standard", "zero"), lines, strict=True
            )
        ]
        invoice = posted(session, buyer, *sold, **more)
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        _sound(document)
        assert (document.total, document.tax) == (invoice.total, invoice.tax)


def test_a_credit_note_names_the_invoice_and_why(kernel: Kernel, company: Tenant) -> None:
    with kernel.session(company) as session:
        invoice = posted(session, business(session), line(goods(session), "3"))
        note = credit_invoice(
            session, invoice, "allowance", percent=Decimal(40), reason="Scratched"
        )
        post_invoice(session, note)
    with kernel.session(company) as session:
        document = document_of(session, note)
        _sound(document)
        assert document.kind == "381"
        assert invoice.number in said(document, "ID")
        assert "Scratched" in said(document, "InstructionNote")
        assert document.counter == document_of(session, invoice).counter + 1


def test_an_advance_is_an_invoice_of_its_own_and_taken_off_by_its_name(
    kernel: Kernel, company: Tenant
) -> None:
    with kernel.session(company) as session:
        shop = Shop(session)
        order = shop.confirmed([line(goods(session, "1000"), "2")], contact_id=business(session))
        advance = post_invoice(session, invoice_advance(session, order, percent=Decimal(30)))
    with kernel.session(company) as session:
        rest = post_invoice(session, invoice_orders(session, [order.id], "ordered"))
    with kernel.session(company) as session:
        asked, final = document_of(session, advance), document_of(session, rest)
        _sound(asked)
        _sound(final)
        assert asked.kind == "386"
        assert asked.uuid in said(final, "UUID")
        assert said(final, "PrepaidAmount") == [f"{advance.total:.2f}"]
        assert said(final, "PayableAmount") == [f"{rest.total:.2f}"]


def test_an_export_in_dollars_states_its_vat_in_riyals_too(kernel: Kernel, company: Tenant) -> None:
    with kernel.session(company) as session:
        abroad = Shop(session).customer(
            kind="company", country="DE", street="Am Kai 7", city="Hamburg",
            postal_code="20457", registration_number="HRB4711",
        )  # fmt: skip
        product = goods(session)
        invoice = posted(
            session, abroad, line(product, "2", taxes="SA-EXPORT"), currency="USD",
            rate=Decimal("3.75"),
        )  # fmt: skip
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        _sound(document)
        assert said(document, "TaxExemptionReasonCode") == ["VATEX-SA-32"]
        assert said(document, "TaxCurrencyCode") == ["SAR"]


@pytest.mark.parametrize(
    ("buyer", "field"),
    [
        ({"tax_number": ""}, "buyer"),
        ({"street": ""}, "buyer.street"),
        ({"postal_code": "123"}, "buyer.postal_zone"),
        ({"city": ""}, "buyer.city"),
        ({"name": "x" * 1001}, "buyer.name"),
        ({"name": "Bell \x07"}, "buyer.name"),
        ({"tax_number": "399999999900003"}, "buyer.vat_number"),
        ({"tax_number": "30000000003"}, "buyer.vat_number"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_the_authority_would_refuse_is_refused_before_it_is_posted(
    kernel: Kernel, company: Tenant, buyer: dict[str, str], field: str
) -> None:
    with kernel.session(company) as session:
        contact = session.get_one(Contact, business(session))
        for name, value in buyer.items():
            setattr(contact, name, value)
        invoice = draft(session, contact.id, line(goods(session)))
    with pytest.raises(InvalidInput) as refused, kernel.session(company) as session:
        post_invoice(session, session.get_one(Invoice, invoice.id))
    assert [one.field for one in refused.value.problems if one.field.startswith(field)]
    with kernel.session(company) as session:
        assert session.get_one(Invoice, invoice.id).number is None
        assert not session.scalars(select(Document).where(Document.source_id == invoice.id)).all()


def test_arabic_digits_of_a_buyers_numbers_are_written_as_western_ones(
    kernel: Kernel, company: Tenant
) -> None:
    with kernel.session(company) as session:
        contact = session.get_one(Contact, business(session))
        contact.tax_number, contact.postal_code = "٣٩٩٩٩٩٩٩٩٨٠٠٠٠٣", "١٢٢٢٢"
        invoice = posted(session, contact.id, line(goods(session)))
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        _sound(document)
        assert "399999999800003" in said(document, "CompanyID")


def test_what_is_kept_back_is_no_discount_and_its_release_no_document(
    kernel: Kernel, company: Tenant
) -> None:
    with kernel.session(company) as session:
        today = utc_now().date()
        kept = {"retention_percent": Decimal(10), "retained_until": today + timedelta(days=365)}
        invoice = posted(session, business(session), line(goods(session, "333.33")), **kept)
    with kernel.session(company) as session:
        document = document_of(session, invoice)
        _sound(document)
        assert (invoice.retained, invoice.total) == (Decimal("33.33"), Decimal("383.33"))
        assert said(document, "PayableAmount") == ["383.33"]
        assert said(document, "AllowanceTotalAmount") in ([], ["0.00"])
        assert "33.33 SAR" in said(document, "Note")[0]
        release = release_retention(session, invoice, day=today)
    with kernel.session(company) as session:
        of_release = select(Document.id).where(Document.source_id == release.id)
        assert session.scalars(of_release).all() == []
        assert "Release of retention" in print_pdf(session, "sales.invoices", release).name


def test_a_paper_is_called_what_the_law_calls_it(kernel: Kernel, company: Tenant) -> None:
    with kernel.session(company) as session:
        buyer, tea = business(session), goods(session)
        first = posted(session, buyer, line(tea))
        simplified = posted(session, Shop(session).customer(kind="person"), line(tea))
        more = draft(session, buyer, line(tea))
        create_special(
            session, {"invoice_id": more.id, "corrects_id": first.id, "reason": "Too little"}
        )
        post_invoice(session, more)
        note = post_invoice(session, credit_invoice(session, first, "cancellation"))
    papers = (
        (first, "Tax invoice"),
        (simplified, "Simplified tax invoice"),
        (more, "Debit note"),
        (note, "Credit note"),
    )
    with kernel.session(company) as session:
        for invoice, title in papers:
            form = "credit_note" if invoice.kind == "credit_note" else "invoice"
            pdf = print_pdf(session, "sales.invoices", invoice, form=form)
            called = f"{title} {invoice.number}".replace("/", "-")
            assert pdf.name == f"{called}.pdf"
            reader = PdfReader(io.BytesIO(pdf.content))
            assert reader.metadata is not None
            assert reader.metadata.title == called
            assert title in reader.pages[0].extract_text()
            contact = get_contact(session, invoice.contact_id)
            assert contact is not None
            subject, _ = words_of_mail(session, invoice, contact)
            assert subject.startswith(f"{title} {invoice.number}")
