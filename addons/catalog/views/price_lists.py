"""Price lists, their rules, and known costs: lists and forms."""

from __future__ import annotations

from typing import Final

from addons.catalog.models import KnownCost, PriceList, PriceRule
from addons.catalog.models.prices import METHODS, ROUNDINGS
from addons.catalog.permissions import EDIT_PRICES, VIEW_MARGINS, VIEW_PRICES
from addons.catalog.services.prices import list_keeping, rule_keeping
from addons.catalog.services.prices.naming import rule_title
from addons.catalog.services.trading import company_currency
from core.api import (
    Access,
    Column,
    Duplicate,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    Resource,
    Section,
    msg,
)

PRICE_LISTS: Final = Resource(
    name="price-lists",
    model=PriceList,
    title=msg("Price lists"),
    singular=msg("Price list"),
    help=msg("Prices for a customer, a group or everybody, in one currency."),
    access=Access(VIEW_PRICES, EDIT_PRICES, EDIT_PRICES, EDIT_PRICES),
    importing=Importing(key=("name",)),
    columns=(
        Column("name", msg("Name")),
        Column("currency", msg("Currency")),
        Column("shows_discount", msg("Shows discounts")),
        Column("note", msg("Note"), optional=True),
        Column("active", msg("Active")),
    ),
    record_title=lambda one: one.name,
    search=("name", "note"),
    filters=(Filter("currency", msg("Currency")), Filter("active", msg("Active"))),
    views=(ListView("in_use", msg("In use"), where=(("active", "true"),)),),
    order=("name",),
    form=(
        Section(
            msg("Price list"),
            (
                Field("name", msg("Name")),
                Field(
                    "currency",
                    msg("Currency"),
                    help=msg("Three letters. Documents in it take this list first."),
                    initial=company_currency,
                ),
                Field(
                    "shows_discount",
                    msg("Shows discounts"),
                    help=msg("Customers see the full price, and the percentage taken off."),
                ),
                Field(
                    "digits",
                    msg("Decimals"),
                    help=msg("Of its prices; left empty, those of the currency."),
                ),
                Field("note", msg("Note"), widget="multiline"),
                Field("active", msg("Active")),
            ),
        ),
    ),
    lines=(
        Lines(
            "parties",
            msg("For whom"),
            (
                Field("contact_id", msg("Contact"), reference="contacts.contacts"),
                Field("group_id", msg("Group of contacts"), reference="contacts.groups"),
                Field("valid_from", msg("From")),
                Field("valid_until", msg("Until")),
            ),
        ),
    ),
    operations=Operations(list_keeping.create_list, list_keeping.update_list),
    duplicate=Duplicate(leave_out=("parties",)),
)

