"""Gift cards as a list and a record: what is on each, for whom it is, and every move of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models import CARD_MOVES, CARD_ORIGINS, CARD_STATES, GiftCard, GiftCardMove
from addons.sales.permissions import ADJUST_CARDS, ISSUE_CARDS, POST_INVOICES, VIEW_INVOICES
from addons.sales.services.gift_cards.changing import give, release, update_card
from addons.sales.services.gift_cards.handing_out import ask_for_mail
from addons.sales.services.related import of_gift_card
from core.api import (
    Access,
    Action,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Operations,
    Print,
    RecordRules,
    Resource,
    Section,
    Tone,
    currency_digits,
    msg,
    phrase,
    reader,
)

_PAPER: Final = Path(__file__).parents[1] / "templates" / "sales" / "paper" / "gift_card.typ"
_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("draft", "warning"),
    ("active", "good"),
    ("blocked", "bad"),
)


def card_title(card: GiftCard) -> str:
    """The card's number; drafts have none yet."""
    return card.number or phrase("Draft")


def _on_paper(session: Session, card: GiftCard) -> dict[str, str]:
    """What stands on the card that somebody is handed."""
    speaks = reader(session, "")
    terms = speaks.say(msg("Whoever has this code can pay with it. Keep it like money."))
    if card.expires_on is not None:
        until = speaks.say(msg("Valid until {day}."), day=speaks.day(card.expires_on))
        terms = f"{terms} {until}"
    return {
        "title": speaks.say(msg("Gift card")),
        "amount": f"{speaks.number(card.amount, currency_digits(card.currency))} {card.currency}",
        "recipient": card.holder_name,
        "message": card.message,
        "code": card.printed_code,
        "terms": terms,
    }


def _release(session: Session, card: GiftCard) -> str:
    return phrase("{number} pays again.", number=release(session, card).number or "")


def _mail(session: Session, card: GiftCard) -> str:
    return phrase("It is sent to {address}.", address=ask_for_mail(session, card))


GIFT_CARDS: Final = Resource(
    name="gift-cards",
    model=GiftCard,
    title=msg("Gift cards"),
    singular=msg("Gift card"),
    help=msg("What bearers may still buy for. Cards are sold by an invoice, or given by right."),
    access=Access(VIEW_INVOICES, ISSUE_CARDS, ISSUE_CARDS, None),
    columns=(
        Column("number", msg("Number")),
        Column("state", msg("State"), choices=CARD_STATES, tones=_TONES),
        Column("holder_name", msg("Recipient")),
        Column("amount", msg("Amount"), widget="money", total=True, currency="currency"),
        Column("balance", msg("Left"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("issued_on", msg("Issued on")),
        Column("expires_on", msg("Valid until")),
        Column("code_end", msg("Code ends in"), optional=True),
        Column("origin", msg("Origin"), choices=CARD_ORIGINS, optional=True),
    ),
    record_title=card_title,
    search=("number", "holder_name", "holder_email", "code_end"),
    filters=(
        Filter("state", msg("State"), choices=CARD_STATES),
        Filter("origin", msg("Origin"), choices=CARD_ORIGINS),
        Filter("contact_id", msg("Bought by"), reference="contacts.contacts"),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("currency", msg("Currency")),
        Filter("expires_on", msg("Valid until")),
        Filter("balance", msg("Left")),
    ),
    views=(
        ListView("live", msg("With something left"), where=(("balance__gt", "0"),)),
        ListView("by_state", msg("By state"), group=("state",)),
    ),
    order=("-issued_on", "-id"),
    form=(
        Section(
            msg("Gift card"),
            (
                Field("amount", msg("Amount"), widget="money"),
                Field("currency", msg("Currency"), initial=company_currency, required=False),
                Field("expires_on", msg("Valid until")),
                Field("reason", msg("Reason"), help=msg("Why it is given, or blocked.")),
                Field("balance", msg("Left"), widget="money", readonly=True),
                Field("state", msg("State"), choices=CARD_STATES, readonly=True),
                Field("origin", msg("Origin"), choices=CARD_ORIGINS, readonly=True),
                Field("code_end", msg("Code ends in"), readonly=True),
            ),
        ),
        Section(
            msg("Recipient"),
            (
                Field("contact_id", msg("Bought by"), reference="contacts.contacts"),
                Field("holder_name", msg("Recipient"), required=False),
                Field("holder_email", msg("E-mail"), required=False),
                Field("message", msg("Message"), widget="multiline", required=False),
                Field("branch_id", msg("Branch"), reference="core.branches"),
            ),
        ),
    ),
    actions=(
        Action(
            "mail",
            msg("Send by e-mail"),
            POST_INVOICES,
            _mail,
            when=lambda card: (
                card.state == "active" and card.code_end == "" and card.holder_email != ""
            ),
            bulk=True,
        ),
        Action(
            "release",
            msg("Release"),
            ADJUST_CARDS,
            _release,
            when=lambda card: card.state == "blocked",
        ),
    ),
    operations=Operations(give, update_card),
    rules=RecordRules(branch="branch_id"),
    editable=lambda card: card.state in ("active", "blocked"),
    state="state",
    related=of_gift_card,
    prints=(
        Print(
            title=msg("Gift card"),
            qr=lambda session, card: card.printed_code,
            when=lambda card: bool(card.printed_code),
            template=_PAPER,
            data=_on_paper,
        ),
    ),
)

CARD_MOVE_LIST: Final = Resource(
    name="gift-card-moves",
    model=GiftCardMove,
    title=msg("Moves of gift cards"),
    singular=msg("Move of a gift card"),
    help=msg("What came onto cards and what left them, for good."),
    access=Access(VIEW_INVOICES),
    columns=(
        Column("day", msg("Date")),
        Column("card.number", msg("Gift card")),
        Column("kind", msg("Kind"), choices=CARD_MOVES),
        Column("amount", msg("Amount"), widget="money", total=True),
        Column("card.currency", msg("Currency")),
        Column("reason", msg("Reason")),
        Column("created_by", msg("By"), optional=True),
    ),
    record_title=lambda move: phrase("Move {id}", id=move.id),
    filters=(
        Filter("card_id", msg("Gift card"), reference="sales.gift-cards"),
        Filter("kind", msg("Kind"), choices=CARD_MOVES),
        Filter("day", msg("Date")),
    ),
    order=("-id",),
    displays=Displays(),
    discussed=False,
    customizable=False,
)
