"""Pages for customers, and what the staff sees of them."""

from __future__ import annotations

from typing import Final

from addons.sales.views.portal import (
    document_pages,
    lists,
    order_pages,
    payment_pages,
    staff_pages,
)
from addons.sales.views.portal.intents import INTENTS
from addons.sales.views.portal.slots import SLOTS

ROUTES: Final = (
    *lists.ROUTES,
    *document_pages.ROUTES,
    *order_pages.ROUTES,
    *payment_pages.ROUTES,
    *staff_pages.ROUTES,
)

__all__ = ["INTENTS", "ROUTES", "SLOTS"]
