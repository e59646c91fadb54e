"""The one place that writes moves of gift cards, and the locks on cards.

Whoever changes a card locks it: after the documents, and several by ascending id.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import GiftCard, GiftCardMove
from core.api import NotFound, phrase


def lock_cards(session: Session, card_ids: Collection[int]) -> dict[int, GiftCard]:
    """These cards as they are now, locked until the commit."""
    rows = session.scalars(
        select(GiftCard)
        .where(GiftCard.id.in_(set(card_ids)))
        .order_by(GiftCard.id)
        .with_for_update(of=GiftCard)
        .execution_options(populate_existing=True)
    )
    return {card.id: card for card in rows}


def lock_card(session: Session, card_id: int) -> GiftCard:
    """A card as it is now, locked; raises NotFound."""
    found = lock_cards(session, [card_id]).get(card_id)
    if found is None:
        raise NotFound(phrase("There is no such gift card."))
    return found


def add_move(
    session: Session,
    card: GiftCard,
    kind: str,
    amount: Decimal,
    day: date,
    *,
    payment_id: int | None = None,
    receipt: str = "",
    reason: str = "",
) -> GiftCardMove:
    """Add a move to a card that the caller has locked, or just made; the database keeps the
    balance, which the record has afterwards."""
    move = GiftCardMove(
        card_id=card.id,
        kind=kind,
        amount=amount,
        day=day,
        payment_id=payment_id,
        receipt=receipt,
        reason=reason,
    )
    session.add(move)
    session.flush()
    session.refresh(card)
    return move
