"""When a supplier brought goods to a customer, or got them back from him: the customer's order
follows, in the same transaction, whoever noted it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from addons.purchases.api import SuppliedDirectly
from addons.sales.services.expecting import ORDER
from addons.sales.services.goods_moved import (
    MovedGoods,
    Transferred,
    note_delivered,
    note_returned,
)
from core.api import on


@on(SuppliedDirectly)
def follow_supplier(session: Session, event: SuppliedDirectly) -> None:
    """Enter a delivery of the order, or a return."""
    if event.for_type != ORDER:
        return
    transfer = Transferred(
        event.transfer_id, event.transfer_number, event.day, event.title, event.order_id
    )
    for sign, note in ((1, note_delivered), (-1, note_returned)):
        moved = [
            MovedGoods(line.for_line_id, abs(line.quantity), abs(line.value))
            for line in event.lines
            if line.quantity * sign > Decimal(0)
        ]
        if moved:
            note(session, event.for_id, transfer, moved)
