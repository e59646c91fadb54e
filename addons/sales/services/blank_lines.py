"""A line of an invoice that says nothing yet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from addons.sales.models import InvoiceLine
from addons.sales.services.amounts import ZERO


def new_line(**values: Any) -> InvoiceLine:
    """A line with these values, and nothing of the rest."""
    defaults: dict[str, Any] = {
        "kind": "product",
        "role": "sale",
        "factor": Decimal(1),
        "quantity": ZERO,
        "price": ZERO,
        "discount_percent": ZERO,
        "discount": ZERO,
        "net": ZERO,
        "tax": ZERO,
        "company_net": ZERO,
        "taxes": "",
        "tax_shares": [],
        "sku": "",
        "unit": "",
        "description": "",
        "price_why": "",
        "discount_why": "",
        "promotion_discount": ZERO,
    }
    return InvoiceLine(**{**defaults, **values})
