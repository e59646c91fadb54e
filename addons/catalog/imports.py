"""The kinds of file that the catalog reads by itself."""

from __future__ import annotations

from typing import Final

from addons.catalog.permissions import EDIT_PRICES, EDIT_PRODUCTS
from addons.catalog.services.prices.price_file import import_prices
from addons.catalog.services.product_file import import_products
from core.api import Importer, msg

IMPORTS: Final = (
    Importer(
        "catalog.variants",
        msg("Products with variants (CSV or XLSX with a column for each attribute)"),
        EDIT_PRODUCTS,
        import_products,
    ),
    Importer(
        "catalog.prices",
        msg("Price lists (CSV or XLSX with price list, product code, price, from quantity)"),
        EDIT_PRICES,
        import_prices,
    ),
)
