"""Quotations and orders."""

from __future__ import annotations

from typing import Final

from addons.sales.models import INVOICE_POLICIES, ORDER_STATES, PROGRESS, SalesOrder
from addons.sales.permissions import EDIT_ORDERS, SEE_MARGIN, VIEW_ORDERS
from addons.sales.services import related
from addons.sales.services.amending import change_order
from addons.sales.services.orders import create_order, delete_order
from addons.sales.services.titles import order_title
from addons.sales.views.order_actions import ACTIONS, MOVES
from addons.sales.views.order_form import FORM
from addons.sales.views.order_lines import INSTALMENTS, LINES
from addons.sales.views.order_prints import PRINTS
from core.api import (
    Access,
    Board,
    Calendar,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Filter,
    Importing,
    ListView,
    Operations,
    Pivot,
    RecordRules,
    Resource,
    Tone,
    msg,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("held", "warning"),
    ("done", "good"),
    ("lost", "bad"),
    ("cancelled", "bad"),
)
_PROGRESS: Final[tuple[tuple[str, Tone], ...]] = (("partly", "warning"), ("all", "good"))
_BINDING: Final = (("state", "confirmed"), ("state", "held"), ("state", "done"))

ORDERS: Final = Resource(
    name="orders",
    model=SalesOrder,
    title=msg("Sales orders"),
    singular=msg("Sales order"),
    help=msg("What customers were offered and ordered, and what came of it."),
    access=Access(VIEW_ORDERS, EDIT_ORDERS, EDIT_ORDERS, EDIT_ORDERS),
    importing=Importing(
        key=("number",),
        synonyms=(
            ("number", "Order number"),
            ("number", "Order ID"),
            ("number", "رقم الطلب"),
            ("contact_id", "Customer"),
            ("contact_id", "العميل"),
            ("contact_id", "ক্রেতা"),
            ("day", "Order date"),
            ("deliver_on", "Required date"),
            ("lines.product_id", "Product"),
            ("lines.quantity", "Qty"),
            ("lines.price", "Unit price"),
            ("lines.discount_percent", "Discount"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("contact_name", msg("Customer")),
        Column("day", msg("Date")),
        Column("deliver_on", msg("Deliver on")),
        Column("total", msg("Total"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=ORDER_STATES, tones=_TONES),
        Column("delivery_progress", msg("Delivered"), choices=PROGRESS, tones=_PROGRESS),
        Column("invoice_progress", msg("Invoiced"), choices=PROGRESS, tones=_PROGRESS),
        Column("reference", msg("Customer's number"), optional=True),
        Column("valid_until", msg("Valid until"), optional=True),
        Column("quote_version", msg("Version"), optional=True),
        Column("net", msg("Net"), widget="money", total=True, currency="currency", optional=True),
        Column(
            "margin",
            msg("Margin"),
            widget="money",
            total=True,
            currency="currency",
            optional=True,
            permission=SEE_MARGIN,
        ),
        Column("lost_reason.name", msg("Lost because"), optional=True),
    ),
    record_title=order_title,
    search=("number", "contact_name", "reference"),
    filters=(
        Filter("state", msg("State"), choices=ORDER_STATES),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("day", msg("Date")),
        Filter("deliver_on", msg("Deliver on")),
        Filter("valid_until", msg("Valid until")),
        Filter("delivery_progress", msg("Delivered"), choices=PROGRESS),
        Filter("invoice_progress", msg("Invoiced"), choices=PROGRESS),
        Filter("invoice_policy", msg("Invoiced by"), choices=INVOICE_POLICIES),
        Filter("salesperson_id", msg("Salesperson"), reference="core.users"),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("lost_reason_id", msg("Lost because"), reference="sales.lost-reasons"),
        Filter("total", msg("Total")),
    ),
    views=(
        ListView("quotations", msg("Quotations"), where=(("state", "draft"), ("state", "sent"))),
        ListView("binding", msg("Orders"), where=_BINDING),
        ListView(
            "to_deliver",
            msg("To be delivered"),
            where=(("state", "confirmed"), ("delivery_progress__ne", "all")),
            sort=("deliver_on", "day"),
        ),
        ListView("held", msg("On hold"), where=(("state", "held"),)),
        ListView(
            "lost",
            msg("Lost"),
            where=(("state", "lost"),),
            group=("lost_reason_id",),
        ),
        ListView(
            "by_salesperson",
            msg("By salesperson"),
            where=_BINDING,
            group=("salesperson_id", "day:month"),
        ),
    ),
    order=("-day", "-id"),
    form=FORM,
    lines=(LINES, INSTALMENTS),
    actions=ACTIONS,
    operations=Operations(create_order, change_order, delete_order),
    rules=RecordRules(owner="salesperson_id", team="team_id", branch="branch_id"),
    editable=lambda order: order.state not in ("lost", "cancelled"),
    state="state",
    aside=("held",),
    displays=Displays(
        board=Board("state", MOVES, ("contact_name", "total", "deliver_on")),
        calendar=Calendar("deliver_on"),
        pivot=Pivot("contact_id", "day:month", "total", "bar"),
    ),
    duplicate=Duplicate(
        leave_out=(
            "number",
            "reference",
            "rate",
            "credit_reason",
            "valid_until",
            "day",
            "coupon_codes",
        )
    ),
    discussed=Discussion(write=VIEW_ORDERS),
    related=related.of_order,
    prints=PRINTS,
)
