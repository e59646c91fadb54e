"""Promotions, and what they gave."""

from __future__ import annotations

from typing import Final

from addons.sales.models import (
    PROMOTION_KINDS,
    STACKINGS,
    TARGET_USES,
    PromotedLine,
    Promotion,
)
from addons.sales.permissions import EDIT_PROMOTIONS, VIEW_ORDERS
from addons.sales.services.promotions import keeping
from core.api import (
    Access,
    Column,
    Displays,
    Duplicate,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Pivot,
    RecordRules,
    Related,
    Resource,
    Section,
    msg,
)

_WHAT: Final = Section(
    msg("Promotion"),
    (
        Field("name", msg("Name"), help=msg("Customers read it.")),
        Field("kind", msg("Kind"), choices=PROMOTION_KINDS),
        Field("active", msg("Active")),
        Field("note", msg("Note"), widget="multiline", required=False),
    ),
    help=msg(
        "A percentage or an amount off; of some that are bought, some more cheaper or free, the"
        " cheapest first; products that cost a price together; a product that is free."
    ),
)
_WHEN: Final = Section(
    msg("When"),
    (
        Field("starts_on", msg("From")),
        Field("ends_on", msg("Until")),
        Field("from_time", msg("From the hour"), help=msg("Where the company is.")),
        Field("until_time", msg("Until the hour"), help=msg("It may lie after midnight.")),
        Field("monday", msg("Monday")),
        Field("tuesday", msg("Tuesday")),
        Field("wednesday", msg("Wednesday")),
        Field("thursday", msg("Thursday")),
        Field("friday", msg("Friday")),
        Field("saturday", msg("Saturday")),
        Field("sunday", msg("Sunday")),
    ),
)
_HOW: Final = Section(
    msg("With which others, and how often"),
    (
        Field(
            "priority",
            msg("Priority"),
            help=msg(
                "Promotions are tried from the lowest number on; each takes from what is left."
            ),
        ),
        Field("stacking", msg("Together with others"), choices=STACKINGS),
        Field("skips_discounted", msg("Not on lines with a discount of their own")),
        Field("needs_coupon", msg("Only with a coupon")),
        Field("currency", msg("Currency"), help=msg("Left empty: the company's, or any.")),
        Field(
            "repeats",
            msg("Again for every threshold"),
            help=msg("An amount or a gift: 10 off for every 100, not once."),
        ),
        Field("max_times", msg("Times on a document, at the most")),
        Field("max_discount", msg("Discount on a document, at the most"), widget="money"),
        Field("max_uses", msg("Documents in all, at the most")),
        Field("max_uses_per_customer", msg("Documents of a customer, at the most")),
    ),
)
_GRIDS: Final = (
    Lines(
        "tiers",
        msg("What it gives"),
        (
            Field("min_quantity", msg("From quantity"), required=False),
            Field("min_amount", msg("From amount"), widget="money", required=False),
            Field("percent", msg("Percent"), required=False),
            Field("amount", msg("Amount"), widget="money", required=False),
            Field("get_quantity", msg("Gets so many"), required=False),
            Field("product_id", msg("Free product"), reference="catalog.products"),
        ),
        order="position",
    ),
    Lines(
        "targets",
        msg("On what"),
        (
            Field("use", msg("What of it"), choices=TARGET_USES, required=False),
            Field("product_id", msg("Product"), reference="catalog.products"),
            Field("category_id", msg("Category"), reference="catalog.categories"),
            Field("brand_id", msg("Brand"), reference="catalog.brands"),
            Field("quantity", msg("In a bundle so many"), required=False),
        ),
        order="position",
    ),
    Lines(
        "parties",
        msg("For whom"),
        (
            Field("contact_id", msg("Customer"), reference="contacts.contacts"),
            Field("group_id", msg("Group of contacts"), reference="contacts.groups"),
            Field(
                "price_list_id",
                msg("Prices from the list"),
                reference="catalog.price-lists",
            ),
        ),
    ),
)

PROMOTIONS: Final = Resource(
    name="promotions",
    model=Promotion,
    title=msg("Promotions"),
    singular=msg("Promotion"),
    help=msg("What customers get for less, when, and with which others."),
    access=Access(VIEW_ORDERS, EDIT_PROMOTIONS, EDIT_PROMOTIONS, EDIT_PROMOTIONS),
    columns=(
        Column("name", msg("Name")),
        Column("kind", msg("Kind"), choices=PROMOTION_KINDS),
        Column("starts_on", msg("From")),
        Column("ends_on", msg("Until")),
        Column("needs_coupon", msg("Only with a coupon")),
        Column("priority", msg("Priority")),
        Column("stacking", msg("Together with others"), choices=STACKINGS),
        Column("active", msg("Active")),
        Column("max_uses", msg("Documents in all, at the most"), optional=True),
        Column("note", msg("Note"), optional=True),
    ),
    record_title=lambda promotion: promotion.name,
    search=("name", "note"),
    filters=(
        Filter("kind", msg("Kind"), choices=PROMOTION_KINDS),
        Filter("active", msg("Active")),
        Filter("needs_coupon", msg("Only with a coupon")),
        Filter("starts_on", msg("From")),
        Filter("ends_on", msg("Until")),
    ),
    views=(ListView("in_use", msg("In use"), where=(("active", "true"),)),),
    order=("priority", "name"),
    form=(_WHAT, _WHEN, _HOW),
    lines=_GRIDS,
    operations=Operations(
        keeping.create_promotion, keeping.update_promotion, keeping.delete_promotion
    ),
    duplicate=Duplicate(leave_out=("name",)),
)

PROMOTED_LINES: Final = Resource(
    name="promoted-lines",
    model=PromotedLine,
    title=msg("What promotions gave"),
    singular=msg("Line with a promotion"),
    help=msg(
        "Lines of binding orders, and of invoices without one, on which a promotion gave something,"
        " and what they came to. A line with two promotions stands here twice."
    ),
    access=Access(VIEW_ORDERS),
    columns=(
        Column("promotion", msg("Promotion")),
        Column("number", msg("Document")),
        Column("day", msg("Date")),
        Column("contact_name", msg("Customer")),
        Column("sku", msg("Code")),
        Column("description", msg("Description")),
        Column("quantity", msg("Quantity"), total=True),
        Column("given", msg("Given"), widget="money", total=True, currency="currency"),
        Column("net", msg("Net"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
    ),
    record_title=lambda line: f"{line.promotion}: {line.number} {line.description}",
    search=("promotion", "number", "contact_name", "sku", "description"),
    filters=(
        Filter("promotion_id", msg("Promotion"), reference="sales.promotions"),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("salesperson_id", msg("Salesperson"), reference="core.users"),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("day", msg("Date")),
        Filter("currency", msg("Currency")),
    ),
    views=(
        ListView("by_promotion", msg("By promotion"), group=("promotion_id", "day:month")),
        ListView("by_customer", msg("By customer"), group=("contact_id",)),
        ListView("by_product", msg("By product"), group=("product_id",)),
    ),
    order=("-day", "-id"),
    rules=RecordRules(owner="salesperson_id", team="team_id", branch="branch_id"),
    displays=Displays(pivot=Pivot("promotion_id", "day:month", "given", "bar")),
    related=lambda session, line: [
        Related("sales.orders", line.order_id, msg("Order"), before=True)
        if line.order_id is not None
        else Related("sales.invoices", line.invoice_id, msg("Invoice"), before=True)
    ],
    discussed=False,
    customizable=False,
)
