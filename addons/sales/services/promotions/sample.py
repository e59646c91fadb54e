"""Promotions of a small trading company and a batch of coupons, for a sample company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import Product
from addons.sales.services.coupons.batches import create_batch
from addons.sales.services.promotions.keeping import create_promotion
from core.api import phrase


def fill_promotions(session: Session, products: Sequence[Product], day: date) -> None:
    """A percentage from an amount on, three for two of a product, and a tenth by coupon. They hold
    from a day on that lies before the sample's first orders."""
    create_promotion(
        session,
        {
            "name": phrase("5 % off from {amount}", amount="500"),
            "kind": "percent",
            "starts_on": day,
            "tiers": [
                {"min_amount": Decimal(500), "percent": Decimal(5)},
                {"min_amount": Decimal(2000), "percent": Decimal(8)},
            ],
        },
    )
    first = products[0]
    create_promotion(
        session,
        {
            "name": phrase("Three for two: {product}", product=first.name),
            "kind": "buy_get",
            "priority": 5,
            "stacking": "lines",
            "starts_on": day,
            "tiers": [{"min_quantity": Decimal(2), "get_quantity": Decimal(1)}],
            "targets": [{"product_id": first.id}],
        },
    )
    welcome = create_promotion(
        session,
        {
            "name": phrase("Welcome: a tenth off"),
            "kind": "percent",
            "needs_coupon": True,
            "max_uses_per_customer": 1,
            "starts_on": day,
            "tiers": [{"percent": Decimal(10)}],
        },
    )
    create_batch(
        session,
        {
            "name": phrase("Welcome"),
            "promotion_id": welcome.id,
            "kind": "shared",
            "code": "WELCOME",
        },
    )
