"""The grid of an order's lines."""

from __future__ import annotations

from typing import Final

from addons.purchases.models.choices import LINE_KINDS
from addons.purchases.services.orders.scanning import scan_line
from core.api import Field, Lines, msg

LINES: Final = Lines(
    "lines",
    msg("Lines"),
    (
        Field("product_id", msg("Product"), reference="catalog.products"),
        Field("label", msg("Text"), required=False),
        Field("supplier_code", msg("Supplier's code"), required=False),
        Field("quantity", msg("Quantity")),
        Field("unit_id", msg("Unit"), reference="catalog.units"),
        Field(
            "price",
            msg("Price"),
            widget="money",
            required=False,
            help=msg("Empty: the supplier's, by agreement, price list, or as last time."),
        ),
        Field("discount_percent", msg("Discount, percent"), required=False),
        Field("net", msg("Net"), widget="money", readonly=True),
        Field("tax_codes", msg("Taxes"), required=False),
        Field("expected_on", msg("Expected on")),
        Field("kind", msg("Kind"), choices=LINE_KINDS, required=False),
        Field("account", msg("Budget account"), required=False),
        Field("over_tolerance", msg("More allowed, percent")),
        Field("under_tolerance", msg("Less allowed, percent")),
        Field("received", msg("Received"), readonly=True),
        Field("billed", msg("Billed"), readonly=True),
    ),
    totals=("net",),
    order="position",
    scan=scan_line,
)
