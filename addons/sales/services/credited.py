"""What credit notes take back: shares of the very lines that were invoiced, with their taxes as
they were then.

Shares are taken one after the other, so that however many credit notes take a line back, together
they come to exactly what was invoiced. The taxes are those of the invoice, whatever rate holds
today: it is the taxable amount of that supply which is reduced (as article 90(1) of Directive
2006/112/EC has it for the European Union).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import TaxShare
from addons.sales.models import Invoice, InvoiceLine, InvoiceTax
from addons.sales.services.amounts import ZERO, part_of, step_of
from addons.sales.services.working_out import shares_as_json, shares_from_json
from core.api import InvalidInput, phrase

_BESIDE: Final = ("reverse_charge", "withholding")
"""Kinds of taxes that are no part of what is asked for."""


def credited_quantities(session: Session, line_ids: Collection[int]) -> dict[int, Decimal]:
    """How much of each of these lines posted credit notes took back already, without signs."""
    if not line_ids:
        return {}
    rows = session.execute(
        select(InvoiceLine.corrects_line_id, func.sum(func.abs(InvoiceLine.quantity)))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.corrects_line_id.in_(set(line_ids)), Invoice.state == "posted")
        .group_by(InvoiceLine.corrects_line_id)
    )
    return {line_id: quantity for line_id, quantity in rows if line_id is not None}


def take_shares(session: Session, note: Invoice, lines: Sequence[InvoiceLine]) -> None:
    """Work a credit note out that takes lines of an invoice back. Raises InvalidInput, naming the
    line, for more than was invoiced and not credited before, and for shares so small that what
    they leave after rounding is less than nothing."""
    wanted = [line.corrects_line_id for line in lines if line.corrects_line_id is not None]
    if len(wanted) < len(lines):
        raise InvalidInput.of(
            "lines",
            phrase("A credit note for an invoice takes back its lines alone."),
            fix=phrase("Write another credit note for what is beside it."),
        )
    before = credited_quantities(session, wanted)
    sold = {
        line.id: line
        for line in session.scalars(select(InvoiceLine).where(InvoiceLine.id.in_(wanted)))
    }
    step = step_of(note.currency)
    taxes: dict[tuple[str, str], TaxShare] = {}
    for place, line in enumerate(lines):
        origin = sold[line.corrects_line_id or 0]
        taken = before.get(origin.id, ZERO)
        _take(line, origin, taken, step, f"lines.{place}.quantity")
        before[origin.id] = taken + abs(line.quantity)
        for share in shares_from_json(line.tax_shares):
            known = taxes.get((share.code, share.kind))
            taxes[share.code, share.kind] = share if known is None else _sum(known, share)
    note.net = sum((line.net for line in lines), ZERO)
    note.tax = sum((line.tax for line in lines), ZERO)
    note.total = note.net + note.tax
    if note.total < 0:
        # Lines that were paid in advance stand against others, and each is rounded by itself.
        raise InvalidInput.of(
            "lines",
            phrase("Rounded, these shares come to less than nothing."),
            fix=phrase("Credit more of the invoice, or single lines of it."),
        )
    set_taxes(note, list(taxes.values()))


def set_taxes(invoice: Invoice, shares: Sequence[TaxShare]) -> None:
    """Write the summary of taxes; rows that say the same already stay as they are."""
    known = {(row.code, row.kind): row for row in invoice.taxes}
    kept = []
    for place, share in enumerate(shares, start=1):
        row = known.get((share.code, share.kind)) or InvoiceTax(code=share.code, kind=share.kind)
        row.position, row.base, row.amount = place, share.base, share.amount
        kept.append(row)
    invoice.taxes = kept


def _take(
    line: InvoiceLine, origin: InvoiceLine, before: Decimal, step: Decimal, field: str
) -> None:
    size, part = abs(origin.quantity), abs(line.quantity)
    if before + part > size:
        raise InvalidInput.of(
            field,
            phrase(
                "{left} of {line} can still be credited, not {quantity}.",
                left=f"{(size - before).normalize():f}",
                line=origin.description,
                quantity=f"{part.normalize():f}",
            ),
        )

    def share_of(whole: Decimal) -> Decimal:
        return part_of(whole, size, before, part, step)

    line.price, line.taxes = origin.price, origin.taxes
    line.discount_percent, line.discount = origin.discount_percent, share_of(origin.discount)
    line.promotion_discount = share_of(origin.promotion_discount)
    line.net = share_of(origin.net)
    shares = [
        TaxShare(
            tax.code,
            tax.kind,
            share_of(tax.base),
            share_of(tax.amount),
            share_of(tax.deductible),
        )
        for tax in shares_from_json(origin.tax_shares)
    ]
    # Of several taxes each is taken by itself, so the line's is their sum and no share of its own.
    line.tax = sum((tax.amount for tax in shares if tax.kind not in _BESIDE), ZERO)
    line.tax_shares = shares_as_json(shares)


def _sum(one: TaxShare, other: TaxShare) -> TaxShare:
    return TaxShare(
        one.code,
        one.kind,
        one.base + other.base,
        one.amount + other.amount,
        one.deductible + other.deductible,
    )


def left_to_credit(
    lines: Sequence[InvoiceLine], credited: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    """What is left to be credited of each line, with the sign of its quantity."""
    found = {}
    for line in lines:
        left = abs(line.quantity) - credited.get(line.id, ZERO)
        if left > 0:
            found[line.id] = left if line.quantity > 0 else -left
    return found
