"""Replenishments that an order takes up: what it expects was asked for, and is on its way now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.catalog.api import Expectation
from addons.inventory.models import Replenishment
from core.api import announce

_TAKEN: Final = text("""
UPDATE inventory.replenishment AS asked
   SET remaining = asked.remaining - new.quantity,
       state = CASE WHEN asked.remaining = new.quantity THEN 'done' ELSE asked.state END,
       version = asked.version + 1, updated_at = now()
  FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS numeric[])) AS new (id, quantity)
 WHERE asked.id = new.id
""")


def take_up(session: Session, expectation: Expectation) -> None:
    """Count what an order expects against what was asked to be bought, the oldest first: of its
    warehouse, or of any where it names none."""
    wanted: dict[int, Decimal] = {}
    for line in expectation.lines:
        wanted[line.product_id] = wanted.get(line.product_id, Decimal(0)) + line.quantity
    asked = select(Replenishment.id, Replenishment.product_id, Replenishment.remaining).where(
        Replenishment.product_id.in_(wanted),
        Replenishment.state == "open",
        Replenishment.source == "buy",
    )
    if expectation.warehouse_id is not None:
        asked = asked.where(Replenishment.warehouse_id == expectation.warehouse_id)
    taken = _share(session.execute(asked.order_by(Replenishment.id).with_for_update()), wanted)
    if taken:
        session.execute(_TAKEN, {"ids": list(taken), "quantities": list(taken.values())})
        announce(session, "inventory.replenishments", *taken)


def _share(rows: Iterable[Any], wanted: Mapping[int, Decimal]) -> dict[int, Decimal]:
    left, taken = dict(wanted), {}
    for replenishment_id, product_id, remaining in rows:
        quantity = min(remaining, left[product_id])
        if quantity > 0:
            taken[replenishment_id] = quantity
            left[product_id] -= quantity
    return taken
