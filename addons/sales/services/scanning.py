"""What a barcode scanner read, as a line of an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import get_products, scan


def scan_line(session: Session, code: str) -> Mapping[str, Any] | None:
    """The line that a code means, in the product's stock unit; None where no product has it. A
    price is only filled in where the code itself holds one: otherwise the list's is found when the
    order is saved."""
    found = scan(session, code)
    if found is None:
        return None
    product = get_products(session, [found.product_id])[found.product_id]
    line: dict[str, Any] = {
        "product_id": product.id,
        "description": product.name,
        "quantity": found.quantity,
        "unit_id": product.unit_id,
    }
    if found.price is not None:
        line["price"] = found.price
    return line
