"""What is left on cards whose last day has passed: it is the company's from then on.

How soon a card may expire is a matter of the country's law, so it is the company's choice, and none
expires unless it chose so. In the United States a card must be good for five years (15 U.S.C.
1693l-1(c)), and in Ireland too (Consumer Protection (Gift Vouchers) Act 2019). Where unclaimed
property goes to the state, cards must not expire: what is left stays a liability (IFRS 15.B47).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import require_open
from addons.sales.events import GiftCardExpired
from addons.sales.models import GiftCard
from addons.sales.services.gift_cards.keeping import add_move, lock_card
from core.api import AppError, emit, phrase, savepoint, today


def expire_cards(session: Session, day: date | None = None) -> int:
    """Take off what is left on cards whose last day has passed by a day, or by today; returns how
    many those were. Where the day is closed they wait for the next run."""
    day = day or today(session)
    wanted = (
        select(GiftCard.id)
        .where(
            GiftCard.expires_on < day,
            GiftCard.balance > 0,
            GiftCard.state.in_(("active", "blocked")),
        )
        .order_by(GiftCard.id)
    )
    done = 0
    for card_id in session.scalars(wanted).all():
        try:
            with savepoint(session):
                done += _expire(session, card_id, day)
        except AppError:
            # A closed day, or books that refuse it: the others go on, and this one is tried again.
            continue
    return done


def _expire(session: Session, card_id: int, day: date) -> int:
    require_open(session, day, "sale")
    card = lock_card(session, card_id)
    past = card.expires_on is not None and card.expires_on < day
    if not past or not card.balance or card.state not in ("active", "blocked"):
        return 0
    left = card.balance
    reason = phrase("Valid until {day}", day=card.expires_on)
    move = add_move(session, card, "expire", -left, day, reason=reason)
    card.state = "expired"
    session.flush()
    emit(
        session,
        GiftCardExpired(
            move_id=move.id,
            card_id=card.id,
            number=card.number or "",
            day=day,
            currency=card.currency,
            rate=card.rate,
            amount=left,
            branch_id=card.branch_id,
        ),
    )
    return 1
