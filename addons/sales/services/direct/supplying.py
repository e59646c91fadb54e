"""What of an order suppliers bring to the customer: asked of whoever buys, and kept in step with
what the order says."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from addons.contacts.api import address_for, address_lines
from addons.sales.extension_points import DirectLine, DirectOrder, DirectSupply, DirectWish
from addons.sales.models import OrderLine, SalesOrder
from addons.sales.services.amounts import ZERO, stock_of
from addons.sales.services.locking import lock_order
from core.api import Conflict, InvalidInput, extensions, phrase


def supply_of(session: Session) -> DirectSupply | None:
    """Whoever buys; None where nobody does."""
    return next(iter(extensions(session, DirectSupply).values()), None)


def choose_supply(session: Session, lines: Sequence[OrderLine]) -> None:
    """Lines that do not say where their goods come from get what is usual for the product. Raises
    InvalidInput for goods that nobody could order."""
    supply = supply_of(session)
    unsaid = [line for line in lines if not line.supply]
    asked = {line.product_id for line in unsaid if line.is_goods and line.product_id is not None}
    offered = set(supply.offered(session, asked)) if supply is not None and asked else set()
    for line in unsaid:
        line.supply = "direct" if line.is_goods and line.product_id in offered else "stock"
    for place, line in enumerate(lines):
        if line.supply == "direct" and not line.is_goods:
            line.supply = "stock"
        elif line.supply == "direct" and supply is None:
            raise InvalidInput.of(
                f"lines.{place}.supply",
                phrase("Nobody buys here: goods leave the stock."),
                fix=phrase("Enable purchases, or choose the stock."),
            )


def hold_supply(session: Session, order: SalesOrder) -> bool:
    """Lock the orders to suppliers that serve an order, before the order itself is locked. Returns
    whether there may be any: who waited for them reads the order anew."""
    supply = supply_of(session)
    if supply is None or not any(line.is_direct for line in order.lines):
        return False
    supply.hold(session, order.id)
    return True


def order_directly(session: Session, order: SalesOrder, *, was_direct: bool = False) -> None:
    """Ask for what suppliers shall bring of an order as it stands: nothing more of one that was
    called off. `was_direct` says that it had such lines before."""
    lines = [line for line in order.lines if line.is_direct]
    if not lines and not was_direct:
        return
    supply = supply_of(session)
    if supply is None:
        return
    ends = order.state == "cancelled"
    supply.order(
        session,
        DirectWish(
            order.id,
            order.number or "",
            order.contact_id,
            _address(session, order),
            order.deliver_on,
            order.branch_id,
            () if ends else tuple(_wanted(line) for line in lines),
        ),
    )


def ask_again(session: Session, order: SalesOrder) -> None:
    """Ask suppliers for what they shall bring of a binding order and nobody is asked for. Raises
    Conflict for one that is not binding."""
    hold_supply(session, order)
    order = lock_order(session, order.id)
    if not order.is_open:
        raise Conflict(phrase("{number} is not confirmed.", number=order.number or ""))
    order_directly(session, order)


def standing(session: Session, order: SalesOrder) -> Sequence[DirectOrder]:
    """The orders to suppliers that serve an order."""
    supply = supply_of(session)
    return supply.standing(session, order.id) if supply is not None else ()


def _wanted(line: OrderLine) -> DirectLine:
    ordered = stock_of(line.quantity, line.factor, line.stock_digits)
    left = max(ordered - line.delivered_stock, ZERO)
    return DirectLine(line.id, line.product_id or 0, line.description, left)


def _address(session: Session, order: SalesOrder) -> str:
    """Where the customer wants goods to be brought, as it stands on a parcel."""
    there = address_for(session, order.contact_id, "shipping")
    lines = (*address_lines(there), there.country) if there is not None else ()
    return "\n".join(line for line in dict.fromkeys((order.contact_name, *lines)) if line)
