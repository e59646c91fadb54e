"""The way from an order to the transfers that bring or take its goods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import Case, and_, case, or_, select
from sqlalchemy.orm import Session

from addons.inventory.models import Transfer
from addons.inventory.permissions import VIEW_STOCK
from core.api import Slot, msg

_ORDERS: Final = {"purchases.orders": "purchases.order", "sales.orders": "sales.order"}


def transfers_of(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The transfer of an order, or the list of several; None where there is none yet."""
    source = _ORDERS.get(given["shape"].full_name)
    if source is None:
        return None
    found = session.execute(
        select(Transfer.id, _number(source))
        .where(
            or_(
                and_(Transfer.source_type == source, Transfer.source_id == given["record"].id),
                and_(Transfer.for_type == source, Transfer.for_id == given["record"].id),
            )
        )
        .limit(2)
    ).all()
    if not found:
        return None
    one, number = found[0]
    if len(found) == 1:
        return {"href": f"/inventory/transfers/{one}", "label": msg("Transfer")}
    query = urlencode({"q": number})
    return {"href": f"/inventory/transfers?{query}", "label": msg("Transfers")}


def _number(source: str) -> Case[str]:
    """What the order is called in its transfers."""
    return case((Transfer.for_type == source, Transfer.for_number), else_=Transfer.source_number)


SLOTS: Final = (
    Slot("core.record.tools", "inventory/transfers/order_tool.html", transfers_of, VIEW_STOCK),
)
