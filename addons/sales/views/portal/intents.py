"""Online payments as the staff sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import INTENT_STATES, GatewayReceipt, PaymentIntent
from addons.sales.permissions import VIEW_INVOICES
from addons.sales.services import related
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    Lines,
    Related,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("begun", "warning"),
    ("confirmed", "good"),
    ("refused", "bad"),
)


def _title(intent: PaymentIntent) -> str:
    return phrase("Online payment of {name}", name=intent.contact_name)


def _related(session: Session, intent: PaymentIntent) -> Iterable[Related]:
    yield Related(related.ORDERS, intent.order_id, msg("Paid ahead for"), before=True)
    for part in intent.parts:
        yield Related(related.INVOICES, part.invoice_id, msg("Pays"), before=True)
    rows = select(GatewayReceipt.payment_id).where(GatewayReceipt.intent_id == intent.id)
    for key in session.scalars(rows.order_by(GatewayReceipt.id)):
        yield Related(related.PAYMENTS, key, msg("Paid by"))


INTENTS: Final = Resource(
    name="online-payments",
    model=PaymentIntent,
    title=msg("Online payments"),
    singular=msg("Online payment"),
    help=msg("What customers began to pay through a gateway, and what became of it."),
    access=Access(VIEW_INVOICES),
    columns=(
        Column("created_at", msg("Begun")),
        Column("contact_name", msg("Customer")),
        Column("amount", msg("Amount"), widget="money", total=True, currency="currency"),
        Column("received", msg("Received"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("gateway", msg("Gateway")),
        Column("state", msg("State"), choices=INTENT_STATES, tones=_TONES),
        Column("reason", msg("Reason"), optional=True),
    ),
    record_title=_title,
    search=("contact_name",),
    filters=(
        Filter("state", msg("State"), choices=INTENT_STATES),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("gateway", msg("Gateway")),
        Filter("created_at", msg("Begun")),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Online payment"),
            (
                Field("contact_id", msg("Customer"), reference="contacts.contacts", readonly=True),
                Field("amount", msg("Amount"), widget="money", readonly=True),
                Field("received", msg("Received"), widget="money", readonly=True),
                Field("currency", msg("Currency"), readonly=True),
                Field("gateway", msg("Gateway"), readonly=True),
                Field("state", msg("State"), choices=INTENT_STATES, readonly=True),
                Field("reason", msg("Reason"), readonly=True),
                Field("order_id", msg("Paid ahead for"), reference="sales.orders", readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "parts",
            msg("What it pays"),
            (
                Field("invoice_id", msg("Invoice"), reference="sales.invoices"),
                Field("amount", msg("Amount"), widget="money"),
            ),
            totals=("amount",),
        ),
    ),
    state="state",
    related=_related,
    customizable=False,
)
