"""What people do to a gift card by right: give one free, adjust, block, replace, let it run longer.

Whatever changes what the company owes to bearers, other than by a sale or a payment, is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, require_open
from addons.sales.events import GiftCardAdjusted
from addons.sales.models import GiftCard
from addons.sales.services.amounts import ZERO, step_of
from addons.sales.services.gift_cards.keeping import add_move, lock_card
from addons.sales.services.gift_cards.making import activate, blank_card, issue
from addons.sales.services.payment_drafts import require_amount
from addons.sales.services.rates import rate_of
from core.api import Conflict, InvalidInput, emit, phrase, today

_EDITABLE: Final = ("holder_name", "holder_email", "message")


def give(session: Session, values: Mapping[str, Any]) -> GiftCard:
    """Issue a card that nobody pays for, for a reason that is kept; today, or on the `day` given.
    Raises InvalidInput that names the field."""
    day = values.get("day") or today(session)
    require_open(session, day, "sale")
    reason = _reason(values.get("reason"), "reason")
    currency = (values.get("currency") or company_currency(session)).strip().upper()
    amount = values.get("amount")
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))
    require_amount(amount, currency)
    _require_day(values.get("expires_on"), day)
    card = blank_card(
        origin="given",
        currency=currency,
        amount=amount,
        reason=reason,
        contact_id=values.get("contact_id"),
        branch_id=values.get("branch_id"),
        expires_on=values.get("expires_on"),
        **{name: (values.get(name) or "").strip() for name in _EDITABLE},
    )
    rate = rate_of(session, currency, day, None)
    session.add(card)
    move_id = issue(session, card, Decimal(amount or ZERO), rate, day)
    _tell(session, card, move_id, card.amount, day, reason)
    return card


def adjust(
    session: Session,
    card: GiftCard,
    amount: Decimal | None,
    reason: str,
    day: date | None = None,
) -> GiftCard:
    """Put an amount onto a card, or take it off where it is negative, for a reason. Raises
    InvalidInput for more than is on it, Conflict for a card that is no longer valid."""
    day = day or today(session)
    require_open(session, day, "sale")
    card = lock_card(session, card.id)
    _require_live(card)
    reason = _reason(reason, "reason")
    if amount is None or not amount.is_finite() or not amount or abs(amount) >= Decimal("1e15"):
        raise InvalidInput.of("amount", phrase("Give what is to be added, or taken off."))
    if amount != amount.quantize(step_of(card.currency)):
        raise InvalidInput.of(
            "amount", phrase("{currency} has no coins as small as that.", currency=card.currency)
        )
    if card.balance + amount < 0:
        raise InvalidInput.of(
            "amount",
            phrase("{number} has {left} {currency} left.", number=card.number or "",
                   left=f"{card.balance:f}", currency=card.currency),
        )  # fmt: skip
    move = add_move(session, card, "adjust", amount, day, reason=reason)
    _tell(session, card, move.id, amount, day, reason)
    return card


def block(session: Session, card: GiftCard, reason: str) -> GiftCard:
    """Let nobody pay with a card until it is released."""
    card = lock_card(session, card.id)
    if card.state != "active":
        raise Conflict(phrase("Only an active card is blocked."))
    card.state, card.reason = "blocked", _reason(reason, "reason")
    session.flush()
    return card


def release(session: Session, card: GiftCard) -> GiftCard:
    """Let a blocked card pay again."""
    card = lock_card(session, card.id)
    if card.state != "blocked":
        raise Conflict(phrase("Only a blocked card is released."))
    card.state, card.reason = "active", ""
    session.flush()
    return card


def replace(session: Session, card: GiftCard, reason: str) -> GiftCard:
    """A new card for one that was lost, with what is left on it; the old one pays nothing any more.
    Returns the new one, whose code is still to be made."""
    card = lock_card(session, card.id)
    _require_live(card)
    reason = _reason(reason, "reason")
    if not card.balance:
        raise Conflict(phrase("Nothing is left on {number}.", number=card.number or ""))
    day, left = today(session), card.balance
    new = blank_card(
        origin="replacement",
        currency=card.currency,
        amount=left,
        contact_id=card.contact_id,
        branch_id=card.branch_id,
        replaces_id=card.id,
        expires_on=card.expires_on,
        reason=reason,
        **{name: getattr(card, name) for name in _EDITABLE},
    )
    session.add(new)
    activate(session, new, left, card.rate, day)
    new.expires_on = card.expires_on
    add_move(session, card, "transfer", -left, day, reason=new.number or "")
    card.state, card.reason = "replaced", reason
    session.flush()
    add_move(session, new, "transfer", left, day, reason=card.number or "")
    return new


def update_card(session: Session, card: GiftCard, values: Mapping[str, Any]) -> GiftCard:
    """Change for whom a card is, and until when it is valid. Raises Conflict for its amount and
    currency: they are adjusted, or belong to the invoice that sells it."""
    card = lock_card(session, card.id)
    for name in ("amount", "currency"):
        if values.get(name) is not None and values[name] != getattr(card, name):
            raise Conflict(
                phrase("The amount of {number} stays as it is.", number=card.number or ""),
                fix=phrase("Adjust the card instead: the reason is kept."),
            )
    for name in _EDITABLE:
        if name in values:
            setattr(card, name, (values[name] or "").strip())
    for name in ("contact_id", "branch_id"):
        if name in values:
            setattr(card, name, values[name])
    if "reason" in values:
        card.reason = (values["reason"] or "").strip()
    if "expires_on" in values and values["expires_on"] != card.expires_on:
        _require_live(card)
        _require_day(values["expires_on"], today(session))
        card.expires_on = values["expires_on"]
    session.flush()
    return card


def _require_live(card: GiftCard) -> None:
    if card.state not in ("active", "blocked"):
        raise Conflict(phrase("{number} is no longer valid.", number=card.number or ""))


def _require_day(expires_on: date | None, day: date) -> None:
    if expires_on is not None and expires_on < day:
        raise InvalidInput.of("expires_on", phrase("This day has passed."))


def _reason(text: str | None, field: str) -> str:
    written = (text or "").strip()
    if not written:
        raise InvalidInput.of(field, phrase("Say why: the reason is kept."))
    return written


def _tell(
    session: Session, card: GiftCard, move_id: int, amount: Decimal, day: date, reason: str
) -> None:
    emit(
        session,
        GiftCardAdjusted(
            move_id=move_id,
            card_id=card.id,
            number=card.number or "",
            day=day,
            currency=card.currency,
            rate=card.rate,
            amount=amount,
            branch_id=card.branch_id,
            reason=reason,
        ),
    )
