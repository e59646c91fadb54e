"""Goods of suppliers that were used, and the orders that buy them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.costs.comparing import compare
from addons.inventory.services.costs.pools import lock_products

_BUY: Final = text("""
INSERT INTO inventory.consigned_purchase (move_id, order_id, order_line_id)
SELECT bought.move_id, :order, bought.line_id
  FROM unnest(CAST(:moves AS bigint[]), CAST(:lines AS bigint[])) AS bought (move_id, line_id)
    ON CONFLICT (move_id) DO NOTHING
""")
_PRODUCTS: Final = text("""
SELECT DISTINCT product_id FROM inventory.move WHERE id = ANY (CAST(:moves AS bigint[]))
""")


def buy(session: Session, order_id: int, moves: Mapping[int, Sequence[int]]) -> None:
    """Put down which line of an order buys what these moves used; bills that were there before it
    are compared with them now. Said again, it changes nothing."""
    pairs = [(move_id, line_id) for line_id, several in moves.items() for move_id in several]
    if not pairs:
        return
    ids = [move_id for move_id, _ in pairs]
    lock_products(session, session.scalars(_PRODUCTS, {"moves": ids}).all())
    lines = [line_id for _, line_id in pairs]
    session.execute(_BUY, {"order": order_id, "moves": ids, "lines": lines})
    compare(session, {(order_id, line_id) for line_id in moves})
