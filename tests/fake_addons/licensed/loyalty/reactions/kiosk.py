"""When the kiosk sells."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import on
from tests.fake_addons.licensed.kiosk.api import Sold
from tests.fake_addons.licensed.loyalty.models import Point


@on(Sold)
def give_a_point(session: Session, event: Sold) -> None:
    """One point for each sale."""
    session.add(Point(sale_id=event.sale_id))
