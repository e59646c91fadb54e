"""What all cards are worth, and whether that is the sum of their moves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.sales.models import GiftCard
from core.api import Invariant, InvariantResult, msg

_APART: Final = text("""
SELECT card.number FROM sales.gift_card AS card
  LEFT JOIN LATERAL (SELECT sum(amount) AS amount FROM sales.gift_card_move AS move
                      WHERE move.card_id = card.id) AS moves ON true
 WHERE card.balance <> coalesce(moves.amount, 0) ORDER BY card.id LIMIT 20
""")
_PAYMENTS: Final = text("""
SELECT payment.number FROM sales.payment
  LEFT JOIN LATERAL (SELECT sum(move.amount) AS amount FROM sales.gift_card_move AS move
                      WHERE move.payment_id = payment.id) AS moves ON true
 WHERE payment.gift_card_id IS NOT NULL AND coalesce(moves.amount, 0) <>
       CASE payment.state WHEN 'posted' THEN payment.amount ELSE 0 END
       * CASE payment.kind WHEN 'payment' THEN -1 ELSE 1 END
 ORDER BY payment.id LIMIT 20
""")


def outstanding(session: Session) -> Mapping[str, Decimal]:
    """What bearers of cards may still buy for, by currency."""
    rows = session.execute(
        select(GiftCard.currency, func.sum(GiftCard.balance))
        .where(GiftCard.balance > 0)
        .group_by(GiftCard.currency)
        .order_by(GiftCard.currency)
    )
    return {row[0]: row[1] for row in rows}


def cards_sum_up(session: Session) -> InvariantResult:
    """What is on each card is the sum of its moves, and each payment moved what it says."""
    bad = [str(row[0]) for query in (_APART, _PAYMENTS) for row in session.execute(query)]
    return InvariantResult(not bad, f"{len(bad)} wrong", ", ".join(bad))


INVARIANT: Final = Invariant(
    "sales.gift_cards_sum_up", msg("Gift cards are the sum of their moves"), cards_sum_up
)
