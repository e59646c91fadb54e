"""The orders that serve a customer's order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.purchases.models import Order
from addons.purchases.services.locking import lock_all

_ALIVE: Final = ("draft", "to_approve", "approved", "done")


def serving(session: Session, source: tuple[str, int]) -> Sequence[Order]:
    """The orders that serve a document, but those that were cancelled, the oldest first."""
    kind, key = source
    wanted = select(Order).where(
        Order.for_type == kind, Order.for_id == key, Order.state.in_(_ALIVE)
    )
    return session.scalars(wanted.order_by(Order.id)).all()


def lock_serving(session: Session, source: tuple[str, int]) -> Sequence[Order]:
    """The same as they are now, held until the commit."""
    keys = [order.id for order in serving(session, source)]
    return [one for one in lock_all(session, Order, keys).values() if one.state in _ALIVE]
