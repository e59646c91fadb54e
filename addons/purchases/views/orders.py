"""Orders to suppliers."""

from __future__ import annotations

from typing import Final

from addons.catalog.api import company_currency
from addons.purchases.models import Order
from addons.purchases.models.choices import BILL_PROGRESS, ORDER_STATES, RECEIPT_PROGRESS
from addons.purchases.permissions import EDIT_ORDERS, VIEW_PURCHASES
from addons.purchases.services.orders import writing
from addons.purchases.services.related import of_order
from addons.purchases.services.suppliers import address_lines
from addons.purchases.views.order_actions import ACTIONS, MOVES
from addons.purchases.views.order_lines import LINES
from core.api import (
    Access,
    Board,
    Calendar,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Field,
    Filter,
    Importing,
    LineColumn,
    ListView,
    Operations,
    Pivot,
    Print,
    PrintSum,
    RecordRules,
    Resource,
    Section,
    Tone,
    msg,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("to_approve", "warning"),
    ("done", "good"),
    ("cancelled", "bad"),
)
_RECEIVED: Final[tuple[tuple[str, Tone], ...]] = (
    ("partial", "warning"),
    ("full", "good"),
    ("over", "bad"),
)

ORDERS: Final = Resource(
    name="orders",
    model=Order,
    title=msg("Purchase orders"),
    singular=msg("Purchase order"),
    help=msg("What is bought from suppliers, what came of it and what was billed."),
    access=Access(VIEW_PURCHASES, EDIT_ORDERS, EDIT_ORDERS, EDIT_ORDERS),
    importing=Importing(
        key=("contact_id", "supplier_reference"),
        synonyms=(
            ("supplier_reference", "Order number"),
            ("supplier_reference", "PO number"),
            ("contact_id", "Vendor"),
            ("contact_id", "المورد"),
            ("contact_id", "সরবরাহকারী"),
            ("date", "Order date"),
            ("expected_on", "Due date"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("contact_name", msg("Supplier")),
        Column("date", msg("Date")),
        Column("expected_on", msg("Expected on")),
        Column("total", msg("Total"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=ORDER_STATES, tones=_TONES),
        Column("receipt_progress", msg("Receipt"), choices=RECEIPT_PROGRESS, tones=_RECEIVED),
        Column("bill_progress", msg("Bill"), choices=BILL_PROGRESS, tones=_RECEIVED),
        Column("supplier_reference", msg("Supplier's number"), optional=True),
        Column("approved_by", msg("Approved by"), optional=True),
        Column("for_number", msg("Customer's order"), optional=True),
        Column("consigned", msg("Buys used goods"), optional=True),
        Column("net", msg("Net"), widget="money", total=True, currency="currency", optional=True),
    ),
    record_title=writing.order_title,
    search=("number", "contact_name", "supplier_reference", "for_number"),
    filters=(
        Filter("state", msg("State"), choices=ORDER_STATES),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("date", msg("Date")),
        Filter("expected_on", msg("Expected on")),
        Filter("receipt_progress", msg("Receipt"), choices=RECEIPT_PROGRESS),
        Filter("bill_progress", msg("Bill"), choices=BILL_PROGRESS),
        Filter("open_for_receipt", msg("Awaited")),
        Filter("total", msg("Total")),
        Filter("buyer_id", msg("Buyer"), reference="core.users"),
        Filter("agreement_id", msg("Agreement"), reference="purchases.agreements"),
        Filter("for_contact_id", msg("Delivered to"), reference="contacts.contacts"),
        Filter("for_type", msg("For a document of a customer")),
        Filter("consigned", msg("Buys used goods")),
    ),
    views=(
        ListView("to_approve", msg("To be approved"), where=(("state", "to_approve"),)),
        ListView("awaited", msg("Awaited"), where=(("open_for_receipt", "true"),)),
        ListView(
            "to_bill",
            msg("To be billed"),
            where=(("state", "approved"), ("receipt_progress__ne", "none")),
        ),
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView("direct", msg("Straight to customers"), where=(("for_type", "sales.order"),)),
        ListView("used", msg("Goods used here"), where=(("consigned", "true"),)),
    ),
    order=("-date", "-id"),
    form=(
        Section(
            msg("Order"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("contact_id", msg("Supplier"), reference="contacts.contacts"),
                Field("date", msg("Date"), initial=today),
                Field("expected_on", msg("Expected on")),
                Field("currency", msg("Currency"), initial=company_currency, required=False),
                Field(
                    "rate",
                    msg("Rate"),
                    help=msg("What one of it is worth. Empty: as the books know on that day."),
                ),
                Field("supplier_reference", msg("Supplier's number")),
                Field(
                    "agreement_id",
                    msg("Agreement"),
                    reference="purchases.agreements",
                    help=msg("Calls off at its prices."),
                ),
                Field("state", msg("State"), choices=ORDER_STATES, readonly=True),
            ),
        ),
        Section(
            msg("Sums"),
            (
                Field("net", msg("Net"), widget="money", readonly=True),
                Field("tax", msg("Taxes"), widget="money", readonly=True),
                Field("total", msg("Total"), widget="money", readonly=True),
            ),
            below_lines=True,
        ),
        Section(
            msg("Details"),
            (
                Field("buyer_id", msg("Buyer"), reference="core.users"),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("warehouse", msg("Warehouse"), suggest=writing.suggest_warehouses),
                Field(
                    "ship_to",
                    msg("Delivery address"),
                    widget="multiline",
                    readonly=True,
                    help=msg("Where the supplier brings the goods, if not to us."),
                ),
                Field("terms", msg("Terms"), widget="multiline"),
                Field("approved_by", msg("Approved by"), readonly=True),
                Field("receipt_progress", msg("Receipt"), choices=RECEIPT_PROGRESS, readonly=True),
                Field("bill_progress", msg("Bill"), choices=BILL_PROGRESS, readonly=True),
            ),
            below_lines=True,
        ),
    ),
    lines=(LINES,),
    actions=ACTIONS,
    operations=Operations(writing.create_order, writing.update_order, writing.delete_order),
    rules=RecordRules(owner="buyer_id", branch="branch_id"),
    editable=lambda order: order.state == "draft",
    state="state",
    displays=Displays(
        board=Board("state", MOVES),
        calendar=Calendar("expected_on"),
        pivot=Pivot("contact_id", "date:month", "total", "bar"),
    ),
    duplicate=Duplicate(
        leave_out=("supplier_reference", "buyer_id", "approved_by", "rate", "date", "expected_on")
    ),
    discussed=Discussion(write=VIEW_PURCHASES),
    prints=(
        Print(
            title=msg("Purchase order"),
            party="contact_id",
            address=lambda session, order: address_lines(session, order.contact_id),
            sums=(PrintSum(msg("Net"), "net"), PrintSum(msg("Taxes"), "tax")),
            columns=(LineColumn(msg("Amount"), lambda line: line.net, total=True),),
            leave_out=(
                "rate",
                "agreement_id",
                "receipt_progress",
                "bill_progress",
                "lines.account",
                "lines.over_tolerance",
                "lines.under_tolerance",
                "lines.received",
                "lines.billed",
                "lines.kind",
            ),
            barcode="number",
            when=lambda order: order.state in ("approved", "done"),
        ),
        Print(
            "draft",
            msg("Draft of a purchase order"),
            party="contact_id",
            address=lambda session, order: address_lines(session, order.contact_id),
            when=lambda order: order.state not in ("approved", "done"),
        ),
    ),
    related=of_order,
)

RESOURCES: Final = (ORDERS,)
