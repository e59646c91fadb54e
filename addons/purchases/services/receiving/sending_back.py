"""Goods that go back to the supplier, where somebody keeps stock. He knows them by the order's own
lines, so that they leave at the cost at which they came."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import Expectation, ExpectedLine, MovedLine, Movement, StockKeeping
from addons.purchases.models import Order, Receipt
from addons.purchases.services.orders.expecting import SOURCE, direct_to, expect_order, stock_price

_KEY: Final = "purchases.return:"


def send_goods_back(
    session: Session,
    keeper: StockKeeping,
    order: Order,
    receipt: Receipt,
    moved: tuple[MovedLine, ...],
) -> None:
    """Have the goods of a return leave the stock. What the supplier replaces is expected again."""
    _expect(session, keeper, order, receipt, {line.line_id: line.quantity for line in moved})
    key = f"{_KEY}{receipt.id}"
    keeper.move(session, Movement(SOURCE, order.id, "supplier_return", receipt.date, moved, key))
    if receipt.replace:
        expect_order(session, order)


def is_final(session: Session, key: str) -> bool:
    """Whether what a movement with this key took back is not sent again. Goods that were sent back
    in the warehouse, without a return of ours, are not."""
    receipt_id = key.removeprefix(_KEY)
    if receipt_id == key or not receipt_id.isdecimal():
        return True
    receipt = session.get(Receipt, int(receipt_id))
    return receipt is None or not receipt.replace


def _expect(
    session: Session,
    keeper: StockKeeping,
    order: Order,
    receipt: Receipt,
    quantities: Mapping[int, Decimal],
) -> None:
    keeper.expect(
        session,
        Expectation(
            SOURCE,
            order.id,
            receipt.number or "",
            "supplier_return",
            order.contact_id,
            receipt.date,
            tuple(
                ExpectedLine(
                    line.id,
                    line.product_id or 0,
                    line.stock_returned + quantities[line.id],
                    stock_price(line),
                    line.for_line_id,
                )
                for line in order.lines
                if line.id in quantities
            ),
            order.currency,
            order.rate or Decimal(1),
            int(order.warehouse) if order.warehouse.isdecimal() else None,
            direct=direct_to(order),
        ),
    )
