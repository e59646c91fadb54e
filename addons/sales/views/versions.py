"""What orders said before, and who let whom go beyond a credit limit: to be read, never written."""

from __future__ import annotations

from typing import Final

from addons.sales.models import ORDER_STATES, CreditOverride, OrderVersion
from addons.sales.permissions import VIEW_ORDERS
from addons.sales.services import related
from addons.sales.services.titles import version_title
from core.api import Access, Column, Field, Filter, Resource, Section, msg

VERSIONS: Final = Resource(
    name="order-versions",
    model=OrderVersion,
    title=msg("Earlier versions"),
    singular=msg("Earlier version"),
    help=msg("What quotations and orders said before they were changed."),
    access=Access(VIEW_ORDERS),
    columns=(
        Column("order.number", msg("Order")),
        Column("quote_version", msg("Version")),
        Column("created_at", msg("Until")),
        Column("changed_by", msg("Changed by")),
        Column("why", msg("Why")),
        Column("total", msg("Total"), widget="money"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=ORDER_STATES),
    ),
    record_title=version_title,
    filters=(
        Filter("order_id", msg("Order"), reference="sales.orders"),
        Filter("changed_by", msg("Changed by")),
    ),
    order=("-created_at",),
    form=(
        Section(
            msg("Earlier version"),
            (
                Field("order_id", msg("Order"), reference="sales.orders", readonly=True),
                Field("quote_version", msg("Version"), readonly=True),
                Field("day", msg("Date"), readonly=True),
                Field("changed_by", msg("Changed by"), readonly=True),
                Field("why", msg("Why"), readonly=True),
                Field("net", msg("Net"), widget="money", readonly=True),
                Field("tax", msg("Taxes"), widget="money", readonly=True),
                Field("total", msg("Total"), widget="money", readonly=True),
            ),
        ),
    ),
    discussed=False,
    customizable=False,
    related=related.of_version,
)
CREDIT_OVERRIDES: Final = Resource(
    name="credit-overrides",
    model=CreditOverride,
    title=msg("Credit limits passed"),
    singular=msg("Credit limit passed"),
    help=msg("Orders that somebody let go beyond what the customer may owe, and why."),
    access=Access(VIEW_ORDERS),
    columns=(
        Column("created_at", msg("When")),
        Column("contact_name", msg("Customer")),
        Column("order.number", msg("Order")),
        Column("credit_limit", msg("Limit"), widget="money"),
        Column("owed", msg("Owed"), widget="money"),
        Column("ordered", msg("Ordered, not invoiced"), widget="money"),
        Column("amount", msg("This order"), widget="money"),
        Column("user_name", msg("By")),
        Column("reason", msg("Reason")),
    ),
    record_title=lambda one: one.contact_name,
    search=("contact_name", "user_name", "reason"),
    filters=(
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("user_id", msg("By"), reference="core.users"),
    ),
    order=("-created_at",),
    discussed=False,
    customizable=False,
)
