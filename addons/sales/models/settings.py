"""What a company sets up once for its sales: why quotations are lost, who may give which discount,
and quotations to begin from."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record


class LostReason(Record, Model):
    """Why a quotation came to nothing."""

    __tablename__ = "lost_reason"
    __table_args__ = (CheckConstraint("name <> ''", name="name"), {"schema": "sales"})

    name: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class DiscountLimit(Record, Model):
    """The highest discount, in percent, that holders of a role may give."""

    __tablename__ = "discount_limit"

    role_id: Mapped[int] = mapped_column(
        ForeignKey("core.role.id", ondelete="CASCADE"), unique=True
    )
    percent: Mapped[Decimal]

    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        {"schema": "sales"},
    )


class QuoteTemplate(Record, Model):
    """A quotation to begin from: its lines, its validity and its terms."""

    __tablename__ = "quote_template"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("valid_days BETWEEN 0 AND 3650", name="valid_days"),
        {"schema": "sales"},
    )

    name: Mapped[str] = mapped_column(unique=True)
    valid_days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    terms: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    lines: Mapped[list[QuoteTemplateLine]] = relationship(
        cascade="all, delete-orphan",
        order_by="QuoteTemplateLine.position, QuoteTemplateLine.id",
        passive_deletes=True,
    )


class QuoteTemplateLine(Model):
    """A line of such a quotation."""

    __tablename__ = "quote_template_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    template_id: Mapped[int] = mapped_column(
        ForeignKey("sales.quote_template.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    kind: Mapped[str] = mapped_column(default="product", server_default="product")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    description: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")
    discount_percent: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")

    __table_args__ = (
        CheckConstraint("kind IN ('product', 'option', 'section', 'note')", name="kind"),
        CheckConstraint("quantity >= 0 AND quantity < 1e12", name="quantity"),
        CheckConstraint("discount_percent BETWEEN 0 AND 100", name="discount_percent"),
        {"schema": "sales"},
    )
