"""Templates of orders, and orders made from them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.purchases.models import Order, OrderTemplate
from addons.purchases.services.orders.writing import create_order
from core.api import InvalidInput, phrase


def order_from_template(session: Session, template: OrderTemplate) -> Order:
    """A draft order with the template's lines, at the supplier's prices of today. Raises
    InvalidInput for a template without a supplier or without lines."""
    if template.contact_id is None:
        raise InvalidInput.of("contact_id", phrase("Say in the template whom it is for."))
    if not template.lines:
        raise InvalidInput.of("lines", phrase("The template has no lines."))
    return create_order(
        session,
        {
            "contact_id": template.contact_id,
            "terms": template.terms,
            "lines": [
                {
                    "product_id": line.product_id,
                    "quantity": line.quantity,
                    "unit_id": line.unit_id,
                    "price": None,
                }
                for line in template.lines
            ],
        },
    )
