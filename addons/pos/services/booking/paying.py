"""Payments of sales as they are booked: what cards and points give of them, and what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast

from sqlalchemy.orm import Session

from addons.catalog.api import credit, instalments
from addons.pos.events import BookedPayment, MethodKind
from addons.pos.models import Method, Register
from addons.pos.services.booking.points import lock_owners, undone
from addons.pos.services.booking.settling import SettledSale
from addons.pos.services.booking.values import ZERO, SaidPayment
from addons.sales.api import PaidInPoints, settle_at_till, settle_points_at_till


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as it is written down: `short` is what a gift card or points lacked."""

    said: SaidPayment
    card_id: int | None = None
    short: Decimal = ZERO
    points: Decimal | None = None


@dataclass(slots=True)
class SalePayments:
    """The payments of a sale, to be written and to be told."""

    written: list[Paid] = field(default_factory=list)
    told: list[BookedPayment] = field(default_factory=list)


def pay_all(
    session: Session, register: Register, sales: Sequence[SettledSale]
) -> dict[int, SalePayments]:
    """The payments of sales, by their ids. Cards, then accounts of points, are locked and lose what
    they pay; what they lack is owed by the customer, or missing."""
    found = {sale.sale_id: SalePayments() for sale in sales}
    for sale in sales:
        for method, said in zip(sale.methods, sale.said.payments, strict=True):
            if method.kind != "loyalty":
                _pay(session, sale, method, said, found[sale.sale_id])
    # Points are told to the books at once: whoever holds a journal must wait for no card.
    lock_owners(session, sales)
    for sale in sales:
        for method, said in zip(sale.methods, sale.said.payments, strict=True):
            if method.kind == "loyalty":
                _by_points(session, register, sale, said, found[sale.sale_id])
    return found


def _pay(
    session: Session,
    settled: SettledSale,
    method: Method,
    said: SaidPayment,
    payments: SalePayments,
) -> None:
    if not said.amount:
        payments.written.append(Paid(said))
        return
    if method.kind == "gift_card":
        payments.written.append(_by_card(session, settled, method, said, payments))
        return
    kind = cast("MethodKind", method.kind)
    payment = BookedPayment(kind, method.journal, method.account, said.amount)
    if kind == "credit":
        payment = _owed(session, settled, payment)
    payments.told.append(payment)
    payments.written.append(Paid(said))


def _by_card(
    session: Session,
    settled: SettledSale,
    method: Method,
    said: SaidPayment,
    payments: SalePayments,
) -> Paid:
    sale = settled.said
    card = settle_at_till(session, said.code, sale.currency, said.amount, settled.day, sale.number)
    if card.taken:
        payments.told.append(BookedPayment("gift_card", method.journal, "", card.taken, card.rate))
    short = said.amount - card.taken
    if short:
        settled.flag("gift_card")
        payments.told.append(_lacking(settled, short))
    return Paid(said, card.card_id, short)


def _by_points(
    session: Session,
    register: Register,
    settled: SettledSale,
    said: SaidPayment,
    payments: SalePayments,
) -> None:
    if not said.amount:
        payments.written.append(Paid(said))
        return
    points, taken = ZERO, ZERO
    if settled.contact_id is not None:
        paid = settle_points_at_till(
            session,
            PaidInPoints(
                receipt=settled.said.number,
                contact_id=settled.contact_id,
                program_id=int(said.code) if said.code else None,
                currency=settled.said.currency,
                amount=said.amount,
                day=settled.day,
                branch_id=register.branch_id,
                undone=undone(settled),
            ),
        )
        points, taken = paid.points, paid.taken
        if not paid.agreed:
            settled.flag("points")
    if taken:
        payments.told.append(BookedPayment("loyalty", "", "", taken))
    short = said.amount - taken
    if short:
        settled.flag("points")
        payments.told.append(_lacking(settled, short))
    payments.written.append(Paid(said, short=short, points=points))


def _lacking(settled: SettledSale, short: Decimal) -> BookedPayment:
    """What a card or points did not give: the customer owes it, or it is missing."""
    kind = "missing" if settled.contact_id is None else "credit"
    return BookedPayment(kind, "", "", short, due=settled.day)


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
