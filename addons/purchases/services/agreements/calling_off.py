"""What binding orders call off of an agreement: worked out from the orders anew each time, so that
closing or cancelling one gives back what it took."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.purchases.models import Agreement, Order
from addons.purchases.services.locking import lock
from core.api import Conflict, phrase

_LINES: Final = text("""
UPDATE purchases.agreement_line AS agreed
   SET called = coalesce((
     SELECT sum(line.stock_quantity - line.stock_closed) FROM purchases.order_line AS line
       JOIN purchases."order" AS document ON document.id = line.order_id
      WHERE line.agreement_line_id = agreed.id AND document.state IN ('approved', 'done')), 0)
     / agreed.factor
 WHERE agreed.agreement_id = :agreement
""")
_VALUE: Final = text("""
SELECT coalesce(sum(line.net * (line.stock_quantity - line.stock_closed) / line.stock_quantity), 0)
  FROM purchases.order_line AS line
  JOIN purchases."order" AS document ON document.id = line.order_id
 WHERE document.agreement_id = :agreement AND document.state IN ('approved', 'done')
""")


def call_off(session: Session, order: Order) -> None:
    """Count a binding order against its agreement. Raises Conflict where the agreement is not in
    force on the order's day, or does not cover it."""
    if order.agreement_id is None:
        return
    agreement = lock(session, Agreement, order.agreement_id)
    if agreement.state != "active":
        raise Conflict(
            phrase("The agreement {number} is not active.", number=agreement.number or agreement.id)
        )
    ended = agreement.end_on is not None and order.date > agreement.end_on
    if ended or order.date < agreement.start_on:
        raise Conflict(
            phrase(
                "The agreement {number} does not hold on {day}.",
                number=agreement.number,
                day=order.date,
            ),
            fix=phrase("Order without it, or agree on other days."),
        )
    _count(session, agreement)
    _require_covered(agreement)


def give_back(session: Session, order: Order) -> None:
    """Count again after an order was cancelled, reopened or closed short."""
    if order.agreement_id is not None:
        _count(session, lock(session, Agreement, order.agreement_id))


def _count(session: Session, agreement: Agreement) -> None:
    session.flush()
    session.execute(_LINES, {"agreement": agreement.id})
    agreement.called = session.execute(_VALUE, {"agreement": agreement.id}).scalar_one()
    session.flush()
    session.refresh(agreement, ["lines"])
    for line in agreement.lines:
        session.refresh(line, ["called"])


def _require_covered(agreement: Agreement) -> None:
    if agreement.amount is not None and agreement.called > agreement.amount:
        raise Conflict(
            phrase(
                "This calls off {called} {currency} in all; {amount} were agreed.",
                called=agreement.called,
                currency=agreement.currency,
                amount=agreement.amount,
            ),
            fix=phrase("Order less, or agree on more."),
        )
    for line in agreement.lines:
        if line.quantity is not None and line.called > line.quantity:
            raise Conflict(
                phrase(
                    "This calls off {called} of a product of which {quantity} were agreed.",
                    called=line.called,
                    quantity=line.quantity,
                ),
                fix=phrase("Order less, or agree on more."),
            )
