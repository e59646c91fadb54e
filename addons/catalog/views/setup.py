"""What products are sorted, measured and varied by: lists and forms."""

from __future__ import annotations

from typing import Final

from addons.catalog.models import (
    Attribute,
    AttributeValue,
    Brand,
    Category,
    Unit,
    UnitCategory,
)
from addons.catalog.permissions import SET_UP_CATALOG, VIEW_PRODUCTS
from addons.catalog.services import attributes, categories, ensuring, units
from addons.catalog.views.described import suggest_tax_groups
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

_ACCESS: Final = Access(VIEW_PRODUCTS, SET_UP_CATALOG, SET_UP_CATALOG, SET_UP_CATALOG)
_NAME: Final = Field("name", msg("Name"))
_NAME_LOCAL: Final = Field("name_local", msg("Name in the other language"))

CATEGORIES: Final = Resource(
    name="categories",
    model=Category,
    title=msg("Product categories"),
    singular=msg("Product category"),
    help=msg(
        "A tree that products are sorted into: Food / Rice / Basmati. "
        "In a name a slash stands between letters: Tyres/Tubes."
    ),
    access=_ACCESS,
    importing=Importing(
        key=("name", "parent_id"),
        may_be_empty=("parent_id",),
        make=ensuring.category_of_path,
    ),
    columns=(
        Column("full_name", msg("Category")),
        Column("name_local", msg("Name in the other language")),
        Column("code", msg("Code")),
        Column("tax_group", msg("Tax group"), optional=True),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda category: category.full_name,
    search=("full_name", "name_local", "code"),
    filters=(
        Filter("parent_id", msg("Inside of"), reference="catalog.categories"),
        Filter("active", msg("Active")),
    ),
    order=("full_name",),
    form=(
        Section(
            msg("Product category"),
            (
                _NAME,
                _NAME_LOCAL,
                Field("parent_id", msg("Inside of"), reference="catalog.categories"),
                Field("code", msg("Code"), help=msg("For product codes made by a pattern.")),
                Field(
                    "tax_group",
                    msg("Tax group of new products"),
                    suggest=suggest_tax_groups,
                    help=msg("Left empty, that of the category above."),
                ),
                Field("active", msg("Active")),
            ),
        ),
    ),
    operations=Operations(
        categories.create_category, categories.update_category, categories.delete_category
    ),
)

BRANDS: Final = Resource(
    name="brands",
    model=Brand,
    title=msg("Brands"),
    singular=msg("Brand"),
    help=msg("Under which products are sold."),
    access=_ACCESS,
    importing=Importing(key=("name",)),
    columns=(
        Column("name", msg("Name")),
        Column("name_local", msg("Name in the other language")),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda brand: brand.name,
    search=("name", "name_local"),
    order=("name",),
    form=(Section(msg("Brand"), (_NAME, _NAME_LOCAL, Field("active", msg("Active")))),),
)

ATTRIBUTES: Final = Resource(
    name="attributes",
    model=Attribute,
    title=msg("Attributes"),
    singular=msg("Attribute"),
    help=msg("What variants differ in: colour, size, material."),
    access=_ACCESS,
    columns=(
        Column("name", msg("Name")),
        Column("name_local", msg("Name in the other language")),
        Column("position", msg("Place in names and codes")),
    ),
    record_title=lambda attribute: attribute.name,
    search=("name", "name_local"),
    order=("position", "name"),
    form=(
        Section(
            msg("Attribute"),
            (_NAME, _NAME_LOCAL, Field("position", msg("Place in names and codes"))),
        ),
    ),
    lines=(
        Lines(
            "values",
            msg("Values"),
            (
                _NAME,
                _NAME_LOCAL,
                Field("code", msg("In product codes"), help=msg("Instead of the name: RED, XL.")),
            ),
            order="position",
        ),
    ),
    operations=Operations(
        attributes.create_attribute, attributes.update_attribute, attributes.delete_attribute
    ),
)

VALUES: Final = Resource(
    name="values",
    model=AttributeValue,
    title=msg("Attribute values"),
    singular=msg("Attribute value"),
    access=Access(VIEW_PRODUCTS),
    columns=(
        Column("attribute.name", msg("Attribute")),
        Column("name", msg("Name")),
        Column("name_local", msg("Name in the other language")),
        Column("code", msg("In product codes")),
    ),
    record_title=lambda value: f"{value.attribute.name}: {value.name}",
    search=("attribute.name", "attribute.name_local", "name", "name_local", "code"),
    filters=(Filter("attribute_id", msg("Attribute"), reference="catalog.attributes"),),
    order=("attribute.name", "position"),
)

UNITS: Final = Resource(
    name="units",
    model=Unit,
    title=msg("Units"),
    singular=msg("Unit"),
    help=msg("What quantities are counted and measured in."),
    access=_ACCESS,
    importing=Importing(key=("code",)),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("category.name", msg("Kind of unit")),
        Column("factor", msg("Factor")),
        Column("digits", msg("Decimals")),
        Column("standard_code", msg("Standard code"), optional=True),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda unit: unit.code,
    search=("code", "name", "name_local"),
    filters=(
        Filter("category_id", msg("Kind of unit"), reference="catalog.unit_categories"),
        Filter("active", msg("Active")),
    ),
    order=("category.name", "factor"),
    form=(
        Section(
            msg("Unit"),
            (
                Field("code", msg("Code"), help=msg("Short, as it stands behind a quantity: kg.")),
                _NAME,
                _NAME_LOCAL,
                Field("category_id", msg("Kind of unit"), reference="catalog.unit_categories"),
                Field(
                    "factor",
                    msg("Factor"),
                    help=msg("How many reference units are one of it: 12 for a dozen of pieces."),
                ),
                Field(
                    "digits",
                    msg("Decimals"),
                    help=msg("Of a quantity; 0 for what is counted in whole numbers."),
                ),
                Field(
                    "standard_code",
                    msg("Standard code"),
                    help=msg("Of UN/ECE Recommendation 20, for electronic invoices: KGM, H87."),
                ),
                Field("active", msg("Active")),
            ),
        ),
    ),
    operations=Operations(units.create_unit, units.update_unit, units.delete_unit),
)

UNIT_CATEGORIES: Final = Resource(
    name="unit_categories",
    model=UnitCategory,
    title=msg("Kinds of units"),
    singular=msg("Kind of unit"),
    help=msg("Units of one kind convert into each other: those of weight, those of length."),
    access=_ACCESS,
    importing=Importing(key=("name",)),
    columns=(Column("name", msg("Name")),),
    record_title=lambda category: category.name,
    search=("name",),
    order=("name",),
    form=(Section(msg("Kind of unit"), (_NAME,)),),
)
