"""Bundles, and sales below the smallest margin: lists and forms."""

from __future__ import annotations

from typing import Final

from addons.catalog.models import Bundle, MarginOverride
from addons.catalog.models.bundles import PRICINGS
from addons.catalog.permissions import EDIT_PRICES, VIEW_MARGINS, VIEW_PRICES
from addons.catalog.services import bundles
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    Importing,
    Lines,
    Operations,
    Resource,
    Section,
    msg,
)

BUNDLES: Final = Resource(
    name="bundles",
    model=Bundle,
    title=msg("Bundles"),
    singular=msg("Bundle"),
    help=msg("Products that are sold as one and delivered as their parts."),
    access=Access(VIEW_PRICES, EDIT_PRICES, EDIT_PRICES, EDIT_PRICES),
    importing=Importing(key=("product_id",)),
    columns=(
        Column("product.sku", msg("Code")),
        Column("product.name", msg("Bundle")),
        Column("pricing", msg("Price"), choices=PRICINGS),
        Column("percent", msg("Percent off")),
        Column("active", msg("Active")),
    ),
    record_title=lambda bundle: f"{bundle.product.sku} {bundle.product.name}",
    search=("product.sku", "product.name"),
    filters=(
        Filter("pricing", msg("Price"), choices=PRICINGS),
        Filter("active", msg("Active")),
    ),
    order=("product.sku",),
    form=(
        Section(
            msg("Bundle"),
            (
                Field(
                    "product_id",
                    msg("Product"),
                    reference="catalog.products",
                    help=msg("What stands on the order."),
                ),
                Field("pricing", msg("Price"), choices=PRICINGS),
                Field(
                    "percent",
                    msg("Percent off"),
                    help=msg("Of the prices of the parts together."),
                ),
                Field("note", msg("Note"), widget="multiline"),
                Field("active", msg("Active")),
            ),
        ),
    ),
    lines=(
        Lines(
            "parts",
            msg("Parts"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("quantity", msg("In one bundle")),
                Field(
                    "weight",
                    msg("Share of the price"),
                    help=msg("Beside the others; left empty, by its own price."),
                ),
            ),
            order="position",
        ),
    ),
    operations=Operations(bundles.create_bundle, bundles.update_bundle),
)

MARGIN_OVERRIDES: Final = Resource(
    name="margin-overrides",
    model=MarginOverride,
    title=msg("Sales below the margin"),
    singular=msg("Sale below the margin"),
    help=msg("What was sold below the smallest margin, who allowed it and why."),
    access=Access(VIEW_MARGINS),
    columns=(
        Column("allowed_at", msg("Allowed at")),
        Column("allowed_by", msg("Allowed by")),
        Column("number", msg("Document")),
        Column("product.name", msg("Product")),
        Column("quantity", msg("Quantity")),
        Column("net", msg("Net"), widget="money"),
        Column("cost", msg("Cost"), widget="money"),
        Column("minimum", msg("Smallest margin (%)")),
        Column("reason", msg("Reason")),
    ),
    record_title=lambda one: f"{one.number} {one.product.name}",
    search=("number", "allowed_by", "reason", "product.name"),
    filters=(
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("allowed_at", msg("Allowed at")),
    ),
    order=("-allowed_at",),
    discussed=False,
    customizable=False,
    displays=Displays(calendar=False),
)

RESOURCES: Final = (BUNDLES, MARGIN_OVERRIDES)
