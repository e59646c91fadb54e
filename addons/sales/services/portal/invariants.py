"""What always holds of answers and of money that came online."""

from __future__ import annotations

from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

_RECEIVED: Final = text("""
SELECT intent.id FROM sales.payment_intent AS intent
  LEFT JOIN LATERAL (SELECT sum(amount) AS amount FROM sales.gateway_receipt
                      WHERE intent_id = intent.id) AS came ON true
  LEFT JOIN LATERAL (SELECT sum(amount) AS amount FROM sales.payment_intent_part
                      WHERE intent_id = intent.id) AS asked ON true
 WHERE intent.received <> coalesce(came.amount, 0)
    OR (asked.amount IS NOT NULL AND asked.amount <> intent.amount)
    OR (asked.amount IS NULL) = (intent.order_id IS NULL)
 ORDER BY intent.id LIMIT 20
""")
_POSTED: Final = text("""
SELECT receipt.id FROM sales.gateway_receipt AS receipt
  JOIN sales.payment AS payment ON payment.id = receipt.payment_id
 WHERE payment.state = 'draft' OR payment.kind <> 'payment'
    OR payment.amount <> receipt.amount OR payment.currency <> receipt.currency
 ORDER BY receipt.id LIMIT 20
""")
_ANSWERED: Final = text("""
SELECT doc.number FROM sales.order_answer AS answer
  JOIN sales.sales_order AS doc ON doc.id = answer.order_id
 WHERE answer.quote_version > doc.quote_version
    OR (answer.confirmed AND doc.confirmed_at IS NULL)
 ORDER BY answer.id LIMIT 20
""")


def _none(session: Session, query: TextClause) -> InvariantResult:
    bad = [str(row[0]) for row in session.execute(query)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


def intents_sum_up(session: Session) -> InvariantResult:
    """What was received of each online payment is what its gateway confirmed."""
    return _none(session, _RECEIVED)


def receipts_are_payments(session: Session) -> InvariantResult:
    """Each confirmation of a gateway is a posted payment of this very amount."""
    return _none(session, _POSTED)


def answers_fit(session: Session) -> InvariantResult:
    """Quotations that customers made orders are orders."""
    return _none(session, _ANSWERED)


INVARIANTS: Final = (
    Invariant(
        "sales.intents_sum_up",
        msg("Online payments are the sum of their confirmations"),
        intents_sum_up,
    ),
    Invariant(
        "sales.receipts_are_payments",
        msg("What gateways confirmed was posted"),
        receipts_are_payments,
    ),
    Invariant("sales.answers_fit", msg("What customers accepted was confirmed"), answers_fit),
)
