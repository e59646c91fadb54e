"""Payments of sales as they are booked: what gift cards give of them, and what is owed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from sqlalchemy.orm import Session

from addons.catalog.api import credit, instalments
from addons.pos.events import BookedPayment, MethodKind
from addons.pos.models import Method
from addons.pos.services.booking.settling import SettledSale
from addons.pos.services.booking.values import ZERO, SaidPayment
from addons.sales.api import settle_at_till


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as it is written down: `short` is what a gift card lacked."""

    said: SaidPayment
    card_id: int | None
    short: Decimal


def pay(session: Session, settled: SettledSale) -> tuple[list[Paid], list[BookedPayment]]:
    """The payments of a sale, to be written and to be told. Cards are locked and lose what they
    pay; what they lack is owed by the customer, or missing."""
    written: list[Paid] = []
    told: list[BookedPayment] = []
    for method, said in zip(settled.methods, settled.said.payments, strict=True):
        kind = cast("MethodKind", method.kind)
        if not said.amount:
            written.append(Paid(said, None, ZERO))
            continue
        if kind == "gift_card":
            written.append(_by_card(session, settled, method, said, told))
            continue
        payment = BookedPayment(kind, method.journal, method.account, said.amount)
        if kind == "credit":
            payment = _owed(session, settled, payment)
        told.append(payment)
        written.append(Paid(said, None, ZERO))
    return written, told


def _by_card(
    session: Session,
    settled: SettledSale,
    method: Method,
    said: SaidPayment,
    told: list[BookedPayment],
) -> Paid:
    sale = settled.said
    card = settle_at_till(session, said.code, sale.currency, said.amount, settled.day, sale.number)
    if card.taken:
        told.append(BookedPayment("gift_card", method.journal, "", card.taken, card.rate))
    short = said.amount - card.taken
    if short:
        settled.flag("gift_card")
        kind = "missing" if settled.contact_id is None else "credit"
        told.append(BookedPayment(kind, "", "", short, due=settled.day))
    return Paid(said, card.card_id, short)


def _owed(session: Session, settled: SettledSale, payment: BookedPayment) -> BookedPayment:
    """What the customer owes falls due by the terms that were agreed; beyond the limit it is
    flagged."""
    contact_id = settled.contact_id
    assert contact_id is not None
    day, currency = settled.day, settled.said.currency
    parts = instalments(session, contact_id, "sale", day, payment.amount, currency)
    standing = credit(session, contact_id)
    owed = standing.owed + payment.amount * settled.rate
    if standing.limit is not None and standing.policy != "none" and owed > standing.limit:
        settled.flag("credit_limit")
    return replace(payment, due=max((part.due for part in parts), default=day))
