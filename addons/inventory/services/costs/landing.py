"""Landed costs: put onto goods after they came, and taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from addons.catalog.api import Product, company_currency, get_products, require_open
from addons.inventory.models import (
    LandedCost,
    LandedCostLine,
    LandedCostReceipt,
    LandedShare,
)
from addons.inventory.options import InventoryOptions
from addons.inventory.services.costs.money import ZERO, rounded, smallest_unit, split
from addons.inventory.services.costs.pools import PoolRow, lock_pools, lock_products
from addons.inventory.services.costs.recording import record
from addons.inventory.services.costs.values import Draft, Header
from addons.inventory.services.ledger.checking import check_day
from addons.inventory.services.ledger.together import insert_together
from addons.inventory.services.ledger.values import Source
from core.api import Conflict, InvalidInput, options, phrase, take_number, today

SOURCE: Final = "inventory.landed_cost"

_GOODS: Final = text("""
SELECT move.id, move.product_id, move.quantity, move.day, event.id AS event_id, event.pool_id,
       event.amount
  FROM inventory.move AS move
  JOIN inventory.cost_event AS event ON event.move_id = move.id AND event.kind = 'in'
 WHERE event.role IN ('received', 'opening') AND move.number = :number
   AND (CAST(:product AS bigint) IS NULL OR move.product_id = :product)
 ORDER BY move.product_id, move.id
""")
_BY_ID: Final = text("""
SELECT move.id, move.product_id, event.id AS event_id, event.pool_id, share.amount
  FROM inventory.landed_share AS share
  JOIN inventory.move AS move ON move.id = share.move_id
  JOIN inventory.cost_event AS event ON event.move_id = move.id
 WHERE share.landed_cost_id = :landed ORDER BY move.product_id, move.id
""")
_RECEIPTS: Final = text("""
SELECT DISTINCT number FROM inventory.move
 WHERE source_type = 'purchases.order' AND source_id = :order AND valuation_id IS NOT NULL
   AND reverses_id IS NULL AND number <> '' ORDER BY number
""")


@dataclass(frozen=True, slots=True)
class BilledCost:
    """A line of a bill that is a landed cost; `amount` is in the company's currency."""

    bill_id: int
    line_id: int
    number: str
    day: date
    contact_id: int
    label: str
    amount: Decimal
    order_id: int | None


def draft_from_bill(session: Session, cost: BilledCost) -> None:
    """A draft of this cost with the receipts of its order; again, it changes nothing."""
    known = select(LandedCost.id).where(
        LandedCost.bill_id == cost.bill_id, LandedCost.bill_line_id == cost.line_id
    )
    amount = rounded(cost.amount, smallest_unit(company_currency(session)))
    if not amount or session.scalar(known) is not None:
        return
    numbers: Sequence[str] = ()
    if cost.order_id is not None:
        numbers = session.scalars(_RECEIPTS, {"order": cost.order_id}).all()
    session.add(
        LandedCost(
            day=cost.day,
            contact_id=cost.contact_id,
            note=cost.number,
            bill_id=cost.bill_id,
            bill_line_id=cost.line_id,
            lines=[LandedCostLine(label=cost.label or cost.number, amount=amount)],
            receipts=[LandedCostReceipt(number=number) for number in numbers],
        )
    )
    session.flush()


def post_landed_cost(session: Session, landed: LandedCost) -> None:
    """Put the costs onto the goods: on the stock for what is left of each receipt, to what was
    sold for the rest. Raises InvalidInput where a cost cannot be shared out, Conflict for one
    that is posted."""
    if landed.state != "draft":
        raise Conflict(phrase("This landed cost is posted already."))
    check_day(landed.day)
    require_open(session, landed.day)
    goods = _goods(session, landed)
    products = get_products(session, {row.product_id for row in goods})
    unit = smallest_unit(company_currency(session))
    shares = _shares(landed, goods, products, unit)
    day = max(landed.day, *(row.day for row in goods))
    pools = _lock(session, goods)
    number = take_number(
        session, SOURCE, options(session, InventoryOptions).landed_cost_number, landed.day
    )
    header = _header(landed, number, day, phrase("Landed cost {number}", number=number))
    landed.valuation_id = _record(session, header, pools, goods, shares, unit)
    rows = [
        {"landed_cost_id": landed.id, "move_id": row.id, "amount": share}
        for row, share in zip(goods, shares, strict=True)
    ]
    insert_together(session, LandedShare, rows)
    landed.number, landed.state = number, "posted"
    session.flush()


