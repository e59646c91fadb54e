"""Requests for quotation, and what each of the suppliers who were asked offers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.choices import OFFER_STATES, QUOTATION_STATES, one_of
from core.api import Model, Record


class Quotation(Record, Model):
    """A request for quotation: the same lines, asked of several suppliers."""

    __tablename__ = "quotation"

    number: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    title: Mapped[str] = mapped_column(default="", server_default="")
    date: Mapped[date]
    answer_by: Mapped[date | None]
    needed_on: Mapped[date | None]
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    note: Mapped[str] = mapped_column(default="", server_default="")

    lines: Mapped[list[QuotationLine]] = relationship(
        back_populates="quotation",
        order_by="QuotationLine.position, QuotationLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    offers: Mapped[list[Offer]] = relationship(
        back_populates="quotation",
        order_by="Offer.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("state", QUOTATION_STATES), name="state"),
        Index("ix_quotation_state", "state", "date"),
        {"schema": "purchases"},
    )


class QuotationLine(Model):
    """What suppliers are asked for."""

    __tablename__ = "quotation_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    quotation_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.quotation.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    label: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    needed_on: Mapped[date | None]
    request_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchases.request_line.id", ondelete="SET NULL"), index=True
    )

    quotation: Mapped[Quotation] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        {"schema": "purchases"},
    )


class Offer(Record, Model):
    """The answer of one supplier. `delivery_days` holds for lines that say nothing themselves."""

    __tablename__ = "offer"

    quotation_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.quotation.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="invited", server_default="invited")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str]
    rate: Mapped[Decimal | None]
    valid_until: Mapped[date | None]
    delivery_days: Mapped[int | None] = mapped_column(Integer)
    answered_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("purchases.order.id", ondelete="SET NULL"), index=True
    )

    quotation: Mapped[Quotation] = relationship(back_populates="offers")
    lines: Mapped[list[OfferLine]] = relationship(
        back_populates="offer",
        order_by="OfferLine.position, OfferLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        UniqueConstraint("quotation_id", "contact_id"),
        CheckConstraint(one_of("state", OFFER_STATES), name="state"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("delivery_days >= 0", name="delivery_days"),
        {"schema": "purchases"},
    )


class OfferLine(Model):
    """A price for a line that was asked for; none where the supplier does not offer it. What the
    line asks for stands here again, because it is what the supplier reads. `awarded` is how much
    of it is ordered there."""

    __tablename__ = "offer_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("purchases.offer.id", ondelete="CASCADE"))
    quotation_line_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.quotation_line.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    label: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    available: Mapped[Decimal | None]
    price: Mapped[Decimal | None]
    discount_percent: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    delivery_days: Mapped[int | None] = mapped_column(Integer)
    remark: Mapped[str] = mapped_column(default="", server_default="")
    awarded: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))

    offer: Mapped[Offer] = relationship(back_populates="lines")
    quotation_line: Mapped[QuotationLine] = relationship()

    __table_args__ = (
        UniqueConstraint("offer_id", "quotation_line_id"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("available > 0", name="available"),
        CheckConstraint("discount_percent >= 0 AND discount_percent < 100", name="discount"),
        CheckConstraint("delivery_days >= 0", name="delivery_days"),
        CheckConstraint("awarded >= 0", name="awarded"),
        {"schema": "purchases"},
    )


MODELS = (Quotation, QuotationLine, Offer, OfferLine)
