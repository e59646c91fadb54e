"""The menu entries of the catalog."""

from __future__ import annotations

from typing import Final

from addons.catalog.permissions import (
    EDIT_PRODUCTS,
    SET_UP_CATALOG,
    VIEW_MARGINS,
    VIEW_PRICES,
    VIEW_PRODUCTS,
)
from core.api import ANALYSIS_GROUP, SETUP_GROUP, MenuItem, msg

_SECTION: Final = msg("Products")
_DAILY: Final = (
    (msg("Products"), "products", VIEW_PRODUCTS, "box-seam"),
    (msg("Templates"), "templates", VIEW_PRODUCTS, "grid-3x3"),
    (msg("Price lists"), "price-lists", VIEW_PRICES, "cash-stack"),
    (msg("Bundles"), "bundles", VIEW_PRICES, "boxes"),
    (msg("Print labels"), "labels/print", VIEW_PRODUCTS, "printer"),
)
_ANALYSIS: Final = (
    (msg("Why this price?"), "prices/why", VIEW_PRICES, "question-circle"),
    (msg("What does a barcode mean?"), "scan", VIEW_PRODUCTS, "upc-scan"),
    (msg("Known costs"), "known-costs", VIEW_MARGINS, "piggy-bank"),
    (msg("Sales below the margin"), "margin-overrides", VIEW_MARGINS, "graph-down"),
)
_SET_UP: Final = (
    (msg("Product categories"), "categories", VIEW_PRODUCTS, "tags"),
    (msg("Brands"), "brands", VIEW_PRODUCTS, "award"),
    (msg("Prices in lists"), "price-rules", VIEW_PRICES, "card-list"),
    (msg("Attributes"), "attributes", SET_UP_CATALOG, "palette"),
    (msg("Units"), "units", SET_UP_CATALOG, "rulers"),
    (msg("Label designs"), "label-designs", SET_UP_CATALOG, "postage"),
    (msg("Import pictures"), "pictures/import", EDIT_PRODUCTS, "images"),
)
MENU: Final = tuple(
    MenuItem(title, f"/catalog/{path}", permission, _SECTION, icon, start + place, group)
    for start, group, entries in (
        (10, "", _DAILY),
        (50, ANALYSIS_GROUP, _ANALYSIS),
        (80, SETUP_GROUP, _SET_UP),
    )
    for place, (title, path, permission, icon) in enumerate(entries)
)