def undo_landed_cost(session: Session, landed: LandedCost) -> None:
    """Take the costs off the goods again, today: off the stock for what is left now, off what was
    sold for the rest. Raises Conflict for one that is not posted."""
    if landed.state != "posted" or landed.number is None:
        raise Conflict(phrase("Only a posted landed cost can be undone."))
    day = max(landed.day, today(session))
    require_open(session, day)
    shares = session.execute(_BY_ID, {"landed": landed.id}).all()
    header = _header(
        landed, landed.number, day, phrase("Landed cost {number} undone", number=landed.number)
    )
    unit = smallest_unit(company_currency(session))
    pools = _lock(session, shares)
    amounts = [-row.amount for row in shares]
    landed.undo_valuation_id = _record(session, header, pools, shares, amounts, unit)
    landed.state = "undone"
    session.flush()


def _goods(session: Session, landed: LandedCost) -> list[Row[Any]]:
    if not landed.lines:
        raise InvalidInput.of("lines", phrase("Enter at least one cost."))
    found: dict[int, Row[Any]] = {}
    for receipt in landed.receipts:
        given = {"number": receipt.number.strip(), "product": receipt.product_id}
        rows = session.execute(_GOODS, given).all()
        if not rows:
            raise InvalidInput.of(
                "receipts",
                phrase("There is no receipt {number} with such goods.", number=receipt.number),
            )
        found |= {row.id: row for row in rows}
    if not found:
        raise InvalidInput.of("receipts", phrase("Name the receipts whose goods bear the costs."))
    return sorted(found.values(), key=lambda row: (row.product_id, row.id))


def _shares(
    landed: LandedCost,
    goods: Sequence[Row[Any]],
    products: dict[int, Product],
    unit: Decimal,
) -> list[Decimal]:
    """What each receipt bears of all lines together."""
    totals = [ZERO] * len(goods)
    for line in landed.lines:
        weights = [_weight(line.split_by, row, products[row.product_id]) for row in goods]
        if not any(weights):
            raise InvalidInput.of(
                "lines",
                phrase("{label} cannot be shared out: what it goes by is zero.", label=line.label),
            )
        if line.amount != rounded(line.amount, unit):
            raise InvalidInput.of(
                "lines", phrase("{amount} has too many digits.", amount=line.amount)
            )
        parts = split(abs(line.amount), weights, unit)
        sign = 1 if line.amount > 0 else -1
        totals = [total + sign * part for total, part in zip(totals, parts, strict=True)]
    return totals


def _weight(split_by: str, row: Row[Any], product: Product) -> Decimal:
    if split_by == "value":
        return row.amount
    if split_by == "weight":
        return row.quantity * product.weight
    if split_by == "volume":
        return row.quantity * product.volume
    return row.quantity if split_by == "quantity" else Decimal(1)


def _header(landed: LandedCost, number: str, day: date, reason: str) -> Header:
    return Header(day, reason, number, landed.contact_id, None, Source(SOURCE, landed.id))


def _lock(session: Session, goods: Sequence[Row[Any]]) -> dict[int, PoolRow]:
    lock_products(session, {row.product_id for row in goods})
    return lock_pools(session, {row.pool_id for row in goods})


def _record(
    session: Session,
    header: Header,
    pools: dict[int, PoolRow],
    goods: Sequence[Row[Any]],
    amounts: Sequence[Decimal],
    unit: Decimal,
) -> int:
    drafts = [
        Draft(pools[row.pool_id], "adjust", amount=amount, role="landed", layer_id=row.event_id)
        for row, amount in zip(goods, amounts, strict=True)
        if amount
    ]
    return record(session, header, drafts, unit).valuation_id
