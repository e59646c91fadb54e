"""What stands beside gift cards, points and their owners: moves, and the ways to the pages about
them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import (
    CARD_MOVES,
    POINT_MOVES,
    GiftCard,
    GiftCardMove,
    Invoice,
    LoyaltyAccount,
)
from addons.sales.permissions import (
    ADJUST_CARDS,
    ADJUST_POINTS,
    POST_PAYMENTS,
    VIEW_INVOICES,
)
from addons.sales.services.loyalty.expiry_rules import open_points
from addons.sales.services.loyalty.keeping import moves_of
from addons.sales.services.loyalty.statements import points_of, statement_lines
from core.api import Permission, Slot, actor, msg

_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class _Link:
    href: str
    title: str
    icon: str
    right: Permission


def _card_links(card: GiftCard) -> list[_Link]:
    at, live = f"/sales/gift-cards/{card.id}", card.state in ("active", "blocked")
    links: list[_Link] = []
    if live and not card.code_end:
        links.append(_Link(f"{at}/hand-out", msg("Hand out"), icon="gift", right=POST_PAYMENTS))
    if card.state == "active":
        links.append(_Link(f"{at}/change/block", msg("Block"), icon="lock", right=ADJUST_CARDS))
    if live:
        links.append(_adjusting(f"{at}/change/adjust", ADJUST_CARDS))
    if live and card.balance:
        replace = f"{at}/change/replace"
        links.append(_Link(replace, msg("Replace"), icon="arrow-repeat", right=ADJUST_CARDS))
    return links


def _adjusting(href: str, right: Permission) -> _Link:
    return _Link(href, msg("Adjust"), icon="plus-slash-minus", right=right)


def _is_open_note(invoice: Invoice) -> bool:
    return (
        invoice.kind == "credit_note"
        and invoice.state == "posted"
        and invoice.payment_progress != "paid"
    )


def tools(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ways that are open to whoever looks at a card, an account, or a credit note."""
    record = given["record"]
    links: list[_Link] = []
    if isinstance(record, GiftCard):
        links = _card_links(record)
    elif isinstance(record, LoyaltyAccount):
        links = [_adjusting(f"/sales/loyalty-accounts/{record.id}/adjust", ADJUST_POINTS)]
    elif isinstance(record, Invoice) and _is_open_note(record):
        at = f"/sales/invoices/{record.id}/refund-to-card"
        links = [_Link(at, msg("To a gift card"), icon="gift", right=POST_PAYMENTS)]
    may = actor(session).may
    found = [(one.href, one.title, one.icon) for one in links if may(one.right.code)]
    return {"links": found} if found else None


def beside_card(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Every move of a card."""
    card: GiftCard = given["record"]
    moves = session.scalars(
        select(GiftCardMove).where(GiftCardMove.card_id == card.id).order_by(GiftCardMove.id.desc())
    ).all()
    if not moves:
        return None
    return {"moves": moves, "kinds": dict(CARD_MOVES), "currency": card.currency}


def beside_account(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The statement of an account."""
    account: LoyaltyAccount = given["record"]
    return {
        "lines": statement_lines(session, account.id),
        "kinds": dict(POINT_MOVES),
        "expiring": [
            one for one in open_points(moves_of(session, account.id)) if one.expires_on is not None
        ],
    }


def beside_contact(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A customer's points, and the gift cards that he bought and that have something left."""
    contact = given["record"]
    points = points_of(session, contact.id)
    cards = session.scalars(
        select(GiftCard)
        .where(GiftCard.contact_id == contact.id, GiftCard.balance > 0)
        .order_by(GiftCard.id.desc())
        .limit(_MOST)
    ).all()
    if not points and not cards:
        return None
    return {"contact": contact, "points": points, "cards": cards}


SLOTS: Final = (
    Slot("core.record.tools", "sales/tools.html", tools, VIEW_INVOICES, order=41),
    Slot("sales.gift-cards.side", "sales/card_side.html", beside_card, VIEW_INVOICES),
    Slot("sales.loyalty-accounts.side", "sales/points_side.html", beside_account, VIEW_INVOICES),
    Slot(
        "contacts.contacts.side",
        "sales/contact_points.html",
        beside_contact,
        VIEW_INVOICES,
        order=41,
    ),
)
