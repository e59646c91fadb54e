"""Who may see and keep products, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_PRODUCTS: Final = Permission("catalog.product.view", msg("See products"))
EDIT_PRODUCTS: Final = Permission("catalog.product.edit", msg("Add and change products"))
DELETE_PRODUCTS: Final = Permission("catalog.product.delete", msg("Delete products"))
SET_UP_CATALOG: Final = Permission(
    "catalog.setup.edit", msg("Set up units, categories, brands and attributes")
)
VIEW_PRICES: Final = Permission("catalog.price.view", msg("See price lists and bundles"))
EDIT_PRICES: Final = Permission("catalog.price.edit", msg("Change price lists and bundles"))
VIEW_MARGINS: Final = Permission("catalog.margin.view", msg("See costs and margins"))
OVERRIDE_MARGIN: Final = Permission(
    "catalog.margin.override", msg("Sell below the smallest margin")
)

PERMISSIONS: Final = (
    VIEW_PRODUCTS,
    EDIT_PRODUCTS,
    DELETE_PRODUCTS,
    SET_UP_CATALOG,
    VIEW_PRICES,
    EDIT_PRICES,
    VIEW_MARGINS,
    OVERRIDE_MARGIN,
)

ROLES: Final = (
    Role(
        "catalog.manager",
        msg("Catalog manager"),
        tuple(permission.code for permission in PERMISSIONS),
    ),
    Role("catalog.reader", msg("Catalog reader"), (VIEW_PRODUCTS.code, VIEW_PRICES.code)),
)
