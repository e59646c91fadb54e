"""Three-way matching: whether a bill should be paid, and why not.

A line of a bill is held against its order's line: the price against the price ordered, the quantity
billed so far against what was received (or, without that way, against what was ordered), each with
the tolerance that the company allows. Bills are held against it in the order in which they were
posted, so that the second bill for the same goods is the one that should not be paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from addons.purchases.models import Bill, BillLine, OrderLine
from addons.purchases.options import PurchasesOptions
from addons.purchases.services.orders.progress import in_line_unit
from core.api import msg, options

REASONS: Final = {
    "price": msg("The price is higher than ordered"),
    "received": msg("More is billed than was received"),
    "ordered": msg("More is billed than was ordered"),
    "order": msg("These goods were not ordered"),
    "currency": msg("The order is in another currency"),
}
_FINEST: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Difference:
    """Why a line of a bill should not be paid: the code of the reason, what the bill says, and what
    was expected instead."""

    code: str
    label: str
    billed: Decimal | None = None
    expected: Decimal | None = None

    @property
    def title(self) -> str:
        """The reason in words."""
        return REASONS[self.code]


def differences(session: Session, bill: Bill) -> list[Difference]:
    """What speaks against paying a bill as it is now; a debit note has nothing of the kind."""
    if bill.kind == "debit_note":
        return []
    company = options(session, PurchasesOptions)
    before = _billed_before(session, bill)
    found: list[Difference] = []
    so_far: dict[int, Decimal] = {}
    for line in bill.lines:
        ordered = line.order_line
        if ordered is None:
            if line.role == "goods":
                found.append(Difference("order", line.label))
            continue
        if ordered.order.currency != bill.currency:
            found.append(Difference("currency", line.label))
        else:
            found += _dearer(line, ordered, company.price_tolerance)
        so_far[ordered.id] = so_far.get(ordered.id, Decimal(0)) + line.stock_quantity
        billed = before.get(ordered.id, Decimal(0)) + so_far[ordered.id]
        found += _too_many(line, ordered, billed, company)
    return found


def refresh_match(session: Session, bill: Bill) -> None:
    """Write down whether a bill should be paid. What somebody released stays released."""
    if bill.match == "released":
        return
    codes = dict.fromkeys(one.code for one in differences(session, bill))
    bill.match, bill.reasons = ("no" if codes else "yes"), " ".join(codes)
    session.flush()


def refresh_matches(session: Session, order_line_ids: Iterable[int]) -> None:
    """The same for every bill that is still to be paid of these lines: more may have come."""
    ids = list(order_line_ids)
    if not ids:
        return
    named = select(BillLine.bill_id).where(BillLine.order_line_id.in_(ids))
    bills: Sequence[Bill] = session.scalars(
        select(Bill)
        .where(
            Bill.id.in_(named),
            Bill.state == "posted",
            Bill.kind == "bill",
            Bill.paid_state != "paid",
            Bill.match != "released",
        )
        .order_by(Bill.id)
        .with_for_update(key_share=True)
    ).all()
    for bill in bills:
        refresh_match(session, bill)


def _dearer(line: BillLine, ordered: OrderLine, tolerance: Decimal) -> list[Difference]:
    asked = line.price * (100 - line.discount_percent) / 100 / line.factor
    agreed = ordered.price * (100 - ordered.discount_percent) / 100 / ordered.factor
    most = agreed * (100 + tolerance) / 100
    if asked.quantize(_FINEST, ROUND_FLOOR) <= most.quantize(_FINEST, ROUND_CEILING):
        return []
    factor = line.factor
    return [
        Difference(
            "price",
            line.label,
            (asked * factor).quantize(_FINEST).normalize(),
            (agreed * factor).quantize(_FINEST).normalize(),
        )
    ]


def _too_many(
    line: BillLine, ordered: OrderLine, billed: Decimal, company: PurchasesOptions
) -> list[Difference]:
    most = (100 + company.quantity_tolerance) / 100
    received = company.match == "receipt"
    expected = ordered.stock_kept if received else ordered.stock_quantity - ordered.stock_closed
    expected = max(expected, ordered.stock_kept)
    if billed <= expected * most:
        return []
    return [
        Difference(
            "received" if received else "ordered",
            line.label,
            in_line_unit(ordered, billed),
            in_line_unit(ordered, expected),
        )
    ]


def _billed_before(session: Session, bill: Bill) -> dict[int, Decimal]:
    """Stock units of the same order lines that bills posted before this one hold, less what debit
    notes took back, whenever they did."""
    ids = {line.order_line_id for line in bill.lines if line.order_line_id is not None}
    if not ids:
        return {}
    signed = func.sum(
        case((Bill.kind == "bill", BillLine.stock_quantity), else_=-BillLine.stock_quantity)
    )
    query = (
        select(BillLine.order_line_id, signed)
        .join(Bill, Bill.id == BillLine.bill_id)
        .where(BillLine.order_line_id.in_(ids), Bill.state == "posted", Bill.id != (bill.id or 0))
        .group_by(BillLine.order_line_id)
    )
    if bill.posted_at is not None:
        query = query.where((Bill.posted_at < bill.posted_at) | (Bill.kind == "debit_note"))
    return {key: billed for key, billed in session.execute(query) if key is not None}
