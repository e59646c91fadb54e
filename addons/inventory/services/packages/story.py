"""Tells of a package: what lies in it and in the packages in it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import Product, get_products
from addons.inventory.models import Carrier, Package, Transfer

# What is picked into an open package lies in it as well.
_CONTENTS: Final = text("""
WITH RECURSIVE tree (id, number) AS (
  SELECT id, number FROM inventory.package WHERE id = :root
  UNION ALL
  SELECT inner_one.id, inner_one.number
    FROM inventory.package AS inner_one JOIN tree ON inner_one.parent_id = tree.id
)
SELECT tree.id, tree.number, goods.product_id, goods.lot, goods.quantity
  FROM tree
  JOIN (SELECT item.package_id, item.product_id, coalesce(lot.name, '') AS lot, item.quantity
          FROM inventory.package_item AS item
          LEFT JOIN inventory.lot AS lot ON lot.id = item.lot_id
        UNION ALL
        SELECT pick.package_id, line.product_id, coalesce(lot.name, pick.lot_name), pick.quantity
          FROM inventory.pick
          JOIN inventory.package AS holder ON holder.id = pick.package_id
           AND holder.state = 'open'
          JOIN inventory.transfer_line AS line ON line.id = pick.line_id
          LEFT JOIN inventory.lot AS lot ON lot.id = pick.lot_id) AS goods
    ON goods.package_id = tree.id
 ORDER BY tree.id <> :root, tree.id, goods.product_id, goods.lot
""")
_STORY: Final = text("""
SELECT step.kind, step.created_at, step.product_id, coalesce(lot.name, '') AS lot, step.quantity,
       coalesce(start.path, '') AS start, coalesce(goal.path, '') AS goal, step.transfer_id,
       coalesce(transfer.number, '') AS number
  FROM inventory.package_step AS step
  LEFT JOIN inventory.lot AS lot ON lot.id = step.lot_id
  LEFT JOIN inventory.location AS start ON start.id = step.from_id
  LEFT JOIN inventory.location AS goal ON goal.id = step.to_id
  LEFT JOIN inventory.transfer AS transfer ON transfer.id = step.transfer_id
 WHERE step.package_id = :package ORDER BY step.id DESC LIMIT 100
""")


@dataclass(frozen=True, slots=True)
class Content:
    """Goods in a package, or in one that lies in it."""

    package_id: int
    number: str
    product: Product
    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that became of a package."""

    kind: str
    at: datetime
    product: Product | None
    lot: str
    quantity: Decimal | None
    start: str
    goal: str
    transfer_id: int | None
    number: str


def contents_of(session: Session, package: Package) -> list[Content]:
    """What lies in a package: its own goods first, then those of the packages in it."""
    rows = session.execute(_CONTENTS, {"root": package.id}).all()
    products = get_products(session, {row.product_id for row in rows})
    return [
        Content(row.id, row.number, products[row.product_id], row.lot, row.quantity) for row in rows
    ]


def story_of(session: Session, package_id: int) -> Sequence[Told]:
    """What became of a package, the last thing first."""
    rows = session.execute(_STORY, {"package": package_id}).all()
    products = get_products(session, {row.product_id for row in rows if row.product_id})
    return [_told(row, products) for row in rows]


def follow_url(session: Session, package: Package) -> str:
    """Where the carrier says how far a package has come; nothing where nobody can say."""
    transfer = session.get(Transfer, package.transfer_id) if package.transfer_id else None
    if transfer is None:
        return ""
    return shipment_url(transfer.carrier, package.tracking_number or transfer.tracking_number)


def shipment_url(carrier: Carrier | None, number: str) -> str:
    """The address of a shipment at its carrier."""
    if carrier is None or not carrier.tracking_url or not number:
        return ""
    return carrier.tracking_url.replace("{number}", quote(number, safe=""))


def _told(row: Any, products: dict[int, Product]) -> Told:
    return Told(
        row.kind,
        row.created_at,
        products.get(row.product_id),
        row.lot,
        row.quantity,
        row.start,
        row.goal,
        row.transfer_id,
        row.number,
    )
