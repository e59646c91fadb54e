"""What each reseller may sell and offers, and what their customers ask for."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Model, Record
from tenants.models import SCHEMA, Organization, Reseller

_OPEN = text("status = 'open'")


class Offer(Record, Model):
    """An addon that a reseller may sell: at which cost, as the operator says, and at which price
    and to whom, as the reseller does."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("reseller_id", "addon"),
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("trial_days BETWEEN 0 AND 365", name="trial_days"),
        CheckConstraint("period IN ('month', 'year', 'once')", name="period"),
        CheckConstraint("unit IN ('company', 'user')", name="unit"),
        CheckConstraint("audience IN ('nobody', 'everyone', 'chosen')", name="audience"),
        CheckConstraint("audience = 'nobody' OR price IS NOT NULL", name="priced"),
        {"schema": SCHEMA},
    )

    reseller_id: Mapped[int] = mapped_column(ForeignKey(Reseller.id, ondelete="CASCADE"))
    addon: Mapped[str]
    title: Mapped[str]
    """What the addon is called, as it was when it was given to the reseller."""
    cost: Mapped[Decimal]
    cost_currency: Mapped[str]
    price: Mapped[Decimal | None]
    currency: Mapped[str]
    margin: Mapped[Decimal | None] = mapped_column(
        # Spelt out as PostgreSQL keeps it, so that models and tables can be compared.
        Computed(
            "CASE WHEN currency = cost_currency THEN price - cost ELSE NULL::numeric END",
            persisted=True,
        )
    )
    """What is left of the price; unknown as long as it is in another currency than the cost."""
    period: Mapped[str] = mapped_column(default="month", server_default="month")
    unit: Mapped[str] = mapped_column(default="company", server_default="company")
    """What cost and price are for: the whole company, or each of its users."""
    trial_days: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long a customer may try it before it costs anything; 0 is not at all."""
    audience: Mapped[str] = mapped_column(default="nobody", server_default="nobody")
    pitch: Mapped[str] = mapped_column(default="", server_default="")
    """What the reseller tells their customers about it."""

    reseller: Mapped[Reseller] = relationship()
    customers: Mapped[list[OfferCustomer]] = relationship(
        cascade="all, delete-orphan", order_by="OfferCustomer.id", passive_deletes=True
    )


class OfferCustomer(Record, Model):
    """A customer who sees an offer that is for chosen ones."""

    __tablename__ = "offer_customer"
    __table_args__ = (UniqueConstraint("offer_id", "organization_id"), {"schema": SCHEMA})

    offer_id: Mapped[int] = mapped_column(ForeignKey(Offer.id, ondelete="CASCADE"))
    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), index=True
    )


class AddonRequest(Record, Model):
    """What an organization asked its seller for. One addon is asked for once at a time."""

    __tablename__ = "addon_request"
    __table_args__ = (
        CheckConstraint("wish IN ('buy', 'trial')", name="wish"),
        CheckConstraint("status IN ('open', 'granted', 'declined')", name="status"),
        Index("ix_addon_request_reseller_id", "reseller_id", "status"),
        Index(
            "uq_addon_request_open", "organization_id", "addon", unique=True, postgresql_where=_OPEN
        ),
        {"schema": SCHEMA},
    )

    organization_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    reseller_id: Mapped[int | None] = mapped_column(ForeignKey(Reseller.id))
    """Whom it was asked of; nobody is the operator."""
    addon: Mapped[str]
    title: Mapped[str]
    wish: Mapped[str] = mapped_column(default="buy", server_default="buy")
    note: Mapped[str] = mapped_column(default="", server_default="")
    asked_by: Mapped[str]
    status: Mapped[str] = mapped_column(default="open", server_default="open")
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship()


MODELS = (Offer, OfferCustomer, AddonRequest)
