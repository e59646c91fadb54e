"""Goods that a supplier brought to the customer, or that go back to him, noted from the customer's
order. What came of it is told by whoever buys (`reactions/purchases.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from sqlalchemy.orm import Session

from addons.sales.extension_points import DirectGoods, DirectSupply
from addons.sales.models import SalesOrder, SalesReturn
from addons.sales.services.direct.supplying import supply_of
from core.api import Conflict, phrase


def hand_over(
    session: Session, order: SalesOrder, goods: Sequence[DirectGoods], day: date, key: str
) -> None:
    """Note that these goods arrived at the customer's. Raises Conflict for more than suppliers were
    asked for."""
    supply = _require_supply(session)
    supply.hand_over(session, order.id, goods, day, f"sales.deliver:{key or uuid4().hex}")


def take_back(
    session: Session, order: SalesOrder, back: SalesReturn, goods: Sequence[DirectGoods]
) -> None:
    """Note that the goods of a return went from the customer to their supplier."""
    key = f"sales.return:{back.id}"
    _require_supply(session).take_back(
        session, order.id, goods, back.day, key, back.replace, back.reason
    )


def _require_supply(session: Session) -> DirectSupply:
    supply = supply_of(session)
    if supply is None:
        raise Conflict(
            phrase("Nobody buys here any more."),
            fix=phrase("Enable purchases again, or let the goods leave the stock."),
        )
    return supply
