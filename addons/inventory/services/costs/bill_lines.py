"""Keeping what was billed, so that it can be compared with goods, before or after they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.inventory.models import BilledLine
from addons.inventory.services.costs.comparing import compare
from addons.inventory.services.costs.money import priced, smallest_unit
from addons.inventory.services.costs.pools import lock_products
from addons.inventory.services.ledger.together import insert_together


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill, or a debit note (`back`) that may correct one. `rate` is what a unit of its currency
    is worth."""

    id: int
    number: str
    day: date
    contact_id: int
    branch_id: int | None
    currency: str
    rate: Decimal
    back: bool
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class BillGoods:
    """Goods of a line of an order on a bill: `net` is in the bill's currency, and positive."""

    line_id: int
    order_id: int
    order_line_id: int
    product_id: int
    quantity: Decimal
    net: Decimal


def take_in(session: Session, bill: Bill, goods: Sequence[BillGoods]) -> None:
    """Keep a bill's goods and compare them with what came and went back; again, it changes
    nothing."""
    known = select(BilledLine.bill_line_id).where(BilledLine.bill_id == bill.id)
    if not goods or session.scalars(known).first() is not None:
        return
    lock_products(session, {one.product_id for one in goods})
    unit = smallest_unit(company_currency(session))
    sign = -1 if bill.back else 1
    rows = [
        {
            "bill_id": bill.id,
            "bill_line_id": one.line_id,
            "number": bill.number,
            "day": bill.day,
            "contact_id": bill.contact_id,
            "branch_id": bill.branch_id,
            "order_id": one.order_id,
            "order_line_id": one.order_line_id,
            "product_id": one.product_id,
            "quantity": sign * abs(one.quantity),
            "amount": sign * priced(one.net, bill.rate, unit),
            "currency": bill.currency,
            "rate": bill.rate,
        }
        for one in goods
    ]
    insert_together(session, BilledLine, rows)
    lines = {(one.order_id, one.order_line_id) for one in goods}
    compare(session, lines, bill.corrects_id)
