"""Keeps stock for the documents of other addons: what `catalog.api.stock` leads to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from addons.catalog.api import (
    TALLY_BLOCK,
    Availability,
    Choice,
    Expectation,
    GoneGoods,
    Movement,
    Tally,
)
from addons.inventory.models import Warehouse
from addons.inventory.services.ledger.gone import book_gone
from addons.inventory.services.transfers.expecting import expect
from addons.inventory.services.transfers.moving import move
from addons.inventory.services.valuation.unit_costs import cost_of

_AVAILABLE: Final = text("""
SELECT wanted.id, coalesce(there.quantity, 0) AS quantity, coalesce(there.reserved, 0) AS reserved,
       coalesce(coming.quantity, 0) AS incoming
  FROM unnest(:products) AS wanted (id)
  LEFT JOIN LATERAL (
    SELECT sum(pile.quantity) AS quantity, sum(pile.reserved) AS reserved
      FROM inventory.on_hand AS pile
      JOIN inventory.location AS place
        ON place.id = pile.location_id AND place.kind IN ('internal', 'consigned')
     WHERE pile.product_id = wanted.id
       AND (CAST(:warehouse AS bigint) IS NULL OR place.warehouse_id = :warehouse)) AS there ON true
  LEFT JOIN LATERAL (
    SELECT sum(line.quantity) AS quantity
      FROM inventory.transfer_line AS line
      JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
     WHERE line.product_id = wanted.id AND transfer.state IN ('waiting', 'ready')
       AND transfer.kind IN ('receipt', 'customer_return', 'arrive')
       AND (CAST(:warehouse AS bigint) IS NULL OR transfer.warehouse_id = :warehouse)
  ) AS coming ON true
""").bindparams(bindparam("products", type_=ARRAY(BIGINT)))

_TALLY: Final = text("""
SELECT moved.line / :block AS block, count(*), sum(moved.times)::bigint, sum(moved.line)::bigint,
       min(moved.line)
  FROM (SELECT source_line_id AS line, count(DISTINCT created_at) AS times FROM inventory.move
         WHERE source_type = :source AND source_line_id IS NOT NULL AND source_id IS NOT NULL
         GROUP BY source_line_id) AS moved
 GROUP BY 1
""")


class Keeping:
    """The implementation of `catalog.extension_points.StockKeeping`."""

    def warehouses(self, session: Session, /) -> Sequence[Choice]:
        """The active warehouses, by their codes."""
        rows = session.execute(
            select(Warehouse.id, Warehouse.code, Warehouse.name)
            .where(Warehouse.active)
            .order_by(Warehouse.code)
        )
        return [Choice(str(row.id), f"{row.code} {row.name}") for row in rows]

    def expect(self, session: Session, expectation: Expectation, /) -> None:
        """See `transfers.expecting`."""
        expect(session, expectation)

    def move(self, session: Session, movement: Movement, /) -> None:
        """See `transfers.moving`."""
        move(session, movement)

    def book_gone(
        self, session: Session, source_type: str, goods: Sequence[GoneGoods], reason: str, /
    ) -> Collection[int]:
        """See `ledger.gone`."""
        return book_gone(session, source_type, goods, reason)

    def available(
        self, session: Session, product_ids: Collection[int], warehouse_id: int | None, /
    ) -> Mapping[int, Availability]:
        """What there is of each product in a warehouse, or in all of them; goods on their way
        between warehouses are coming, and in none."""
        return available(session, product_ids, warehouse_id)

    def unit_costs(
        self, session: Session, product_ids: Collection[int], /
    ) -> Mapping[int, Decimal]:
        """What a stock unit of each product costs now."""
        return cost_of(session, product_ids)

    def tally(self, session: Session, source_type: str, /) -> Mapping[int, Tally]:
        """What is booked at once bears the moment of its transaction."""
        asked = {"source": source_type, "block": TALLY_BLOCK}
        return {row.block: Tally(*row[1:]) for row in session.execute(_TALLY, asked)}


def available(
    session: Session, product_ids: Collection[int], warehouse_id: int | None = None
) -> dict[int, Availability]:
    """What there is of each product, how much of it is promised, and what is coming."""
    asked = {"products": sorted(set(product_ids)), "warehouse": warehouse_id}
    return {
        row.id: Availability(row.quantity, row.reserved, row.incoming)
        for row in session.execute(_AVAILABLE, asked)
    }


KEEPING: Final = Keeping()
