"""Lists and forms of the catalog."""

from __future__ import annotations

from typing import Final

from addons.catalog.views import pictures, scanning, variants
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
from core.api import Resource, Route

RESOURCES: Final[tuple[Resource, ...]] = (
    PRODUCTS,
    TEMPLATES,
    CATEGORIES,
    BRANDS,
    ATTRIBUTES,
    VALUES,
    UNITS,
    UNIT_CATEGORIES,
)

ROUTES: Final[tuple[Route, ...]] = (
    *variants.ROUTES,
    *pictures.ROUTES,
    *scanning.ROUTES,
)
