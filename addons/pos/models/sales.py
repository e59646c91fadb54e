"""Sales and refunds of the tills, as they were booked. Rows are added and never changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.pos.models.methods import Method
from addons.pos.models.registers import Register
from addons.pos.models.sessions import TillSession
from core.api import Model, msg

SALE_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("sale", msg("Sale")),
    ("refund", msg("Refund")),
)
ADDED: Final = {"runtime": "SELECT, INSERT", "audit": "changes"}


class Sale(Model):
    """A receipt of a till. `day` is the day on which it is in the books; `rounding` is what cash
    was rounded by, `due` what was to pay. `flags` say what a manager should look at."""

    __tablename__ = "sale"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("pos.operation.id"), unique=True)
    sync_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("pos.session.id"), index=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("pos.register.id"))
    cashier_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    day: Mapped[date]
    occurred_at: Mapped[datetime]
    currency: Mapped[str]
    rate: Mapped[Decimal]
    net: Mapped[Decimal]
    tax: Mapped[Decimal]
    total: Mapped[Decimal]
    rounding: Mapped[Decimal]
    due: Mapped[Decimal]
    change: Mapped[Decimal]
    note: Mapped[str] = mapped_column(default="", server_default="")
    coupons: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))
    overrides: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    flags: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    session: Mapped[TillSession] = relationship()
    register: Mapped[Register] = relationship()
    lines: Mapped[list[SaleLine]] = relationship(
        back_populates="sale", order_by="SaleLine.line", viewonly=True
    )
    payments: Mapped[list[SalePayment]] = relationship(
        back_populates="sale", order_by="SalePayment.id", viewonly=True
    )
    taxes: Mapped[list[SaleTax]] = relationship(
        back_populates="sale", order_by="SaleTax.id", viewonly=True
    )

    __table_args__ = (
        CheckConstraint("kind IN ('sale', 'refund')", name="kind"),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("total = net + tax", name="total"),
        CheckConstraint("due = total + rounding", name="due"),
        Index("ix_sale_day", "day", "register_id"),
        Index("ix_sale_register_id", "register_id", "id"),
        Index("ix_sale_occurred_at", "occurred_at"),
        Index(
            "ix_sale_contact_id",
            "contact_id",
            "day",
            postgresql_where=text("contact_id IS NOT NULL"),
        ),
        {"schema": "pos", "info": ADDED},
    )


class SaleLine(Model):
    """A line of a receipt. What comes back has negative quantities and amounts, and
    `returns_line_id` where its receipt is known. `stock_quantity` is in the product's stock unit;
    `line` is the line's number on the receipt."""

    __tablename__ = "sale_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sale_id: Mapped[int] = mapped_column(ForeignKey("pos.sale.id"))
    line: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    category_id: Mapped[int | None]
    label: Mapped[str]
    quantity: Mapped[Decimal]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    stock_quantity: Mapped[Decimal]
    price: Mapped[Decimal]
    discount_percent: Mapped[Decimal]
    discount: Mapped[Decimal]
    tax_codes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))
    net: Mapped[Decimal]
    tax: Mapped[Decimal]
    returns_line_id: Mapped[int | None] = mapped_column(ForeignKey("pos.sale_line.id"), index=True)
    promotions: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    lots: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))

    sale: Mapped[Sale] = relationship(back_populates="lines", viewonly=True)

    __table_args__ = (
        UniqueConstraint("sale_id", "line"),
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
        {"schema": "pos", "info": ADDED},
    )


class SaleTax(Model):
    """A tax of a receipt: the summary that it prints."""

    __tablename__ = "sale_tax"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sale_id: Mapped[int] = mapped_column(ForeignKey("pos.sale.id"))
    code: Mapped[str]
    kind: Mapped[str]
    base: Mapped[Decimal]
    amount: Mapped[Decimal]

    sale: Mapped[Sale] = relationship(back_populates="taxes", viewonly=True)

    __table_args__ = (
        UniqueConstraint("sale_id", "code"),
        {"schema": "pos", "info": ADDED},
    )


class SalePayment(Model):
    """How a receipt was paid; what was paid out is negative. `short` is what a gift card or points
    did not have any more when the payment came in: it is owed, or missing. `points` are those that
    it took; negative came back."""

    __tablename__ = "sale_payment"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sale_id: Mapped[int] = mapped_column(ForeignKey("pos.sale.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("pos.session.id"))
    method_id: Mapped[int] = mapped_column(ForeignKey("pos.method.id"))
    amount: Mapped[Decimal]
    tendered: Mapped[Decimal | None]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    gift_card_id: Mapped[int | None]
    short: Mapped[Decimal] = mapped_column(server_default=text("0"))
    points: Mapped[Decimal | None]

    sale: Mapped[Sale] = relationship(back_populates="payments", viewonly=True)
    method: Mapped[Method] = relationship()

    __table_args__ = (
        Index("ix_sale_payment_session_id", "session_id", "method_id"),
        {"schema": "pos", "info": ADDED},
    )


class OfflineCustomer(Model):
    """A customer who was made at a till, by the key that the till gave: made once, however often
    the key comes."""

    __tablename__ = "offline_customer"

    key: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("pos.register.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = ({"schema": "pos", "info": ADDED},)
