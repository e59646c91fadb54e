"""What a quantity and a product must be, to move at all."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import Product, require_products
from core.api import InvalidInput, phrase

MOST: Final = Decimal(10) ** 12
"""More than anybody keeps of anything; what is beyond was typed in error."""


def require_quantity(quantity: Decimal, field: str = "quantity", *, zero: bool = False) -> None:
    """Raise InvalidInput, naming the field, for what is no quantity of goods."""
    if not quantity.is_finite() or quantity < 0 or (quantity == 0 and not zero):
        raise InvalidInput.of(
            field,
            phrase("A quantity is more than 0."),
            fix=phrase("Goods that go back are moved by a return."),
        )
    if quantity >= MOST:
        raise InvalidInput.of(
            field, phrase("{quantity} is more than can be kept.", quantity=f"{quantity:f}"[:40])
        )


def require_goods(session: Session, product_ids: set[int]) -> Mapping[int, Product]:
    """These products; raises InvalidInput where one is unknown, or nothing that stock is kept
    of."""
    products = require_products(session, product_ids, "product_id")
    for product in products.values():
        if product.kind != "goods":
            raise InvalidInput.of(
                "product_id",
                phrase("{product} is a service, of which there is no stock.", product=product.name),
            )
    return products
