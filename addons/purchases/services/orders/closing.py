"""Orders end: cancelled before anything came, or closed short of what will not come any more."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.purchases.events import OrderClosed
from addons.purchases.models import Bill, BillLine, Order, Receipt
from addons.purchases.services.agreements.calling_off import give_back
from addons.purchases.services.locking import lock
from addons.purchases.services.orders.expecting import expect_order
from addons.purchases.services.orders.progress import refresh_progress
from addons.purchases.services.orders.writing import order_title
from addons.purchases.services.requests.following import note_ordered
from core.api import Conflict, emit, phrase


def cancel_order(session: Session, order: Order) -> Order:
    """Call an order off of which nothing was received or billed. Raises Conflict that names what
    stands in the way."""
    order = lock(session, Order, order.id)
    if order.state not in ("draft", "to_approve", "approved"):
        raise Conflict(phrase("{order} cannot be cancelled.", order=order_title(order)))
    came = next((line for line in order.lines if line.stock_received), None)
    if came is not None:
        raise Conflict(
            phrase(
                "{quantity} of {product} were received.",
                quantity=came.received,
                product=came.label,
            ),
            fix=phrase("Close what is open of the order; what came can be returned."),
        )
    _require_unbilled(session, order)
    binding = order.state == "approved"
    if binding:
        expect_order(session, order, nothing=True)
    order.state, order.open_for_receipt = "cancelled", False
    session.flush()
    if binding:
        give_back(session, order)
        note_ordered(session, order)
        emit(session, OrderClosed(order.id, order.number or ""))
    return order


def close_short(session: Session, order: Order, line_ids: Collection[int] | None = None) -> Order:
    """Expect nothing more of an order, or of these lines of it: what is missing will not come.
    Raises Conflict where nothing is open."""
    order = lock(session, Order, order.id)
    if order.state != "approved":
        raise Conflict(
            phrase("{order} is not open.", order=order_title(order)),
            fix=phrase("Only a binding order is closed; a draft is cancelled."),
        )
    chosen = [
        line
        for line in order.lines
        if line.stock_open and (line_ids is None or line.id in line_ids)
    ]
    if not chosen:
        raise Conflict(phrase("Nothing more is expected of {order}.", order=order_title(order)))
    drafts = select(Receipt.id).where(Receipt.order_id == order.id, Receipt.state == "draft")
    if session.scalar(drafts.limit(1)) is not None:
        raise Conflict(
            phrase("A receipt of {order} is not posted yet.", order=order_title(order)),
            fix=phrase("Post it or delete it first."),
        )
    for line in chosen:
        line.stock_closed += line.stock_open
    session.flush()
    give_back(session, order)
    expect_order(session, order)
    refresh_progress(session, order)
    return order


def _require_unbilled(session: Session, order: Order) -> None:
    named = (
        select(Bill)
        .join(BillLine, BillLine.bill_id == Bill.id)
        .where(BillLine.order_id == order.id)
        .order_by(Bill.number.nulls_last(), Bill.id)
    )
    bill = session.scalars(named.limit(1)).first()
    if bill is not None:
        raise Conflict(
            phrase(
                "The bill {bill} names {order}.",
                bill=bill.number or bill.supplier_reference or bill.id,
                order=order_title(order),
            ),
            fix=phrase("Delete the bill if it is a draft, or write a debit note."),
        )