PRICE_RULES: Final = Resource(
    name="price-rules",
    model=PriceRule,
    title=msg("Prices in lists"),
    singular=msg("Price in a list"),
    help=msg("What something costs in a price list, and how that comes about."),
    access=Access(VIEW_PRICES, EDIT_PRICES, EDIT_PRICES, EDIT_PRICES),
    columns=(
        Column("price_list.name", msg("Price list")),
        Column("product.sku", msg("Code")),
        Column("product.name", msg("Product")),
        Column("template.name", msg("Template"), optional=True),
        Column("category.full_name", msg("Category")),
        Column("brand.name", msg("Brand"), optional=True),
        Column("min_quantity", msg("From quantity")),
        Column("unit.code", msg("Unit"), optional=True),
        Column("method", msg("How"), choices=METHODS),
        Column("amount", msg("Price"), widget="money"),
        Column("percent", msg("Percent")),
        Column("valid_from", msg("From")),
        Column("valid_until", msg("Until")),
        Column("base_list.name", msg("Based on"), optional=True),
        Column("surcharge", msg("Plus"), optional=True),
        Column("note", msg("Note"), optional=True),
    ),
    record_title=lambda rule: f"{rule.price_list.name}: {rule_title(rule)}",
    search=("price_list.name", "product.sku", "product.name", "note"),
    filters=(
        Filter("list_id", msg("Price list"), reference="catalog.price-lists"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("template_id", msg("Template"), reference="catalog.templates"),
        Filter("category_id", msg("Category"), reference="catalog.categories"),
        Filter("brand_id", msg("Brand"), reference="catalog.brands"),
        Filter("method", msg("How"), choices=METHODS),
        Filter("valid_from", msg("From")),
        Filter("valid_until", msg("Until")),
    ),
    order=("price_list.name", "product.sku", "min_quantity"),
    form=(
        Section(
            msg("For what"),
            (
                Field("list_id", msg("Price list"), reference="catalog.price-lists"),
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("template_id", msg("Template"), reference="catalog.templates"),
                Field("category_id", msg("Category"), reference="catalog.categories"),
                Field("brand_id", msg("Brand"), reference="catalog.brands"),
            ),
            help=msg("Choose one. With none of them the price is for all products."),
        ),
        Section(
            msg("When"),
            (
                Field("min_quantity", msg("From quantity")),
                Field(
                    "unit_id",
                    msg("Unit"),
                    reference="catalog.units",
                    help=msg("Only for quantities in this unit; left empty, for all of them."),
                ),
                Field("valid_from", msg("From")),
                Field("valid_until", msg("Until")),
            ),
            help=msg("A price for a while comes before one without a period."),
        ),
        Section(
            msg("The price"),
            (
                Field("method", msg("How"), choices=METHODS),
                Field("amount", msg("Fixed price"), widget="money"),
                Field(
                    "percent",
                    msg("Percent"),
                    help=msg("Taken off, added to the cost, or left of the price as its margin."),
                ),
                Field(
                    "base_list_id",
                    msg("Taken off the price in"),
                    reference="catalog.price-lists",
                    help=msg("Left empty, off the product's sale price."),
                ),
                Field("surcharge", msg("Plus"), help=msg("An amount, which may be negative.")),
                Field("rounding_step", msg("Rounded to steps of"), help=msg("Such as 1 or 0.05.")),
                Field(
                    "rounding_ending",
                    msg("Ending in"),
                    help=msg("With steps of 1, 0.95 gives 12.95."),
                ),
                Field("rounding", msg("Rounded"), choices=ROUNDINGS),
                Field("note", msg("Note")),
            ),
        ),
    ),
    operations=Operations(rule_keeping.create_rule, rule_keeping.update_rule),
    discussed=False,
)

KNOWN_COSTS: Final = Resource(
    name="known-costs",
    model=KnownCost,
    title=msg("Known costs"),
    singular=msg("Known cost"),
    help=msg("What products cost where no stock is kept, and what services cost."),
    access=Access(VIEW_MARGINS, EDIT_PRICES, EDIT_PRICES, EDIT_PRICES),
    importing=Importing(
        key=("product_id",),
        synonyms=(
            ("product_id", "SKU"),
            ("product_id", "Product code"),
            ("cost", "Cost"),
            ("cost", "Unit cost"),
            ("cost", "Standard cost"),
            ("cost", "التكلفة"),
        ),
    ),
    columns=(
        Column("product.sku", msg("Code")),
        Column("product.name", msg("Product")),
        Column("cost", msg("Cost"), widget="money"),
    ),
    record_title=lambda known: f"{known.product.sku} {known.product.name}",
    search=("product.sku", "product.name"),
    filters=(Filter("product_id", msg("Product"), reference="catalog.products"),),
    order=("product.sku",),
    form=(
        Section(
            msg("Known cost"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("cost", msg("Cost of one"), widget="money"),
            ),
            help=msg(
                "Per stock unit, in the company's currency. What inventory knows comes first."
            ),
        ),
    ),
    discussed=False,
)

RESOURCES: Final = (PRICE_LISTS, PRICE_RULES, KNOWN_COSTS)
