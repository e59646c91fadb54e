"""Gift cards that have paid at a till, perhaps long before anybody here hears of it.

The sale has happened. So a card gives what it still has, and the caller learns what it lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.sales.services.gift_cards.keeping import add_move, lock_card
from addons.sales.services.gift_cards.redeeming import find_card
from addons.sales.services.gift_cards.spending import require_usable
from core.api import AppError

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class CardAtTill:
    """What a card gave, or got back where it is negative; `rate` is that of its issue. Without a
    card (`card_id` is None) it gave nothing."""

    card_id: int | None
    taken: Decimal
    rate: Decimal


def settle_at_till(
    session: Session, code: str, currency: str, amount: Decimal, day: date, receipt: str
) -> CardAtTill:
    """Take an amount from the card of this code for a receipt, or put it back onto it where it is
    negative. A card that is unknown, in another currency or cannot be used gives nothing, one that
    has less gives that. Locks the card; nothing is raised for what should have been."""
    try:
        card = lock_card(session, find_card(session, code).id)
        if card.currency != currency:
            return CardAtTill(None, ZERO, Decimal(1))
        if amount < 0:
            if card.state != "active":
                return CardAtTill(None, ZERO, Decimal(1))
            add_move(session, card, "refund", -amount, day, receipt=receipt)
            return CardAtTill(card.id, amount, card.rate)
        require_usable(session, card, day)
    except AppError:
        return CardAtTill(None, ZERO, Decimal(1))
    taken = min(card.balance, amount)
    if taken > 0:
        add_move(session, card, "redeem", -taken, day, receipt=receipt)
    return CardAtTill(card.id, taken, card.rate)
