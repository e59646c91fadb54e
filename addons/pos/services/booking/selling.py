"""Booking sales of one register: goods, payments, the rows, and what the books are told.

Everything happens in the caller's transaction: all of it, or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import GoneGoods, TaxShare, stock
from addons.pos.events import BookedLine, BookedPayment, BookedSale, SalesBooked
from addons.pos.models import Register
from addons.pos.services.booking.known import look_up
from addons.pos.services.booking.paying import pay_all
from addons.pos.services.booking.points import move_points
from addons.pos.services.booking.pricing import note_prices
from addons.pos.services.booking.promoting import use_promotions
from addons.pos.services.booking.settling import SettledSale
from addons.pos.services.booking.settling_all import Settled, settle_all
from addons.pos.services.booking.values import ZERO, SaidSale
from addons.pos.services.booking.writing import write_sales
from core.api import announce, emit, phrase

SALE: Final = "pos.sale"
_ENOUGH_TO_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class BookedAs:
    """What became of an operation: its sale."""

    operation_id: int
    sale_id: int
    number: str
    flags: tuple[str, ...]


def book_sales(
    session: Session,
    register: Register,
    sales: Sequence[SaidSale],
    unreadable: Collection[str] = (),
) -> tuple[list[BookedAs], Settled]:
    """Book those of these sales that can be; the second says what became of the others. What
    brings back goods of the `unreadable` ones, which cannot be booked, waits for them."""
    known = look_up(session, register, sales)
    settled = settle_all(session, sales, known, unreadable)
    ready = settled.sales
    if not ready:
        return [], settled
    note_prices(session, register, ready)
    _move_goods(session, register, ready)
    use_promotions(session, ready)
    paid = pay_all(session, register, ready)
    move_points(session, register, ready, known.sold)
    write_sales(session, ready, {key: one.written for key, one in paid.items()})
    told = [_told(sale, register, paid[sale.sale_id].told) for sale in ready]
    emit(session, SalesBooked(tuple(told)))
    named = [sale.sale_id for sale in ready] if len(ready) <= _ENOUGH_TO_NAME else []
    announce(session, "pos.sales", *named)
    return [
        BookedAs(one.said.operation_id, one.sale_id, one.said.number, tuple(one.flags))
        for one in ready
    ], settled


def _move_goods(session: Session, register: Register, sales: Sequence[SettledSale]) -> None:
    keeper = stock(session)
    if keeper is None:
        return
    goods = [
        GoneGoods(
            source_id=sale.sale_id,
            line_id=line.line_id,
            number=sale.said.number,
            product_id=line.product.id,
            quantity=abs(line.stock_quantity),
            day=sale.day,
            warehouse_id=register.warehouse_id,
            lots=line.said.lots,
            back=line.said.back,
            returns_source_id=None if line.origin is None else line.origin.sale_id,
            returns_line_id=None if line.origin is None else line.origin.line_id,
            branch_id=register.branch_id,
        )
        for sale in sales
        for line in sale.lines
        if line.stock_quantity
    ]
    odd = set(keeper.book_gone(session, SALE, goods, phrase("Sales at the till"))) if goods else ()
    for sale in sales:
        if any(line.line_id in odd for line in sale.lines):
            sale.flag("stock")


def _told(sale: SettledSale, register: Register, payments: Sequence[BookedPayment]) -> BookedSale:
    said = sale.said
    return BookedSale(
        sale_id=sale.sale_id,
        kind=said.kind,
        number=said.number,
        day=sale.day,
        contact_id=sale.contact_id,
        currency=said.currency,
        rate=sale.rate,
        branch_id=register.branch_id,
        lines=_grouped(sale),
        taxes=tuple(TaxShare(tax.code, tax.kind, tax.base, tax.amount) for tax in said.taxes),
        net=said.net,
        tax=said.tax,
        total=said.total,
        rounding=said.rounding,
        payments=tuple(payments),
    )


def _grouped(sale: SettledSale) -> tuple[BookedLine, ...]:
    """Lines of one category and the same taxes as one: the books need no more."""
    sums: dict[tuple[int | None, bool, tuple[str, ...]], Decimal] = {}
    for line in sale.lines:
        key = (line.product.category_id, line.said.back, line.said.tax_codes)
        sums[key] = sums.get(key, ZERO) + line.said.net
    return tuple(
        BookedLine(category, back, net, codes) for (category, back, codes), net in sums.items()
    )
