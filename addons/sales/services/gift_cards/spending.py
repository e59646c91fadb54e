"""What a payment that is posted or reversed does to its gift card."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import GiftCard, Invoice, InvoiceLine, Payment
from addons.sales.options import SalesOptions
from addons.sales.services.gift_cards.keeping import add_move, lock_card
from core.api import Conflict, InvalidInput, options, phrase


def require_usable(session: Session, card: GiftCard, day: date) -> None:
    """Raise Conflict, saying why, for a card that cannot pay on this day."""
    number = card.number or ""
    if card.state == "blocked":
        raise Conflict(phrase("{number} is blocked: {why}", number=number, why=card.reason))
    if card.state != "active":
        raise Conflict(phrase("{number} is no longer valid.", number=number))
    if card.expires_on is not None and card.expires_on < day:
        raise Conflict(
            phrase("{number} was valid until {day}.", number=number, day=card.expires_on)
        )
    if options(session, SalesOptions).gift_card_valid == "paid" and _is_unpaid(session, card):
        raise Conflict(phrase("{number} is not paid for yet.", number=number))


def _is_unpaid(session: Session, card: GiftCard) -> bool:
    """Whether the invoice that sold the card, or the one that it replaces, is open."""
    while card.replaces_id is not None:
        card = session.get_one(GiftCard, card.replaces_id)
    if card.invoice_line_id is None:
        return False
    progress = session.scalar(
        select(Invoice.payment_progress)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(InvoiceLine.id == card.invoice_line_id)
    )
    return progress != "paid"


def move_for_payment(session: Session, payment: Payment) -> None:
    """Take a payment that is being posted from its card, or put a refund onto it. Raises Conflict
    for a card that cannot pay, InvalidInput for more than it has."""
    if payment.gift_card_id is None:
        raise InvalidInput.of("method", phrase("Say with which gift card it is paid."))
    card = lock_card(session, payment.gift_card_id)
    if payment.kind == "refund":
        if card.state != "active":
            raise Conflict(phrase("{number} is no longer valid.", number=card.number or ""))
        add_move(session, card, "refund", payment.amount, payment.day, payment_id=payment.id)
        return
    require_usable(session, card, payment.day)
    if payment.amount > card.balance:
        raise InvalidInput.of(
            "amount",
            phrase("{number} has {left} {currency} left.", number=card.number or "",
                   left=f"{card.balance:f}", currency=card.currency),
        )  # fmt: skip
    add_move(session, card, "redeem", -payment.amount, payment.day, payment_id=payment.id)


def undo_for_payment(session: Session, payment: Payment, day: date, reason: str) -> None:
    """Give back to the card what a reversed payment took from it, or to the one that replaced it;
    take off again what a reversed refund put there. Raises Conflict where that was spent since."""
    if payment.gift_card_id is None:
        return
    card = lock_card(session, payment.gift_card_id)
    while card.state == "replaced":
        wanted = select(GiftCard.id).where(GiftCard.replaces_id == card.id)
        card = lock_card(session, session.scalars(wanted).one())
    back = payment.amount if payment.kind == "payment" else -payment.amount
    if card.balance + back < 0:
        raise Conflict(
            phrase("{number} was spent since.", number=card.number or ""),
            fix=phrase("Reverse the payments with it first."),
        )
    add_move(session, card, "restore", back, day, payment_id=payment.id, reason=reason)
    if card.state in ("expired", "cancelled"):
        card.state = "active"
        session.flush()
