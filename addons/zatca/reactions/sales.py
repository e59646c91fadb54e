"""When sales post an invoice or a credit note, it becomes an electronic one in that commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy.orm import Session

from addons.sales.api import (
    InvoicePosted,
    InvoiceStamps,
    PostedInvoice,
    PostedLine,
    invoice_pdf,
    posted_invoices,
)
from addons.zatca.documents.addressee import addressee
from addons.zatca.extension_points import PaperSource, Role, Sale, SaleSource, SoldLine
from addons.zatca.services.archive import attachment_of
from addons.zatca.services.found import document_of
from addons.zatca.services.issuing import issue
from addons.zatca.services.titles import title_of
from core.api import Attachment, Extension, Pdf, on, phrase

INVOICE: Final = "sales.invoice"


class Invoices:
    """Invoices and credit notes (`SaleSource`)."""

    def sales(self, session: Session, ids: Collection[int], /) -> Sequence[Sale]:
        """These documents, as they were posted. What asks for a share that was kept back is none:
        the invoice that it was kept back of stands with the authority in full."""
        return [
            _sale(invoice)
            for invoice in posted_invoices(session, ids)
            if any(line.role != "retention" for line in invoice.lines)
        ]


@on(InvoicePosted)
def make_document(session: Session, event: InvoicePosted) -> None:
    """Refuse what the authority would have to, and make the document with the commit."""
    issue(session, INVOICE, [event.invoice_id])


def _sale(invoice: PostedInvoice) -> Sale:
    is_note = invoice.kind == "credit_note"
    return Sale(
        source_type=INVOICE,
        source_id=invoice.invoice_id,
        number=invoice.number,
        kind="381" if is_note else "386" if invoice.is_advance else "388",
        happened_at=invoice.posted_at,
        day=invoice.day,
        currency=invoice.currency,
        rate=invoice.rate,
        lines=tuple(map(_line, invoice.lines)),
        contact_id=invoice.contact_id,
        branch_id=invoice.branch_id,
        supply_day=invoice.supply_day or invoice.day,
        reason=invoice.reason,
        references=(invoice.corrects_number,) if invoice.corrects_number else (),
        order_reference=invoice.reference,
        notes=_notes(invoice),
    )


def _notes(invoice: PostedInvoice) -> tuple[str, ...]:
    """What the customer keeps back is no discount: the document asks for all of it, and says so in
    words alone."""
    if not invoice.retained or invoice.retained_until is None:
        return ()
    return (
        phrase(
            "Of this, {amount} {currency} are kept back until {day}.",
            amount=f"{invoice.retained:f}",
            currency=invoice.currency,
            day=invoice.retained_until,
        ),
    )


def _line(line: PostedLine) -> SoldLine:
    role: Role = "sale"
    if line.role == "rounding":
        role = "rounding"
    elif line.advance_id is not None:
        role = "advance"
    return SoldLine(
        label=line.label,
        quantity=line.quantity,
        unit_id=line.unit_id,
        price=line.price,
        net=line.net,
        tax=line.tax,
        tax_codes=line.tax_codes,
        before=line.before,
        kept=line.kept,
        role=role,
        item_code=line.sku,
        advance_id=line.advance_id,
    )


class Stamps:
    """Titles, buyers, QR codes and files of invoices (`InvoiceStamps`)."""

    def title(self, session: Session, invoice_id: int, /) -> str:
        """What the electronic invoice is by its kind."""
        document = document_of(session, INVOICE, invoice_id)
        return "" if document is None else title_of(document)

    def buyer(self, session: Session, invoice_id: int, /) -> Sequence[str]:
        """As the signed document names it: paper that is set later says the same."""
        document = document_of(session, INVOICE, invoice_id)
        named = None if document is None else addressee(document.xml)
        if named is None or not named.lines:
            return ()
        number = (phrase("Tax number {number}", number=named.vat_number),)
        return (named.name, *named.lines, *(number if named.vat_number else ()))

    def qr(self, session: Session, invoice_id: int, /) -> str:
        """That of the electronic invoice: the authority's own where it stamped one."""
        document = document_of(session, INVOICE, invoice_id)
        return "" if document is None else document.printed_qr

    def file(self, session: Session, invoice_id: int, /) -> Attachment | None:
        """Its XML: what the authority stamped, or what was signed."""
        document = document_of(session, INVOICE, invoice_id)
        return None if document is None else attachment_of(document)


class Papers:
    """Invoices and credit notes as PDF (`PaperSource`)."""

    def pdf(self, session: Session, source_id: int, /) -> Pdf | None:
        """What the customer gets on paper."""
        return invoice_pdf(session, source_id)


EXTENSIONS: Final = (
    Extension(SaleSource, INVOICE, Invoices()),
    Extension(PaperSource, INVOICE, Papers()),
    Extension(InvoiceStamps, "zatca", Stamps()),
)
