"""What was bought, by supplier, product and month; what is awaited; what came and was not billed.

Every figure comes from two views of the database, so that no two reports disagree.
"""

from __future__ import annotations

from typing import Final

from addons.purchases.models import OrderItem, PurchaseLine
from addons.purchases.models.choices import BILL_KINDS, BILL_ROLES, LINE_KINDS, ORDER_STATES
from addons.purchases.permissions import VIEW_PURCHASES
from core.api import (
    Access,
    Column,
    Displays,
    Filter,
    ListView,
    Pivot,
    RecordRules,
    Resource,
    msg,
    phrase,
)

LINES: Final = Resource(
    name="purchase-lines",
    model=PurchaseLine,
    title=msg("What was bought"),
    singular=msg("Line of a bill"),
    help=msg("Every line that was billed, debit notes below zero."),
    access=Access(VIEW_PURCHASES),
    columns=(
        Column("date", msg("Date")),
        Column("number", msg("Bill")),
        Column("supplier", msg("Supplier")),
        Column("label", msg("What")),
        Column("stock_quantity", msg("Quantity"), total=True),
        Column("net", msg("Net"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("company_net", msg("Net in the company's currency"), widget="money", total=True),
        Column("kind", msg("Kind"), choices=BILL_KINDS, optional=True),
        Column("role", msg("What it is"), choices=BILL_ROLES, optional=True),
    ),
    record_title=lambda line: phrase("{number}, {label}", number=line.number, label=line.label),
    search=("number", "supplier", "label"),
    filters=(
        Filter("date", msg("Date")),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("kind", msg("Kind"), choices=BILL_KINDS),
        Filter("role", msg("What it is"), choices=BILL_ROLES),
        Filter("currency", msg("Currency")),
    ),
    views=(
        ListView("by_supplier", msg("By supplier"), group=("contact_id",)),
        ListView("by_product", msg("By product"), group=("product_id",)),
        ListView("by_month", msg("By month"), group=("date:month",)),
    ),
    order=("-date", "-id"),
    rules=RecordRules(branch="branch_id"),
    displays=Displays(pivot=Pivot("contact_id", "date:month", "company_net", "bar")),
    customizable=False,
    discussed=False,
)

ITEMS: Final = Resource(
    name="order-items",
    model=OrderItem,
    title=msg("Lines of orders"),
    singular=msg("Line of an order"),
    help=msg("What was ordered, line by line: awaited, kept, billed."),
    access=Access(VIEW_PURCHASES),
    columns=(
        Column("number", msg("Order")),
        Column("supplier", msg("Supplier")),
        Column("label", msg("What")),
        Column("expected_on", msg("Expected on")),
        Column("quantity", msg("Ordered")),
        Column("kept", msg("Received")),
        Column("awaited", msg("Awaited")),
        Column("billed", msg("Billed")),
        Column("unbilled", msg("Not billed yet")),
        Column(
            "unbilled_net",
            msg("Value not billed"),
            widget="money",
            total=True,
            currency="currency",
        ),
        Column("net", msg("Net"), widget="money", total=True, currency="currency", optional=True),
        Column("currency", msg("Currency"), optional=True),
        Column("state", msg("State of the order"), choices=ORDER_STATES, optional=True),
        Column("supplier_code", msg("Supplier's code"), optional=True),
        Column("kind", msg("Kind"), choices=LINE_KINDS, optional=True),
    ),
    record_title=lambda item: phrase(
        "{number}, {label}", number=item.number or item.order_id, label=item.label
    ),
    search=("number", "label", "supplier", "supplier_code"),
    filters=(
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("order_id", msg("Order"), reference="purchases.orders"),
        Filter("expected_on", msg("Expected on")),
        Filter("state", msg("State of the order"), choices=ORDER_STATES),
        Filter("awaited", msg("Awaited")),
        Filter("unbilled", msg("Not billed yet")),
        Filter("date", msg("Date")),
    ),
    views=(
        ListView("awaited", msg("Awaited"), where=(("awaited__gt", "0"),), sort=("expected_on",)),
        ListView("not_billed", msg("Received and not billed"), where=(("unbilled__gt", "0"),)),
        ListView("ahead", msg("Billed before it came"), where=(("unbilled__lt", "0"),)),
    ),
    order=("-date", "-id"),
    rules=RecordRules(owner="buyer_id", branch="branch_id"),
    displays=Displays(pivot=Pivot("contact_id", "date:month", "net", "bar")),
    customizable=False,
    discussed=False,
)

RESOURCES: Final = (LINES, ITEMS)
