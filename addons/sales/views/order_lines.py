"""The grids of quotations and orders: lines and instalments."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.sales.models import LINE_KINDS, SUPPLIES
from addons.sales.services.scanning import scan_line
from core.api import Field, Lines, msg

PRICE_REASONS: Final = (("typed", msg("Typed")), ("product", msg("Sale price")))

LINES: Final = Lines(
    "lines",
    msg("Lines"),
    (
        Field("product_id", msg("Product"), reference="catalog.products"),
        Field("description", msg("Description"), required=False),
        Field("quantity", msg("Quantity"), required=False, initial=lambda session: Decimal(1)),
        Field("unit_id", msg("Unit"), reference="catalog.units"),
        Field(
            "price",
            msg("Price"),
            widget="money",
            required=False,
            help=msg("Left empty: that of the customer's price list."),
        ),
        Field("discount_percent", msg("Discount, percent"), required=False),
        Field("discount", msg("Discount"), widget="money", required=False),
        Field("promotion_discount", msg("Promotions"), widget="money", readonly=True),
        Field("net", msg("Net"), widget="money", readonly=True),
        Field(
            "taxes",
            msg("Taxes"),
            required=False,
            help=msg("Codes with a blank between them. Left empty: those of the product."),
        ),
        Field("price_why", msg("Why this price"), choices=PRICE_REASONS, readonly=True),
        Field("kind", msg("Kind"), choices=LINE_KINDS, required=False),
        Field(
            "supply",
            msg("Supplied"),
            choices=SUPPLIES,
            required=False,
            help=msg("Left empty: as suppliers' prices say."),
        ),
        Field("delivered", msg("Delivered"), readonly=True),
        Field("invoiced", msg("Invoiced"), readonly=True),
        Field("returned", msg("Returned"), readonly=True),
    ),
    totals=("net",),
    order="position",
    scan=scan_line,
)
INSTALMENTS: Final = Lines(
    "instalments",
    msg("Instalments"),
    (
        Field("percent", msg("Percent")),
        Field("days", msg("Days after the invoice"), required=False),
    ),
    totals=("percent",),
    order="position",
)
