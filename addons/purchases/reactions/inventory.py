"""When the stock moves goods of an order, in the same transaction: the order knows at once what
came. When the stock wants to be replenished, it becomes a purchase request. When goods of a
supplier were used that lay here, they are to be bought."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.inventory.api import ConsignedGoodsUsed, GoodsMoved, ReplenishmentWanted
from addons.purchases.services.consumption import Use, note_uses
from addons.purchases.services.moved_goods import note_moved
from addons.purchases.services.requests.replenishing import note_wish
from core.api import on


@on(GoodsMoved)
def note_goods(session: Session, event: GoodsMoved) -> None:
    """Raise what was received of the order's lines, or what went back."""
    sign = {"receipt": 1, "supplier_return": -1}.get(event.way)
    if sign is None:
        return
    note_moved(
        session,
        (event.source_type, event.source_id),
        event.transfer_id,
        event.number,
        event.day,
        {line.line_id: sign * line.quantity for line in event.lines},
        event.key,
        {line.line_id: line.value for line in event.lines},
    )


@on(ReplenishmentWanted)
def ask_to_buy(session: Session, event: ReplenishmentWanted) -> None:
    """Write the wish down as a line of a purchase request, once."""
    note_wish(
        session,
        key=f"inventory.replenishment:{event.replenishment_id}",
        product_id=event.product_id,
        warehouse=str(event.warehouse_id),
        quantity=event.quantity,
        needed_on=event.needed_by,
        reason=event.reason,
    )


@on(ConsignedGoodsUsed)
def note_consumption(session: Session, event: ConsignedGoodsUsed) -> None:
    """Write down what is to be bought of whom, for the next statement."""
    uses = [
        Use(one.move_id, one.product_id, one.quantity, one.price, one.currency, one.value)
        for one in event.goods
    ]
    note_uses(session, event.contact_id, event.number, event.day, event.branch_id, uses)
