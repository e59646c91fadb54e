"""Goods of suppliers that were used while they lay here, and the statements that buy them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Consumption
from addons.purchases.permissions import EDIT_ORDERS, VIEW_PURCHASES
from addons.purchases.services.consumption import write_statements
from addons.purchases.services.related import of_consumption
from addons.purchases.views.drafted import drafted
from core.api import (
    Access,
    Action,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Made,
    Pivot,
    Resource,
    Section,
    msg,
    today,
)


def _until_today(session: Session, use: Consumption) -> Made | str:
    return drafted(write_statements(session, use.contact_id, today(session)))


def _last_month(session: Session, use: Consumption) -> Made | str:
    until = today(session).replace(day=1) - timedelta(days=1)
    return drafted(write_statements(session, use.contact_id, until))


def _title(use: Consumption) -> str:
    return use.number or f"#{use.id}"


CONSUMPTION: Final = Resource(
    name="used-goods",
    model=Consumption,
    title=msg("Used goods of suppliers"),
    singular=msg("Used goods of a supplier"),
    help=msg(
        "What was used of goods that suppliers left here. A statement buys it: a draft of an order,"
        " which counts as received when it is placed."
    ),
    access=Access(VIEW_PURCHASES),
    columns=(
        Column("day", msg("Date")),
        Column("contact_id", msg("Supplier")),
        Column("product_id", msg("Product")),
        Column("quantity", msg("Quantity")),
        Column("price", msg("Price"), widget="money"),
        Column("currency", msg("Currency")),
        Column("value", msg("Value"), widget="money", total=True),
        Column("number", msg("Used by")),
        Column("settled", msg("Bought"), tones=(("true", "good"),)),
    ),
    record_title=_title,
    search=("number",),
    filters=(
        Filter("day", msg("Date")),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("settled", msg("Bought")),
    ),
    views=(ListView("to_buy", msg("To be bought"), where=(("settled", "false"),)),),
    order=("-day", "-id"),
    form=(
        Section(
            msg("Used goods"),
            (
                Field("day", msg("Date"), readonly=True),
                Field("contact_id", msg("Supplier"), reference="contacts.contacts", readonly=True),
                Field("product_id", msg("Product"), reference="catalog.products", readonly=True),
                Field("quantity", msg("Quantity"), readonly=True),
                Field("price", msg("Price"), widget="money", readonly=True),
                Field("currency", msg("Currency"), readonly=True),
                Field("value", msg("Value"), widget="money", readonly=True),
                Field("number", msg("Used by"), readonly=True),
                Field("branch_id", msg("Branch"), reference="core.branches", readonly=True),
                Field("settled", msg("Bought"), readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "last_month",
            msg("Statement up to last month"),
            EDIT_ORDERS,
            _last_month,
            when=lambda use: use.order_line_id is None,
            style="primary",
        ),
        Action(
            "statement",
            msg("Statement up to today"),
            EDIT_ORDERS,
            _until_today,
            when=lambda use: use.order_line_id is None,
        ),
    ),
    related=of_consumption,
    displays=Displays(pivot=Pivot("contact_id", "day:month", "value", "bar")),
    discussed=False,
)
RESOURCES: Final = (CONSUMPTION,)
