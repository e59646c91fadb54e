"""From which warehouse an order leaves, as people write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import stock
from addons.sales.models import SalesOrder
from core.api import InvalidInput, Suggestion, phrase


def suggest_warehouses(session: Session, text: str) -> list[Suggestion]:
    """The warehouses whose names hold the text; none where nobody keeps stock."""
    keeper = stock(session)
    known = keeper.warehouses(session) if keeper is not None else ()
    wanted = text.strip().lower()
    return [Suggestion(one.title) for one in known if wanted in one.title.lower()]


def set_warehouse(session: Session, order: SalesOrder, values: Mapping[str, Any]) -> None:
    """The warehouse that is named, if one is; raises InvalidInput for one that there is not."""
    if "warehouse" not in values:
        return
    written = (values["warehouse"] or "").strip()
    if written == order.warehouse:
        return
    order.warehouse, order.warehouse_id = "", None
    if not written:
        return
    keeper = stock(session)
    known = keeper.warehouses(session) if keeper is not None else ()
    for one in known:
        if written.lower() in (one.title.lower(), one.value):
            order.warehouse, order.warehouse_id = one.title, int(one.value)
            return
    raise InvalidInput.of("warehouse", phrase("There is no warehouse {name}.", name=written))
