"""Posted invoices and credit notes as values, with all that stands on their lines: for those who
make a document of another form of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from addons.sales.models import Invoice, InvoiceLine
from addons.sales.services.working_out import amount_of, taxed


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A line of a posted document. `kept` is what quantity times `price` comes to after the line's
    own discounts, in the terms of the price; `before` is `net` before the document's discount.
    `advance_id` is the invoice of the advance that the line takes off."""

    line_id: int
    role: str
    label: str
    sku: str
    quantity: Decimal
    unit_id: int | None
    price: Decimal
    kept: Decimal
    before: Decimal
    net: Decimal
    tax: Decimal
    tax_codes: tuple[str, ...]
    advance_id: int | None


@dataclass(frozen=True, slots=True)
class PostedInvoice:
    """A posted invoice or credit note. `rate` is what one unit of its currency is worth in the
    company's; a credit note names the invoice that it corrects. `retained` is what the customer
    keeps back of it, until `retained_until`."""

    invoice_id: int
    kind: str
    is_advance: bool
    number: str
    day: date
    supply_day: date | None
    posted_at: datetime
    contact_id: int
    contact_name: str
    currency: str
    rate: Decimal
    branch_id: int | None
    reason: str
    reference: str
    corrects_id: int | None
    corrects_number: str
    lines: tuple[PostedLine, ...]
    retained: Decimal
    retained_until: date | None


def posted_invoices(session: Session, ids: Collection[int]) -> Sequence[PostedInvoice]:
    """Those of these documents that are posted, in the order of their ids."""
    found = session.scalars(
        select(Invoice)
        .where(Invoice.id.in_(set(ids)), Invoice.state == "posted")
        .options(selectinload(Invoice.lines), selectinload(Invoice.corrects))
        .order_by(Invoice.id)
    ).all()
    advances = _advances(session, found)
    return [_posted(session, invoice, advances) for invoice in found]


def _advances(session: Session, invoices: Sequence[Invoice]) -> dict[int, int]:
    """The invoices of the advances that are taken off, by the lines that asked for them."""
    asked = {
        line.advance_line_id
        for invoice in invoices
        for line in invoice.lines
        if line.advance_line_id is not None
    }
    if not asked:
        return {}
    wanted = select(InvoiceLine.id, InvoiceLine.invoice_id).where(InvoiceLine.id.in_(asked))
    return {row.id: row.invoice_id for row in session.execute(wanted)}


def _posted(session: Session, invoice: Invoice, advances: dict[int, int]) -> PostedInvoice:
    lines = [line for line in invoice.lines if line.kind == "product"]
    return PostedInvoice(
        invoice_id=invoice.id,
        kind=invoice.kind,
        is_advance=invoice.basis == "advance" and invoice.kind == "invoice",
        number=invoice.number or "",
        day=invoice.day,
        supply_day=invoice.supply_day,
        posted_at=invoice.posted_at or invoice.created_at,
        contact_id=invoice.contact_id,
        contact_name=invoice.contact_name,
        currency=invoice.currency,
        rate=invoice.rate or Decimal(1),
        branch_id=invoice.branch_id,
        reason=invoice.reason,
        reference=invoice.reference,
        corrects_id=invoice.corrects_id,
        corrects_number=(invoice.corrects.number or "") if invoice.corrects else "",
        lines=tuple(
            _line(line, before, advances)
            for line, before in zip(lines, _before_discount(session, invoice, lines), strict=True)
        ),
        retained=invoice.retained,
        retained_until=invoice.retained_until,
    )


def _before_discount(
    session: Session, invoice: Invoice, lines: Sequence[InvoiceLine]
) -> list[Decimal]:
    """The net of each line before the document's own discount. Credit notes take shares of what
    was invoiced: they have no discount of their own."""
    granted = invoice.discount or invoice.discount_percent
    if not granted or any(line.corrects_line_id is not None for line in lines):
        return [line.net for line in lines]
    worked_out = [line for line in lines if line.role != "rounding"]
    nets = taxed(session, worked_out, invoice.day, invoice.currency).lines
    before = {line.id: one.net for line, one in zip(worked_out, nets, strict=True)}
    return [before.get(line.id, line.net) for line in lines]


def _line(line: InvoiceLine, before: Decimal, advances: dict[int, int]) -> PostedLine:
    return PostedLine(
        line_id=line.id,
        role=line.role,
        label=line.description,
        sku=line.sku,
        quantity=line.quantity,
        unit_id=line.unit_id,
        price=line.price,
        kept=amount_of(line),
        before=before,
        net=line.net,
        tax=line.tax,
        tax_codes=tuple(line.taxes.split()),
        advance_id=advances.get(line.advance_line_id or 0),
    )
