"""Deliveries."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import DELIVERY_STATES, Delivery
from addons.sales.permissions import DELIVER, VIEW_ORDERS
from addons.sales.services import delivery_drafts, related
from addons.sales.services.customers import address_of
from addons.sales.services.titles import delivery_title
from core.api import (
    Access,
    Action,
    Column,
    Discussion,
    Duplicate,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    Print,
    RecordRules,
    Resource,
    Section,
    msg,
    phrase,
    today,
)


def _post(session: Session, delivery: Delivery) -> str:
    done = delivery_drafts.post_delivery(session, delivery)
    return phrase("Delivered as {number}.", number=done.number or "")


DELIVERIES: Final = Resource(
    name="deliveries",
    model=Delivery,
    title=msg("Deliveries"),
    singular=msg("Delivery"),
    help=msg("What left for customers. Deliver from an order, all of it or in parts."),
    access=Access(VIEW_ORDERS, DELIVER, DELIVER, DELIVER),
    importing=Importing(
        key=("order_id", "day"),
        synonyms=(
            ("order_id", "Order ID"),
            ("order_id", "Order number"),
            ("order_id", "رقم الطلب"),
            ("day", "Shipped on"),
            ("day", "Shipped date"),
            ("day", "Delivered on"),
            ("lines.product_id", "SKU"),
            ("lines.quantity", "Qty"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("contact_name", msg("Customer")),
        Column("day", msg("Date")),
        Column("order.number", msg("Order")),
        Column("carrier", msg("Carrier")),
        Column("tracking", msg("Tracking number")),
        Column("supplied_by", msg("Brought by"), optional=True),
        Column("state", msg("State"), choices=DELIVERY_STATES, tones=(("posted", "good"),)),
    ),
    record_title=delivery_title,
    search=("number", "contact_name", "tracking", "supplied_by"),
    filters=(
        Filter("state", msg("State"), choices=DELIVERY_STATES),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("order_id", msg("Order"), reference="sales.orders"),
        Filter("day", msg("Date")),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
    ),
    views=(ListView("drafts", msg("To be posted"), where=(("state", "draft"),)),),
    order=("-day", "-id"),
    form=(
        Section(
            msg("Delivery"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("order_id", msg("Order"), reference="sales.orders"),
                Field(
                    "contact_id",
                    msg("Customer"),
                    reference="contacts.contacts",
                    readonly=True,
                    required=False,
                ),
                Field("day", msg("Date"), initial=today),
                Field("carrier", msg("Carrier"), required=False),
                Field("tracking", msg("Tracking number"), required=False),
                Field("supplied_by", msg("Brought by"), readonly=True),
                Field("state", msg("State"), choices=DELIVERY_STATES, readonly=True),
                Field("note", msg("Note"), widget="multiline", required=False),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("description", msg("Description"), readonly=True),
                Field("quantity", msg("Quantity")),
                Field("unit", msg("Unit"), readonly=True),
                Field(
                    "lots",
                    msg("Lots or serial numbers"),
                    required=False,
                    help=msg("A1=5, A2=7"),
                ),
            ),
            order="position",
        ),
    ),
    actions=(
        Action(
            "post",
            msg("Post"),
            DELIVER,
            _post,
            when=lambda delivery: delivery.state == "draft",
            style="primary",
            bulk=True,
        ),
    ),
    operations=Operations(
        delivery_drafts.create_delivery,
        delivery_drafts.update_delivery,
        delivery_drafts.delete_delivery,
    ),
    rules=RecordRules(branch="branch_id"),
    editable=lambda delivery: delivery.state == "draft",
    state="state",
    duplicate=Duplicate(offered=False),
    discussed=Discussion(write=VIEW_ORDERS),
    related=related.of_delivery,
    prints=(
        Print(
            title=msg("Delivery note"),
            party="contact_id",
            address=address_of,
            leave_out=("state", "supplied_by"),
            barcode="number",
        ),
    ),
)
