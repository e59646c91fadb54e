"""What the stock is told to expect of an order."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import DirectTo, Expectation, ExpectedLine, StockKeeping, stock
from addons.purchases.models import Order, OrderLine
from addons.purchases.options import PurchasesOptions
from core.api import options

SOURCE: Final = "purchases.order"


def expect_order(session: Session, order: Order, *, nothing: bool = False) -> None:
    """Tell whoever keeps stock what is to come of the order: what came and what is still open, or
    with `nothing` no more than what came. Without inventory nobody is told, and
    nobody of goods that were used already."""
    keeper = stock(session)
    goods = [] if order.consigned else [line for line in order.lines if line.kind == "goods"]
    if keeper is not None and goods:
        expect_lines(session, keeper, order, goods, nothing=nothing)


def expect_lines(
    session: Session,
    keeper: StockKeeping,
    order: Order,
    goods: list[OrderLine],
    *,
    nothing: bool = False,
    more: dict[int, Decimal] | None = None,
) -> None:
    """The same for some lines. `more` are stock units of a line that come beyond what is open."""
    company = options(session, PurchasesOptions).over_tolerance
    beyond = more or {}
    keeper.expect(
        session,
        Expectation(
            SOURCE,
            order.id,
            order.number or "",
            "receipt",
            order.contact_id,
            order.expected_on or order.date,
            tuple(
                ExpectedLine(
                    line.id,
                    line.product_id or 0,
                    line.stock_received
                    + (Decimal(0) if nothing else line.stock_open + beyond.get(line.id, 0)),
                    stock_price(line),
                    line.for_line_id,
                )
                for line in goods
            ),
            order.currency,
            order.rate or Decimal(1),
            int(order.warehouse) if order.warehouse.isdecimal() else None,
            max(tolerance_of(line, company) for line in goods),
            direct_to(order),
        ),
    )


def direct_to(order: Order) -> DirectTo | None:
    """The customer's document that the goods go to, where the supplier brings them there."""
    if order.for_id is None:
        return None
    return DirectTo(order.for_type, order.for_id, order.for_number, order.for_contact_id)


def stock_price(line: OrderLine) -> Decimal:
    """What a stock unit costs, after discount and without tax, in the order's currency: exactly
    what the line comes to."""
    return line.net / line.stock_quantity


def tolerance_of(line: OrderLine, company: Decimal) -> Decimal:
    """The percentage by which more may be received: the line's, or the company's."""
    return company if line.over_tolerance is None else line.over_tolerance
