"""An order that a supplier delivers, for a sample company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.sales.services.confirming import confirm_order
from addons.sales.services.direct.supplying import supply_of
from addons.sales.services.orders import create_order
from core.api import InvalidInput, savepoint


def fill_direct(session: Session, contact_id: int, products: Sequence[Product], day: date) -> None:
    """A confirmed order of goods that a supplier brings to the customer; nothing where nobody buys,
    or nobody is known who sells them."""
    goods = [one for one in products if one.kind == "goods" and one.tracking == "none"]
    if supply_of(session) is None or not goods:
        return
    line = {"product_id": goods[0].id, "quantity": Decimal(24), "supply": "direct"}
    values = {"contact_id": contact_id, "day": day, "deliver_on": day + timedelta(days=10)}
    order = create_order(session, {**values, "lines": [line]})
    try:
        with savepoint(session):
            confirm_order(session, order)
    except InvalidInput:
        # Whoever buys has no prices yet: it stays a quotation.
        session.refresh(order)
