"""What is agreed with suppliers beyond one order: blanket orders, prices, and order templates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.purchases.models.choices import AGREEMENT_KINDS, AGREEMENT_STATES, one_of
from core.api import Model, Record

ZERO = Decimal(0)


class Agreement(Record, Model):
    """A blanket order: prices for quantities, or for a value, that orders call off until a day.
    `called` is what they called off, in the agreement's currency and without tax."""

    __tablename__ = "agreement"

    number: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    kind: Mapped[str] = mapped_column(default="quantity", server_default="quantity")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str]
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    amount: Mapped[Decimal | None]
    called: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    terms: Mapped[str] = mapped_column(default="", server_default="")

    lines: Mapped[list[AgreementLine]] = relationship(
        back_populates="agreement",
        order_by="AgreementLine.position, AgreementLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(one_of("state", AGREEMENT_STATES), name="state"),
        CheckConstraint(one_of("kind", AGREEMENT_KINDS), name="kind"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("end_on >= start_on", name="days"),
        {"schema": "purchases"},
    )


class AgreementLine(Model):
    """A product at its agreed price. `quantity` is the most that is called off; `called` is what
    was. Both are in the unit of the line."""

    __tablename__ = "agreement_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.agreement.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    price: Mapped[Decimal]
    quantity: Mapped[Decimal | None]
    called: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))

    agreement: Mapped[Agreement] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("factor > 0", name="factor"),
        {"schema": "purchases"},
    )


class SupplierPrice(Record, Model):
    """A supplier's price for a product from a quantity on, between two days, with the supplier's
    own code and name of it. `price` is for one `unit_id`, `min_quantity` counts these, and only
    multiples of `packaging` are sold where that is given. With `direct`, what customers order of
    it goes from the supplier to them."""

    __tablename__ = "supplier_price"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    supplier_code: Mapped[str] = mapped_column(default="", server_default="")
    supplier_title: Mapped[str] = mapped_column(default="", server_default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    factor: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default=text("1"))
    min_quantity: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    packaging: Mapped[Decimal | None]
    price: Mapped[Decimal]
    discount_percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    currency: Mapped[str]
    lead_days: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    preference: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    direct: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("min_quantity >= 0", name="min_quantity"),
        CheckConstraint("packaging > 0", name="packaging"),
        CheckConstraint("factor > 0", name="factor"),
        CheckConstraint("lead_days BETWEEN 0 AND 3650", name="lead_days"),
        CheckConstraint("valid_until >= valid_from", name="days"),
        CheckConstraint("discount_percent >= 0 AND discount_percent < 100", name="discount"),
        Index("ix_supplier_price_product_id", "product_id", "contact_id"),
        {"schema": "purchases", "info": {"stamped": True}},
    )


class OrderTemplate(Record, Model):
    """An order that is written again and again."""

    __tablename__ = "order_template"

    name: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    terms: Mapped[str] = mapped_column(default="", server_default="")

    lines: Mapped[list[OrderTemplateLine]] = relationship(
        back_populates="template",
        order_by="OrderTemplateLine.position, OrderTemplateLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        {"schema": "purchases"},
    )


class OrderTemplateLine(Model):
    """A line of a template: what, and usually how much."""

    __tablename__ = "order_template_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    template_id: Mapped[int] = mapped_column(
        ForeignKey("purchases.order_template.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))

    template: Mapped[OrderTemplate] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        {"schema": "purchases"},
    )


MODELS = (Agreement, AgreementLine, SupplierPrice, OrderTemplate, OrderTemplateLine)
