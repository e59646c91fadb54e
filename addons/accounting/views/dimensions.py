"""Dimensions and their values: lists and forms."""

from __future__ import annotations

from typing import Final

from addons.accounting.models.dimensions import REQUIREMENTS, Dimension, DimensionValue
from addons.accounting.permissions import EDIT_DIMENSIONS, VIEW_BOOKS
from addons.accounting.services.dimensions import masters
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    Importing,
    Lines,
    Operations,
    Resource,
    Section,
    msg,
)

DIMENSIONS: Final = Resource(
    name="dimensions",
    importing=Importing(key=("code",)),
    model=Dimension,
    title=msg("Dimensions"),
    singular=msg("Dimension"),
    help=msg("What results are split by: cost centres, projects, places."),
    access=Access(VIEW_BOOKS, EDIT_DIMENSIONS, EDIT_DIMENSIONS, EDIT_DIMENSIONS),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("active", msg("Active")),
    ),
    record_title=lambda dimension: dimension.name,
    form=(
        Section(
            msg("Dimension"),
            (
                Field("code", msg("Code"), help=msg("Short and without spaces, such as CC.")),
                Field("name", msg("Name")),
                Field("name_local", msg("Name in the second language")),
                Field("active", msg("Active")),
            ),
        ),
    ),
    lines=(
        Lines(
            "rules",
            msg("Accounts that must or must not have it"),
            (
                Field("account_prefix", msg("Accounts whose code begins with")),
                Field("requirement", msg("Is"), choices=REQUIREMENTS),
            ),
        ),
        Lines(
            "defaults",
            msg("What lines get by themselves"),
            (
                Field("account_prefix", msg("Accounts whose code begins with"), required=False),
                Field("partner_id", msg("Contact"), reference="contacts.contacts"),
                Field("split", msg("Split, such as RUH 60, JED 40")),
            ),
        ),
    ),
    search=("code", "name"),
    order=("code",),
    operations=Operations(masters.create_dimension, masters.update_dimension),
)

VALUES: Final = Resource(
    name="dimension-values",
    importing=Importing(key=("dimension_id", "code")),
    model=DimensionValue,
    title=msg("Values of dimensions"),
    singular=msg("Value of a dimension"),
    help=msg("The cost centres and projects themselves; one may be part of another."),
    access=Access(VIEW_BOOKS, EDIT_DIMENSIONS, EDIT_DIMENSIONS, EDIT_DIMENSIONS),
    columns=(
        Column("dimension.name", msg("Dimension")),
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("parent.code", msg("Part of")),
        Column("active", msg("Active")),
    ),
    record_title=lambda value: f"{value.code} {value.name}",
    form=(
        Section(
            msg("Value"),
            (
                Field("dimension_id", msg("Dimension"), reference="accounting.dimensions"),
                Field(
                    "code",
                    msg("Code"),
                    help=msg("Without spaces: entries name it, as in RUH 60, JED 40."),
                ),
                Field("name", msg("Name")),
                Field("name_local", msg("Name in the second language")),
                Field("parent_id", msg("Part of"), reference="accounting.dimension-values"),
                Field("active", msg("Active")),
            ),
        ),
    ),
    search=("code", "name"),
    filters=(
        Filter("dimension_id", msg("Dimension"), reference="accounting.dimensions"),
        Filter("active", msg("Active")),
    ),
    order=("dimension_id", "code"),
    operations=Operations(masters.create_value, masters.update_value, masters.delete_value),
)

RESOURCES: Final = (DIMENSIONS, VALUES)
