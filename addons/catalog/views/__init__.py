"""Lists and forms of the catalog."""

from __future__ import annotations

from typing import Final

from addons.catalog.views import (
    bundles,
    label_designs,
    pictures,
    price_lists,
    scanning,
    variants,
    why_price,
)
from addons.catalog.views.products import PRODUCTS
from addons.catalog.views.setup import (
    ATTRIBUTES,
    BRANDS,
    CATEGORIES,
    UNIT_CATEGORIES,
    UNITS,
    VALUES,
)
from addons.catalog.views.templates import TEMPLATES
from core.api import Resource, Route, Slot

RESOURCES: Final[tuple[Resource, ...]] = (
    PRODUCTS,
    TEMPLATES,
    CATEGORIES,
    BRANDS,
    ATTRIBUTES,
    VALUES,
    UNITS,
    UNIT_CATEGORIES,
    *price_lists.RESOURCES,
    *bundles.RESOURCES,
    *label_designs.RESOURCES,
)

ROUTES: Final[tuple[Route, ...]] = (
    *variants.ROUTES,
    *pictures.ROUTES,
    *scanning.ROUTES,
    *label_designs.ROUTES,
    *why_price.ROUTES,
)

SLOTS: Final[tuple[Slot, ...]] = (*why_price.SLOTS, *label_designs.SLOTS)
