"""Drafts of credit notes: all of an invoice, chosen quantities, a percentage, or a return."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from addons.sales.models import Invoice, InvoiceLine, SalesReturn
from addons.sales.services.amounts import EXACT, HUNDRED, QUANTITY_STEP, ZERO, require_percent
from addons.sales.services.blank_lines import new_line
from addons.sales.services.credited import credited_quantities, left_to_credit
from addons.sales.services.invoices import blank_invoice, work_out_invoice
from addons.sales.services.locking import lock_order
from addons.sales.services.progress import may_invoice
from core.api import Conflict, InvalidInput, phrase, today

CreditBasis = Literal["cancellation", "allowance", "return"]
"""Whether what is credited may be invoiced again, as if it had not been; or not: a lower price, or
goods that the customer keeps; or came back."""


def credit_invoice(
    session: Session,
    invoice: Invoice,
    basis: CreditBasis,
    *,
    quantities: Mapping[int, Decimal] | None = None,
    percent: Decimal | None = None,
    reason: str = "",
    back: SalesReturn | None = None,
) -> Invoice:
    """A draft that takes back these quantities of an invoice's lines, a percentage of each line, or
    all that is left. Raises Conflict for what is no posted invoice and where nothing is left,
    InvalidInput for more than is left."""
    if invoice.kind != "invoice" or invoice.is_draft:
        raise Conflict(
            phrase("Only a posted invoice is taken back by a credit note."),
            fix=phrase("A draft is simply changed, or deleted."),
        )
    if invoice.basis == "retention":
        raise Conflict(
            phrase("{number} only asks for what was kept back.", number=invoice.number or ""),
            fix=phrase("Credit the invoice that it was kept back of."),
        )
    sold = [line for line in invoice.lines if line.kind == "product"]
    left = left_to_credit(sold, credited_quantities(session, [line.id for line in sold]))
    wanted = _wanted(sold, left, quantities, percent)
    if not wanted:
        raise Conflict(
            phrase("Nothing of {number} is left to credit.", number=invoice.number or "")
        )
    note = blank_invoice(session, kind="credit_note", basis=basis)
    for name in (
        "contact_id",
        "contact_name",
        "currency",
        "salesperson_id",
        "team_id",
        "branch_id",
        "reference",
    ):
        setattr(note, name, getattr(invoice, name))
    note.corrects_id, note.reason = invoice.id, reason.strip()
    # What an invoice asked for in a foreign currency is taken back at the rate it was entered at.
    note.rate = invoice.rate
    note.day = max(today(session), invoice.day)
    if back is not None:
        note.return_id, note.day = back.id, max(back.day, invoice.day)
    note.lines = [
        _taking_back(line, wanted[line.id], place)
        for place, line in enumerate(sold, start=1)
        if line.id in wanted
    ]
    work_out_invoice(session, note)
    session.add(note)
    session.flush()
    return note


def _wanted(
    sold: list[InvoiceLine],
    left: Mapping[int, Decimal],
    quantities: Mapping[int, Decimal] | None,
    percent: Decimal | None,
) -> Mapping[int, Decimal]:
    if quantities is not None:
        unknown = quantities.keys() - {line.id for line in sold}
        if unknown:
            raise InvalidInput.of("lines", phrase("There is no such line in this invoice."))
        return {key: quantity for key, quantity in quantities.items() if quantity}
    if percent is None:
        return left
    require_percent(percent, "percent")
    found = {}
    for line in sold:
        part = EXACT.divide(EXACT.multiply(line.quantity, percent), HUNDRED)
        part = part.quantize(QUANTITY_STEP, context=EXACT)
        if line.id in left and part:
            most = left[line.id]
            found[line.id] = min(part, most) if part > 0 else max(part, most)
    return found


def _taking_back(line: InvoiceLine, quantity: Decimal, place: int) -> InvoiceLine:
    copied = (
        "role",
        "product_id",
        "category_id",
        "sku",
        "description",
        "unit_id",
        "unit",
        "factor",
        "price",
        "price_why",
        "discount_percent",
        "discount_why",
        "taxes",
        "cost",
        "order_id",
        "order_line_id",
        "advance_line_id",
        "covers_from",
        "covers_until",
    )
    return new_line(
        position=place,
        quantity=quantity,
        corrects_line_id=line.id,
        **{name: getattr(line, name) for name in copied},
    )


def credit_return(session: Session, back: SalesReturn) -> list[Invoice]:
    """Drafts that credit what a return brought back, at the prices at which it was sold: one for
    each invoice that sold it, the newest first. Empty where nothing of it was invoiced."""
    order = lock_order(session, back.order_id)
    if back.state != "received":
        raise Conflict(
            phrase("Only goods that came back are credited."),
            fix=phrase("Receive the return first."),
        )
    if back.replace:
        raise Conflict(phrase("These goods are replaced, and not credited."))
    drafted = select(Invoice.id).where(Invoice.return_id == back.id)
    if session.scalar(drafted.limit(1)) is not None:
        raise Conflict(phrase("A credit note for this return was written already."))
    lines = {line.id: line for line in order.lines}
    due: dict[int, Decimal] = {}
    for written in back.lines:
        line = lines[written.order_line_id]
        most = line.invoiced - line.credited
        if back.with_goods:
            most = min(most, line.invoiced - may_invoice(line, order.invoice_policy))
        due[line.id] = min(written.quantity, max(most, ZERO))
    notes = _spread(session, back, due)
    if not notes:
        back.state = "closed"
        session.flush()
    return notes


def _spread(session: Session, back: SalesReturn, due: dict[int, Decimal]) -> list[Invoice]:
    """The quantities over the invoices that asked for them, from the newest back."""
    invoices = session.scalars(
        select(Invoice)
        .where(
            Invoice.state == "posted",
            Invoice.kind == "invoice",
            Invoice.id.in_(
                select(InvoiceLine.invoice_id).where(InvoiceLine.order_line_id.in_(due.keys()))
            ),
        )
        .order_by(Invoice.day.desc(), Invoice.id.desc())
        .options(selectinload(Invoice.lines))
    ).all()
    sold = [line for one in invoices for line in one.lines if line.order_line_id in due]
    left = left_to_credit(sold, credited_quantities(session, [line.id for line in sold]))
    notes = []
    for invoice in invoices:
        taken: dict[int, Decimal] = {}
        for line in invoice.lines:
            want = due.get(line.order_line_id or 0, ZERO)
            part = min(want, left.get(line.id, ZERO))
            if part > 0:
                taken[line.id] = part
                due[line.order_line_id or 0] = want - part
        if taken:
            basis: CreditBasis = "return" if back.with_goods else "allowance"
            notes.append(
                credit_invoice(
                    session, invoice, basis, quantities=taken, reason=back.reason, back=back
                )
            )
    return notes
