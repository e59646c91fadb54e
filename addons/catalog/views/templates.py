"""Templates: list and form."""

from __future__ import annotations

from typing import Final

from addons.catalog.models import Template
from addons.catalog.models.shared import KINDS
from addons.catalog.permissions import DELETE_PRODUCTS, EDIT_PRODUCTS, VIEW_PRODUCTS
from addons.catalog.services import templates
from addons.catalog.views.described import GENERAL, MEASURES, MORE, TRADE
from core.api import (
    Access,
    Column,
    Discussion,
    Field,
    Filter,
    Lines,
    Operations,
    Resource,
    Section,
    msg,
)

TEMPLATES: Final = Resource(
    name="templates",
    model=Template,
    title=msg("Templates"),
    singular=msg("Template"),
    help=msg("What the variants of a product share: a shirt, in its colours and sizes."),
    access=Access(VIEW_PRODUCTS, EDIT_PRODUCTS, EDIT_PRODUCTS, DELETE_PRODUCTS),
    columns=(
        Column("name", msg("Name")),
        Column("name_local", msg("Name in the other language"), optional=True),
        Column("category.full_name", msg("Category")),
        Column("brand.name", msg("Brand")),
        Column("sale_price", msg("Sale price"), widget="money"),
        Column("unit.code", msg("Unit")),
        Column("kind", msg("Kind"), choices=KINDS, optional=True),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda template: template.name,
    search=("name", "name_local"),
    filters=(
        Filter("category_id", msg("Category"), reference="catalog.categories"),
        Filter("brand_id", msg("Brand"), reference="catalog.brands"),
        Filter("active", msg("Active")),
    ),
    order=("name",),
    form=(
        Section(
            msg("Template"),
            (
                *GENERAL,
                Field(
                    "sku_pattern",
                    msg("Pattern of codes"),
                    help=msg("For its variants: {template}-{color}-{size}, {number:03}."),
                ),
            ),
        ),
        TRADE,
        MEASURES,
        MORE,
    ),
    lines=(
        Lines(
            "choices",
            msg("Comes in"),
            (
                Field("value_id", msg("Value"), reference="catalog.values"),
                Field("price_extra", msg("Added to the price")),
                Field("is_default", msg("Default")),
            ),
            order="position",
        ),
        Lines(
            "exclusions",
            msg("Does not come as"),
            (
                Field("value_id", msg("Value"), reference="catalog.values"),
                Field("other_id", msg("Together with"), reference="catalog.values"),
            ),
        ),
    ),
    operations=Operations(
        templates.create_template, templates.update_template, templates.delete_template
    ),
    discussed=Discussion(write=VIEW_PRODUCTS),
)
