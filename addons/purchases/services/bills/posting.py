"""Posting bills and debit notes: numbered, matched, told to the others, final."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import (
    Instalment,
    Product,
    TaxedDocument,
    Unit,
    company_currency,
    get_products,
    instalments,
    require_open,
    units,
)
from addons.purchases.events import BillLine as ToldLine
from addons.purchases.events import BillLineRole, BillPosted
from addons.purchases.models import Bill, BillLine, Order
from addons.purchases.services.amounts import kept_shares, shares_of
from addons.purchases.services.bills.line_writing import work_out_bill
from addons.purchases.services.bills.matching import refresh_match, refresh_matches
from addons.purchases.services.bills.references import require_new_reference, require_reference
from addons.purchases.services.bills.writing import require_draft
from addons.purchases.services.locking import lock, lock_all
from addons.purchases.services.numbering import next_number
from addons.purchases.services.orders.progress import in_line_unit, refresh_progress
from addons.purchases.services.payments.applying import apply_debit_note
from addons.purchases.services.rates import require_rate, shared_out
from core.api import Conflict, InvalidInput, emit, phrase, require_confirmation, utc_now

_ZERO: Final = Decimal(0)
_ROLES: Final[dict[str, BillLineRole]] = {
    "goods": "goods",
    "expense": "expense",
    "landed_cost": "landed_cost",
    "advance": "advance",
    "rounding": "rounding",
}


def post_bill(session: Session, bill: Bill) -> Bill:
    """Post a draft. Raises InvalidInput without lines, without a rate, below zero or without the
    supplier's number where that is required; Conflict where its reference was billed; the books'
    error for a closed day. Asks before more is billed than was ordered and received."""
    orders = lock_all(session, Order, [line.order_id for line in bill.lines])
    bill = lock(session, Bill, bill.id)
    require_draft(bill)
    if not bill.lines:
        raise InvalidInput.of("lines", phrase("A bill needs a line."))
    require_open(session, bill.date, "purchase")
    require_reference(session, bill)
    require_new_reference(session, bill)
    bill.rate = require_rate(session, bill.currency, bill.date, bill.rate)
    taxed = work_out_bill(session, bill)
    if bill.total < 0:
        raise InvalidInput.of(
            "lines",
            phrase("The bill comes to less than nothing."),
            fix=phrase("Write a debit note instead."),
        )
    _count_billed(session, bill)
    _settle_amounts(session, bill, taxed)
    session.flush()
    bill.number = next_number(session, bill.kind, bill.date)
    bill.state, bill.posted_at = "posted", utc_now()
    session.flush()
    refresh_match(session, bill)
    for order in orders.values():
        refresh_progress(session, order)
    emit(session, _told(session, bill))
    if bill.kind == "debit_note":
        refresh_matches(session, [line.order_line_id for line in bill.lines if line.order_line_id])
        apply_debit_note(session, bill)
    return bill


def _count_billed(session: Session, bill: Bill) -> None:
    """Raise or lower what is billed of the order's lines."""
    sign = 1 if bill.kind == "bill" else -1
    for place, line in enumerate(bill.lines):
        ordered = line.order_line
        if ordered is None or not line.stock_quantity:
            continue
        after = ordered.stock_billed + sign * line.stock_quantity
        if after < 0:
            raise InvalidInput.of(
                f"lines.{place}.quantity",
                phrase(
                    "Only {billed} of {product} were billed.",
                    billed=in_line_unit(ordered, ordered.stock_billed),
                    product=line.label,
                ),
            )
        most = max(ordered.stock_quantity - ordered.stock_closed, ordered.stock_kept)
        if sign > 0 and after > most:
            require_confirmation(
                session,
                phrase(
                    "This bills {after} of {product}; {most} were ordered or received.",
                    after=in_line_unit(ordered, after),
                    product=line.label,
                    most=in_line_unit(ordered, most),
                ),
                key=f"purchases.overbilled:{bill.id}",
            )
        ordered.stock_billed = after


def _settle_amounts(session: Session, bill: Bill, taxed: TaxedDocument) -> None:
    """What is kept of the tax engine's work, in the company's currency, and when it is due."""
    own = company_currency(session)
    nets = shared_out([line.net for line in bill.lines], bill.rate or Decimal(1), own)
    for line, worked, net in zip(bill.lines, taxed.lines, nets, strict=True):
        line.taxes, line.company_net = kept_shares(worked.taxes), net
    bill.taxes = kept_shares(taxed.taxes)
    bill.open = bill.total - bill.withheld
    if bill.open < 0:
        raise Conflict(phrase("More is withheld than the bill comes to."))
    parts = instalments(session, bill.contact_id, "purchase", bill.date, bill.open, bill.currency)
    bill.instalments = [
        {name: str(value) for name, value in asdict(part).items()} for part in parts
    ]
    bill.due_on = bill.due_on or min((part.due for part in parts), default=bill.date)
    bill.paid_state = "open" if bill.open else "paid"


def _told(session: Session, bill: Bill) -> BillPosted:
    """The event, with everything that accounting and inventory need."""
    ids = {line.product_id for line in bill.lines if line.product_id is not None}
    products, codes = get_products(session, ids), units(session)
    return BillPosted(
        bill_id=bill.id,
        kind="bill" if bill.kind == "bill" else "debit_note",
        number=bill.number or "",
        supplier_reference=bill.supplier_reference,
        day=bill.date,
        contact_id=bill.contact_id,
        contact_name=bill.contact_name,
        currency=bill.currency,
        rate=bill.rate or Decimal(1),
        branch_id=bill.branch_id,
        lines=tuple(
            _told_line(
                line,
                _category(products, line),
                _unit(products, codes, line),
            )
            for line in bill.lines
        ),
        taxes=shares_of(bill.taxes),
        net=bill.net,
        tax=bill.tax,
        total=bill.total,
        instalments=tuple(
            Instalment(date.fromisoformat(part["due"]), Decimal(part["amount"]))
            for part in bill.instalments
        ),
        corrects_id=bill.corrects_id,
    )


def _category(products: Mapping[int, Product], line: BillLine) -> int | None:
    return products[line.product_id].category_id if line.product_id is not None else None


def _unit(products: Mapping[int, Product], known: Mapping[int, Unit], line: BillLine) -> str:
    """The unit that the told quantity is in: the product's, or the line's own."""
    if line.product_id is not None:
        return products[line.product_id].unit
    unit = known.get(line.unit_id or 0)
    return unit.code if unit is not None else ""


def _told_line(line: BillLine, category_id: int | None, unit: str) -> ToldLine:
    return ToldLine(
        line_id=line.id,
        role=_ROLES[line.role],
        product_id=line.product_id,
        category_id=category_id,
        order_id=line.order_id,
        order_line_id=line.order_line_id,
        label=line.label,
        quantity=line.stock_quantity,
        unit=unit,
        net=line.net,
        taxes=shares_of(line.taxes),
    )
