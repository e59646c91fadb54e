"""What is set up before goods move: opening stock, and the rules by which goods are valued."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.inventory.models import OpeningStock, StockRule
from addons.inventory.models.adjusting import POSTED_STATES
from addons.inventory.models.costs import METHODS, NEGATIVE_POLICIES
from addons.inventory.permissions import EDIT_VALUE, SET_UP_STOCK, VIEW_STOCK, VIEW_VALUE
from addons.inventory.services.ledger.places import stock_location
from addons.inventory.services.valuation import opening, rule_keeping
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Importing,
    ListView,
    Operations,
    Resource,
    Section,
    msg,
    today,
)

_ALL: Final = Access(VIEW_VALUE, EDIT_VALUE, EDIT_VALUE, EDIT_VALUE)


def _opening_day(session: Session) -> date:
    """The day of the opening stock that is there already, so that a file without days brings in
    the same goods whenever it comes; today where there is none yet."""
    return session.scalar(select(func.max(OpeningStock.day))) or today(session)


def _bring_in(session: Session, given: OpeningStock) -> None:
    opening.post_opening(session, given)


OPENING_STOCK: Final = Resource(
    name="opening-stock",
    model=OpeningStock,
    title=msg("Opening stock"),
    singular=msg("Opening stock"),
    help=msg("Goods that are there when you begin: import them, look at them, post them."),
    access=_ALL,
    importing=Importing(
        key=("product_id", "location_id", "lot", "day", "reference"),
        may_be_empty=("lot", "reference"),
        synonyms=(
            ("product_id", "SKU"),
            ("product_id", "Item"),
            ("quantity", "Qty"),
            ("quantity", "On hand"),
            ("unit_cost", "Cost"),
            ("unit_cost", "Unit cost"),
            ("location_id", "Warehouse"),
            ("location_id", "Bin"),
            ("lot", "Serial number"),
            ("lot", "Batch"),
            ("day", "Date"),
        ),
    ),
    columns=(
        Column("day", msg("Day")),
        Column("product_id", msg("Product")),
        Column("quantity", msg("Quantity")),
        Column("unit_cost", msg("Cost of a piece"), "money"),
        Column("location_id", msg("Location")),
        Column("lot", msg("Lot")),
        Column("reference", msg("Reference"), optional=True),
        Column("state", msg("State"), choices=POSTED_STATES, tones=(("posted", "good"),)),
    ),
    record_title=lambda one: f"{one.day} {one.reference}".strip(),
    search=("reference", "lot"),
    filters=(
        Filter("state", msg("State"), choices=POSTED_STATES),
        Filter("day", msg("Day")),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("location_id", msg("Location"), reference="inventory.locations"),
    ),
    views=(ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),),
    order=("-day",),
    form=(
        Section(
            msg("Opening stock"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("quantity", msg("Quantity"), help=msg("In the product's stock unit.")),
                Field(
                    "unit_cost",
                    msg("Cost of a piece"),
                    "money",
                    help=msg("In the company's currency."),
                ),
                Field(
                    "location_id",
                    msg("Location"),
                    reference="inventory.locations",
                    initial=stock_location,
                ),
                Field("lot", msg("Lot"), help=msg("Or the serial number, of one piece.")),
                Field("expires_on", msg("Expires on")),
                Field("day", msg("Day"), initial=_opening_day),
                Field(
                    "reference",
                    msg("Reference"),
                    help=msg("Tells goods apart that came at different costs."),
                ),
            ),
        ),
    ),
    state="state",
    actions=(
        Action(
            "post",
            msg("Post"),
            EDIT_VALUE,
            _bring_in,
            when=lambda one: one.state == "draft",
            style="primary",
            bulk=True,
        ),
    ),
    editable=lambda one: one.state == "draft",
)

STOCK_RULES: Final = Resource(
    name="stock-rules",
    model=StockRule,
    title=msg("Stock rules"),
    singular=msg("Stock rule"),
    help=msg("How goods of a category or a product are valued, and whether they may be short."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    columns=(
        Column("category_id", msg("Category")),
        Column("product_id", msg("Product")),
        Column("method", msg("Cost method"), choices=METHODS),
        Column("per_lot", msg("Each lot by itself")),
        Column("negative", msg("More goods than there are"), choices=NEGATIVE_POLICIES),
    ),
    record_title=lambda rule: str(rule.id),
    filters=(
        Filter("category_id", msg("Category"), reference="catalog.categories"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("method", msg("Cost method"), choices=METHODS),
    ),
    order=("id",),
    form=(
        Section(
            msg("For"),
            (
                Field("category_id", msg("Category"), reference="catalog.categories"),
                Field("product_id", msg("Product"), reference="catalog.products"),
            ),
            help=msg("A category, with those below it, or one product."),
        ),
        Section(
            msg("Rule"),
            (
                Field("method", msg("Cost method"), choices=METHODS),
                Field("per_lot", msg("Each lot by itself")),
                Field("negative", msg("More goods than there are"), choices=NEGATIVE_POLICIES),
            ),
            help=msg("What is left empty is decided by the category above, or the settings."),
        ),
    ),
    operations=Operations(rule_keeping.create_rule, rule_keeping.update_rule),
)

RESOURCES: Final = (OPENING_STOCK, STOCK_RULES)
