"""Tells whoever keeps stock what an order lets expect."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import Expectation, ExpectedLine, stock
from addons.sales.models import OrderLine, SalesOrder, SalesReturn
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import EXACT, ZERO, stock_of
from core.api import options

ORDER: Final = "sales.order"
"""By this name the stock knows orders, and what comes back of them."""


def expect_goods(
    session: Session,
    order: SalesOrder,
    *,
    withdrawn: Sequence[ExpectedLine] = (),
    is_first: bool = False,
) -> None:
    """Have the goods of a binding order expected, as they are ordered now: nothing more of an order
    that was cancelled, nor of lines that were taken out (`withdrawn`). `is_first` says that it has
    just become binding. What a supplier brings is not the stock's affair. Does nothing where nobody
    keeps stock."""
    keeper = stock(session)
    lines = [line for line in order.lines if line.is_goods and line.is_sold and not line.is_direct]
    if keeper is None or not (lines or withdrawn):
        return
    cancelled = order.state == "cancelled"
    expected = tuple(
        ExpectedLine(
            line.id,
            line.product_id or 0,
            line.replaced_stock + (line.delivered_stock if cancelled else _ordered(line)),
            _unit_price(line),
        )
        for line in lines
    )
    keeper.expect(
        session,
        Expectation(
            ORDER,
            order.id,
            order.number or "",
            "delivery",
            order.contact_id,
            order.deliver_on or order.day,
            (*expected, *withdrawn),
            order.currency,
            order.rate or Decimal(1),
            order.warehouse_id,
            options(session, SalesOptions).over_delivery,
            is_first=is_first,
        ),
    )


def expect_return(session: Session, order: SalesOrder, back: SalesReturn) -> None:
    """Have goods of an order expected back. The stock knows them by the order's own lines, so that
    they come back at the cost at which they left."""
    keeper = stock(session)
    if keeper is None:
        return
    lines = {line.id: line for line in order.lines}
    expected = []
    for written in back.lines:
        line = lines[written.order_line_id]
        came = line.returned_stock + line.replaced_stock
        came += stock_of(written.quantity, line.factor, line.stock_digits)
        expected.append(ExpectedLine(line.id, line.product_id or 0, came, _unit_price(line)))
    keeper.expect(
        session,
        Expectation(
            ORDER,
            order.id,
            back.number or "",
            "customer_return",
            order.contact_id,
            back.day,
            tuple(expected),
            order.currency,
            order.rate or Decimal(1),
            order.warehouse_id,
        ),
    )


def _ordered(line: OrderLine) -> Decimal:
    return stock_of(line.quantity, line.factor, line.stock_digits)


def _unit_price(line: OrderLine) -> Decimal:
    stock_quantity = _ordered(line)
    return EXACT.divide(line.net, stock_quantity) if stock_quantity else ZERO
