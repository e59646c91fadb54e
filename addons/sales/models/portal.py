"""What customers do for themselves: answers to quotations, links to one document, what was seen,
and payments through a gateway.

Answers are evidence: never changed and never deleted. Of a link only the digest of its secret is
stored.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.sales.models.invoices import Invoice
from addons.sales.models.orders import SalesOrder
from addons.sales.models.payments import Payment
from core.api import Model, Record, msg

ANSWER_KINDS: Final = (("accepted", msg("Accepted")), ("declined", msg("Declined")))
INTENT_STATES: Final = (
    ("begun", msg("Begun")),
    ("confirmed", msg("Confirmed")),
    ("refused", msg("Refused")),
    ("cancelled", msg("Cancelled")),
)
ZERO: Final = Decimal(0)


class OrderAnswer(Model):
    """A customer's answer to one version of a quotation, with what it takes to show it later.

    `content` is what the page said when the answer was given and `content_digest` its SHA-256,
    `document_digest` that of the PDF that is kept with it. `hindrance` says why an accepted
    quotation did not become an order at once.
    """

    __tablename__ = "order_answer"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales.sales_order.id"))
    quote_version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    name: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime.datetime]
    via: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    email: Mapped[str] = mapped_column(default="", server_default="")
    address: Mapped[str]
    user_agent: Mapped[str]
    language: Mapped[str]
    currency: Mapped[str]
    total: Mapped[Decimal]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_digest: Mapped[str]
    document_digest: Mapped[str] = mapped_column(default="", server_default="")
    drawing: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    confirmed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    hindrance: Mapped[str] = mapped_column(default="", server_default="")

    order: Mapped[SalesOrder] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("kind IN ('accepted', 'declined')", name="kind"),
        CheckConstraint("via IN ('portal', 'link')", name="via"),
        CheckConstraint("length(btrim(name)) > 0", name="name"),
        CheckConstraint("content_digest ~ '^[0-9a-f]{64}$'", name="content_digest"),
        CheckConstraint("kind = 'declined' OR document_digest ~ '^[0-9a-f]{64}$'", name="document"),
        CheckConstraint("kind = 'accepted' OR NOT confirmed", name="confirmed"),
        Index("uq_order_answer_order_id", "order_id", "quote_version", unique=True),
        {"schema": "sales", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


class DocumentLink(Model):
    """A link that shows one document to whoever holds it, until it expires or is withdrawn."""

    __tablename__ = "document_link"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.sales_order.id", ondelete="CASCADE"), index=True
    )
    invoice_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="CASCADE"), index=True
    )
    sent_to: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    withdrawn_at: Mapped[datetime.datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(order_id, invoice_id) = 1", name="document"),
        CheckConstraint("expires_at > created_at", name="expires"),
        {"schema": "sales", "info": {"audit": "none"}},
    )


class PaymentReturn(Model):
    """The way back from a payment service for who came by a link: a secret that works once."""

    __tablename__ = "payment_return"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    intent_id: Mapped[int] = mapped_column(
        ForeignKey("sales.payment_intent.id", ondelete="CASCADE"), index=True
    )
    link_id: Mapped[int] = mapped_column(
        ForeignKey("sales.document_link.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]

    __table_args__ = (
        CheckConstraint("used_at < expires_at", name="used"),
        {"schema": "sales", "info": {"audit": "none"}},
    )


class DocumentView(Model):
    """That a customer had a document before them: when first and last, and how often. Of an order
    each version is counted by itself; of an invoice the version is 0."""

    __tablename__ = "document_view"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.sales_order.id", ondelete="CASCADE")
    )
    invoice_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="CASCADE")
    )
    quote_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    first_seen: Mapped[datetime.datetime]
    last_seen: Mapped[datetime.datetime]
    seen_by: Mapped[str] = mapped_column(default="", server_default="")
    times: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __table_args__ = (
        CheckConstraint("num_nonnulls(order_id, invoice_id) = 1", name="document"),
        CheckConstraint("times > 0 AND last_seen >= first_seen", name="times"),
        Index(
            "uq_document_view_order_id",
            "order_id",
            "quote_version",
            unique=True,
            postgresql_where=text("order_id IS NOT NULL"),
        ),
        Index(
            "uq_document_view_invoice_id",
            "invoice_id",
            unique=True,
            postgresql_where=text("invoice_id IS NOT NULL"),
        ),
        {"schema": "sales", "info": {"audit": "none"}},
    )


class PaymentIntent(Record, Model):
    """What a customer set out to pay through a gateway: invoices, or ahead for an order.

    `received` is the sum of what the gateway confirmed, which may be less or more than `amount`.
    Money counts whenever it comes, after a refusal or cancellation, too.
    """

    __tablename__ = "payment_intent"

    gateway: Mapped[str]
    state: Mapped[str] = mapped_column(default="begun", server_default="begun")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales.sales_order.id"), index=True)
    currency: Mapped[str]
    amount: Mapped[Decimal]
    received: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    reason: Mapped[str] = mapped_column(default="", server_default="")

    order: Mapped[SalesOrder | None] = relationship(viewonly=True)
    parts: Mapped[list[PaymentIntentPart]] = relationship(
        cascade="all, delete-orphan",
        order_by="PaymentIntentPart.id",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('begun', 'confirmed', 'refused', 'cancelled')", name="state"),
        CheckConstraint("amount > 0 AND amount < 1e15", name="amount"),
        CheckConstraint("received >= 0", name="received"),
        CheckConstraint("(state = 'confirmed') = (received > 0)", name="confirmed"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index("ix_payment_intent_state", "state", "id"),
        {"schema": "sales"},
    )


class PaymentIntentPart(Model):
    """What an intent pays of an invoice: what was open of it when it began."""

    __tablename__ = "payment_intent_part"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    intent_id: Mapped[int] = mapped_column(
        ForeignKey("sales.payment_intent.id", ondelete="CASCADE")
    )
    invoice_id: Mapped[int] = mapped_column(ForeignKey("sales.invoice.id"), index=True)
    amount: Mapped[Decimal]

    invoice: Mapped[Invoice] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("uq_payment_intent_part_intent_id", "intent_id", "invoice_id", unique=True),
        {"schema": "sales", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


class GatewayReceipt(Model):
    """Money that a gateway confirmed, once for each of its references, and the payment that it
    became."""

    __tablename__ = "gateway_receipt"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    intent_id: Mapped[int] = mapped_column(ForeignKey("sales.payment_intent.id"), index=True)
    gateway: Mapped[str]
    reference: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[Decimal]
    payment_id: Mapped[int] = mapped_column(ForeignKey("sales.payment.id"), unique=True)
    confirmed_at: Mapped[datetime.datetime]

    payment: Mapped[Payment] = relationship(viewonly=True)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("length(btrim(reference)) > 0", name="reference"),
        Index("uq_gateway_receipt_gateway", "gateway", "reference", unique=True),
        {"schema": "sales", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )
