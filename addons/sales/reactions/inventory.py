"""When goods leave for customers, and come back: the quantities of orders follow."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.inventory.api import GoodsMoved
from addons.sales.services.expecting import ORDER
from addons.sales.services.goods_moved import (
    MovedGoods,
    Transferred,
    note_delivered,
    note_returned,
)
from core.api import on


@on(GoodsMoved)
def follow_goods(session: Session, event: GoodsMoved) -> None:
    """Enter a delivery, or a return, of an order."""
    if event.source_type != ORDER:
        return
    transfer = Transferred(event.transfer_id, event.number, event.day)
    moved = [MovedGoods(line.line_id, line.quantity, line.value) for line in event.lines]
    if event.way == "delivery":
        note_delivered(session, event.source_id, transfer, moved)
    elif event.way == "customer_return":
        note_returned(session, event.source_id, transfer, moved)
