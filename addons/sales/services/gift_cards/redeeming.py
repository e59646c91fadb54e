"""Paying with a gift card, and paying back to one.

A payment by card is a payment like any other: numbered, posted, set against invoices, reversed. It
is entered at the rate at which the card was issued: the company owes goods and not money, so that
what it owes is not revalued (IAS 21.16), and the sale is worth what was received for it then
(IFRIC 22).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import GiftCard, Invoice, Payment
from addons.sales.services.amounts import ZERO
from addons.sales.services.gift_cards.codes import read_code
from addons.sales.services.gift_cards.digests import digest_of
from addons.sales.services.gift_cards.making import activate, blank_card
from addons.sales.services.gift_cards.spending import require_usable
from addons.sales.services.locking import lock_invoices
from addons.sales.services.payment_drafts import create_payment
from addons.sales.services.payments import post_payment
from core.api import Conflict, InvalidInput, phrase, today


def find_card(session: Session, typed: str) -> GiftCard:
    """The card of a code as it was typed or scanned. Raises InvalidInput for one that cannot be a
    code, and for one that no card has: whoever asks learns which, and nothing else."""
    code = read_code(typed)
    if code is None:
        raise InvalidInput.of(
            "code",
            phrase("This is no code of a gift card."),
            fix=phrase("Compare it with the card: 16 letters and digits."),
        )
    found = session.scalars(
        select(GiftCard).where(GiftCard.code_hash == digest_of(session, code))
    ).one_or_none()
    if found is None:
        raise InvalidInput.of("code", phrase("No gift card has this code."))
    return found


def pay_with_card(
    session: Session,
    invoice_id: int,
    code: str,
    amount: Decimal | None = None,
    day: date | None = None,
) -> Payment:
    """Pay an invoice with a gift card: all that is open of it, as far as the card goes, or this
    amount. Raises Conflict for a card that cannot pay, or has nothing left; InvalidInput for an
    unknown code, another currency, and more than the card has or the invoice leaves open."""
    card = find_card(session, code)
    invoice = lock_invoices(session, [invoice_id])[invoice_id]
    if card.currency != invoice.currency:
        raise InvalidInput.of(
            "code",
            phrase("{number} is a gift card in {currency}.", number=card.number or "",
                   currency=card.currency),
        )  # fmt: skip
    if any(line.role == "gift_card" for line in invoice.lines):
        raise InvalidInput.of("code", phrase("A gift card does not buy gift cards."))
    session.refresh(card)
    day = day or max(today(session), invoice.day)
    require_usable(session, card, day)
    most = min(card.balance, invoice.residual)
    if most <= 0:
        raise Conflict(phrase("Nothing is left on the card, or open of the invoice."))
    wanted = most if amount is None else amount
    return _posted(session, card, invoice, wanted, "payment", day)


def refund_to_card(
    session: Session,
    credit_note_id: int,
    code: str = "",
    amount: Decimal | None = None,
    day: date | None = None,
) -> Payment:
    """Pay a credit note back to a gift card, be it the one of this code or, without any, a new one
    for the customer: all that is open of it, or this amount."""
    note = lock_invoices(session, [credit_note_id])[credit_note_id]
    if note.kind != "credit_note" or note.state != "posted":
        raise Conflict(phrase("Only a posted credit note is paid back."))
    wanted = note.residual if amount is None else amount
    if not ZERO < wanted <= note.residual:
        raise InvalidInput.of(
            "amount",
            phrase("{open} {currency} of {number} are open.", open=f"{note.residual:f}",
                   currency=note.currency, number=note.number or ""),
        )  # fmt: skip
    day = day or max(today(session), note.day)
    if code.strip():
        card = find_card(session, code)
        require_usable(session, card, day)
        if card.currency != note.currency:
            raise InvalidInput.of("code", phrase("This card is in another currency."))
    else:
        card = blank_card(
            origin="refund",
            currency=note.currency,
            amount=wanted,
            contact_id=note.contact_id,
            branch_id=note.branch_id,
            holder_name=note.contact_name,
            reason=phrase("Instead of money for {number}", number=note.number or ""),
        )
        session.add(card)
        activate(session, card, wanted, note.rate or Decimal(1), day)
    return _posted(session, card, note, wanted, "refund", day)


def _posted(
    session: Session,
    card: GiftCard,
    document: Invoice,
    amount: Decimal,
    kind: str,
    day: date,
) -> Payment:
    payment = create_payment(
        session,
        {
            "kind": kind,
            "method": "gift_card",
            "contact_id": document.contact_id,
            "currency": document.currency,
            "rate": card.rate,
            "day": day,
            "amount": amount,
            "reference": card.number,
            "branch_id": document.branch_id,
            "parts": [{"invoice_id": document.id, "amount": amount}],
        },
    )
    payment.gift_card_id = card.id
    return post_payment(session, payment)
