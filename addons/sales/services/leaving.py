"""Which draft of a delivery the stock is moving right now, so that what it tells of the goods is
written into that draft and not beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import Delivery

_PLACE: Final = "sales.leaving"


@contextmanager
def leaving(session: Session, delivery: Delivery) -> Iterator[None]:
    """What leaves for the order of this draft within is what it says."""
    session.info[_PLACE] = delivery
    try:
        yield
    finally:
        session.info.pop(_PLACE, None)


def take_leaving(session: Session, order_id: int) -> Delivery | None:
    """The draft that goods of this order leave by, once."""
    delivery: Delivery | None = session.info.get(_PLACE)
    if delivery is None or delivery.order_id != order_id:
        return None
    return session.info.pop(_PLACE)
