"""What is said of draft orders that were written, and which of them is opened."""

from __future__ import annotations

from collections.abc import Sequence

from addons.purchases.models import Order
from core.api import Made, phrase


def drafted(orders: Sequence[Order]) -> Made | str:
    """The order where it is one; how many there are otherwise."""
    if len(orders) == 1:
        return Made("purchases.orders", orders[0].id, phrase("A draft order was written."))
    return phrase("{count} draft orders were written.", count=len(orders))
