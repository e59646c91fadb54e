"""Loyalty points of sales: what they earn, and what goes back with goods that come back.

Accounts are locked behind goods and gift cards and before journals, by all who lock them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.pos.models import Register
from addons.pos.services.booking.known import SoldKey, SoldLine
from addons.pos.services.booking.settling import SettledSale
from addons.pos.services.booking.values import ZERO
from addons.sales.api import (
    EarningLine,
    Sold,
    TillReceipt,
    TillReturn,
    earn_at_tills,
    lock_points,
    take_back_at_tills,
)


def lock_owners(session: Session, sales: Sequence[SettledSale]) -> None:
    """Lock the points that these sales may change, of all of them at once."""
    owners = {sale.contact_id for sale in sales if sale.contact_id is not None}
    numbers = {number for sale in sales for number in undone(sale)}
    if owners or numbers:
        lock_points(session, owners, numbers)


def undone(sale: SettledSale) -> tuple[str, ...]:
    """The receipts of which a sale brings goods back."""
    return tuple(sorted({line.origin.number for line in sale.lines if line.origin is not None}))


def move_points(
    session: Session,
    register: Register,
    sales: Sequence[SettledSale],
    sold: dict[SoldKey, SoldLine],
) -> None:
    """Give what sales earn, and take back what was earned with goods that came back; `sold` are the
    lines that were sold, with what is left of them. The usual customer of a till is nobody in
    particular and collects nothing."""
    nobody = register.default_customer_id
    earn_at_tills(
        session,
        [
            receipt
            for sale in sales
            if sale.contact_id not in (None, nobody)
            for receipt in _earning(sale, register)
        ],
    )
    take_back_at_tills(session, list(_returns(sales, register, sold)))


def _earning(sale: SettledSale, register: Register) -> Iterable[TillReceipt]:
    bought = [line for line in sale.lines if not line.said.back]
    if not bought or sale.contact_id is None:
        return
    net = sum((line.said.net for line in bought), ZERO)
    tax = sum((line.said.tax for line in bought), ZERO)
    yield TillReceipt(
        contact_id=sale.contact_id,
        currency=sale.said.currency,
        sold_at=sale.said.occurred_at,
        day=sale.day,
        is_paid=all(one.kind != "credit" for one in sale.methods),
        sold=Sold(sale.said.number, net, net + tax, sale.rate, register.branch_id),
        lines=tuple(
            EarningLine(line.line_id, line.product.id, line.product.category_id, line.said.net)
            for line in bought
        ),
    )


def _returns(
    sales: Sequence[SettledSale], register: Register, sold: dict[SoldKey, SoldLine]
) -> Iterable[TillReturn]:
    """Each receipt once, as it is after all of these sales."""
    days = {number: sale.day for sale in sales for number in undone(sale)}
    if not days:
        return
    left: dict[str, dict[int, Decimal]] = {}
    for line in sold.values():
        left.setdefault(line.number, {})[line.line_id] = line.net
    for number, day in sorted(days.items()):
        yield TillReturn(number, day, register.branch_id, left[number])
