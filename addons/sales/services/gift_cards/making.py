"""Cards as they come into being: numbered, worth their amount, valid until their day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.sales.models import GiftCard
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import ZERO
from addons.sales.services.gift_cards.keeping import add_move
from addons.sales.services.months import add_months
from core.api import options, take_number


def activate(session: Session, card: GiftCard, amount: Decimal, rate: Decimal, day: date) -> None:
    """Make a draft of a card valid: with its number, its amount and its last day."""
    chosen = options(session, SalesOptions)
    card.amount, card.rate, card.issued_on = amount, rate, day
    if card.expires_on is None and chosen.gift_card_months:
        card.expires_on = add_months(day, chosen.gift_card_months)
    card.number = take_number(session, "sales.gift_card", chosen.gift_card_numbers, day)
    card.state = "active"
    session.flush()


def issue(session: Session, card: GiftCard, amount: Decimal, rate: Decimal, day: date) -> int:
    """Activate a card and put its amount onto it; returns the move's id."""
    activate(session, card, amount, rate, day)
    return add_move(session, card, "issue", amount, day, reason=card.reason).id


def blank_card(**values: object) -> GiftCard:
    """A draft of a card with these values."""
    defaults: dict[str, object] = {
        "state": "draft",
        "origin": "sold",
        "rate": Decimal(1),
        "balance": ZERO,
        "holder_name": "",
        "holder_email": "",
        "message": "",
        "reason": "",
        "code_end": "",
    }
    return GiftCard(**{**defaults, **values})
