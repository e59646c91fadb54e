"""Codes are made when a card is handed out, once: shown on a page, printed, or sent by e-mail.

Only the digest is kept. Who lost the code gets another card in place of this one.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import GiftCard
from addons.sales.services.gift_cards.codes import grouped, new_code, read_code
from addons.sales.services.gift_cards.digests import digest_of
from addons.sales.services.gift_cards.keeping import lock_card
from core.api import (
    Conflict,
    InvalidInput,
    MailFile,
    Pdf,
    Resource,
    binding,
    can_send,
    currency_digits,
    enqueue,
    mail_files,
    msg,
    phrase,
    print_pdf,
    reader,
    utc_now,
)

MAIL_CARD: Final = "sales.mail_gift_card"
_SUBJECT: Final = msg("A gift card of {company}")
_TEXT: Final = msg(
    "Dear {name},\nattached is a gift card of {company} for {amount} {currency}.\n{wish}\n"
    "Keep it like money: whoever has the code can pay with it."
)
_SHOWN: Final = 4


def hand_out(session: Session, card: GiftCard, printed: str = "") -> str:
    """Make the code of a card, or take the one that is `printed` on the plastic, and return it. It
    cannot be had again. Raises Conflict for a card that was handed out or is not valid,
    InvalidInput for what is no code, or another card's."""
    card = lock_card(session, card.id)
    if card.state not in ("active", "blocked"):
        raise Conflict(phrase("Only a valid card is handed out."))
    if card.code_hash is not None:
        raise Conflict(
            phrase("{number} was handed out already: its code is not kept.",
                   number=card.number or ""),
            fix=phrase("Was it lost? Replace the card."),
        )  # fmt: skip
    code = _own_code(session, printed) if printed.strip() else new_code()
    card.code_hash = digest_of(session, code)
    card.code_end, card.handed_out_at = code[-_SHOWN:], utc_now()
    session.flush()
    return code


def _own_code(session: Session, printed: str) -> str:
    code = read_code(printed)
    if code is None:
        raise InvalidInput.of(
            "code", phrase("This is no code of a gift card."),
            fix=phrase("Compare it with the card: 16 letters and digits."),
        )  # fmt: skip
    taken = select(GiftCard.id).where(GiftCard.code_hash == digest_of(session, code))
    if session.scalar(taken) is not None:
        raise InvalidInput.of("code", phrase("Another gift card has this code."))
    return code


def card_pdf(session: Session, resource: Resource, card: GiftCard, code: str, language: str) -> Pdf:
    """The card as PDF, with its code as text, barcode and QR code."""
    card.printed_code = grouped(code)
    try:
        return print_pdf(session, resource, card, language, way="download")
    finally:
        card.printed_code = ""


def ask_for_mail(session: Session, card: GiftCard) -> str:
    """Have a job make the code and send the card; returns the address. Raises Conflict where it
    cannot be sent."""
    if not card.holder_email:
        raise Conflict(
            phrase("{number} has no e-mail address.", number=card.number or ""),
            fix=phrase("Enter one, or print the card."),
        )
    if card.code_hash is not None or card.state != "active":
        raise Conflict(phrase("Only an active card that nobody has yet is sent."))
    if not can_send(session):
        raise Conflict(
            phrase("This installation has no mail server."),
            fix=phrase("Ask whoever runs it to name one. Print the card meanwhile."),
        )
    enqueue(session, MAIL_CARD, card_id=card.id)
    return card.holder_email


def mail_card(session: Session, resource: Resource, card: GiftCard) -> None:
    """Make the code of a card and send it; called by a job alone. A code that did not leave is
    forgotten with the transaction, and the next attempt makes another one."""
    if card.code_hash is not None or card.state != "active" or not card.holder_email:
        return
    pdf = card_pdf(session, resource, card, hand_out(session, card), "")
    speaks = reader(session, "")
    company = binding(session).tenant.title
    text = speaks.say(
        _TEXT,
        name=card.holder_name or card.holder_email,
        company=company,
        amount=speaks.number(card.amount, currency_digits(card.currency)),
        currency=card.currency,
        wish=card.message,
    )
    # Last: what has left cannot be undone.
    file = MailFile(pdf.name, "application/pdf", pdf.content)
    subject = speaks.say(_SUBJECT, company=company)
    mail_files(session, to=[card.holder_email], subject=subject, text=text, files=[file])
