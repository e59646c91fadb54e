"""Receipts and returns to suppliers."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Receipt
from addons.purchases.models.choices import POSTING_STATES, RECEIPT_KINDS
from addons.purchases.permissions import RECEIVE, VIEW_PURCHASES
from addons.purchases.services.receiving import documents
from addons.purchases.services.receiving.posting import post_receipt
from addons.purchases.services.related import of_receipt
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
    RecordRules,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"),)


def _post(session: Session, receipt: Receipt) -> str:
    return phrase("Posted as {number}.", number=post_receipt(session, receipt).number)


RECEIPTS: Final = Resource(
    name="receipts",
    model=Receipt,
    title=msg("Receipts and returns"),
    singular=msg("Receipt"),
    help=msg("What came of orders, in parts or whole, and what went back."),
    access=Access(VIEW_PURCHASES, RECEIVE, RECEIVE, RECEIVE),
    importing=Importing(
        key=("order_id", "delivery_note"),
        synonyms=(
            ("date", "Received on"),
            ("order_id", "Purchase order"),
            ("order_id", "PO number"),
            ("lines.product_id", "SKU"),
            ("lines.quantity", "Qty"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Kind"), choices=RECEIPT_KINDS),
        Column("contact_name", msg("Supplier")),
        Column("order.number", msg("Order")),
        Column("date", msg("Date")),
        Column("delivery_note", msg("Delivery note")),
        Column("state", msg("State"), choices=POSTING_STATES, tones=_TONES),
        Column("reason", msg("Reason"), optional=True),
    ),
    record_title=documents.receipt_title,
    search=("number", "contact_name", "delivery_note", "order.number"),
    filters=(
        Filter("state", msg("State"), choices=POSTING_STATES),
        Filter("kind", msg("Kind"), choices=RECEIPT_KINDS),
        Filter("date", msg("Date")),
        Filter("order_id", msg("Order"), reference="purchases.orders"),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
    ),
    views=(
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView("returns", msg("Returns"), where=(("kind", "return"),)),
    ),
    order=("-date", "-id"),
    form=(
        Section(
            msg("Receipt"),
            (
                Field("kind", msg("Kind"), choices=RECEIPT_KINDS),
                Field("order_id", msg("Order"), reference="purchases.orders"),
                Field("date", msg("Date"), initial=today),
                Field("delivery_note", msg("Delivery note")),
                Field("reason", msg("Reason")),
                Field(
                    "replace",
                    msg("To be replaced"),
                    help=msg("For a return: the supplier sends it again."),
                ),
                Field("branch_id", msg("Branch"), reference="core.branches", readonly=True),
                Field("state", msg("State"), choices=POSTING_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("What came or went back"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field(
                    "order_line_id",
                    msg("Line of the order"),
                    reference="purchases.order-items",
                    required=False,
                    help=msg("Empty: the line of that product."),
                ),
                Field("quantity", msg("Quantity")),
                Field("lots", msg("Lots or serial numbers"), help=msg("A1=5, A2=7")),
            ),
            order="position",
        ),
    ),
    actions=(
        Action(
            "post",
            msg("Post"),
            RECEIVE,
            _post,
            when=lambda receipt: receipt.state == "draft",
            style="primary",
            bulk=True,
        ),
    ),
    operations=Operations(
        documents.create_receipt, documents.update_receipt, documents.delete_receipt
    ),
    editable=lambda receipt: receipt.state == "draft",
    state="state",
    duplicate=Duplicate(offered=False),
    rules=RecordRules(branch="branch_id"),
    discussed=Discussion(write=VIEW_PURCHASES),
    related=of_receipt,
)

RESOURCES: Final = (RECEIPTS,)
