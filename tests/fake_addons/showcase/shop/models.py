"""Customers, products, and orders with lines: every kind of column that a form can hold."""

from __future__ import annotations

import enum
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import Enum, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record


class Status(enum.Enum):
    """Where an order stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Customer(Record, Model):
    """Somebody who buys."""

    __tablename__ = "customer"
    __table_args__ = ({"schema": "shop"},)

    name: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None]
    city: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(default="person", server_default="person")
    credit: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    since: Mapped[date | None]
    opens_at: Mapped[time | None]
    seen_at: Mapped[datetime | None]
    visits: Mapped[int] = mapped_column(default=0, server_default="0")
    note: Mapped[str] = mapped_column(default="", server_default="")
    portal_password: Mapped[str | None] = mapped_column(info={"secret": True})


class Product(Record, Model):
    """Something that is sold."""

    __tablename__ = "product"
    __table_args__ = ({"schema": "shop"},)

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price: Mapped[Decimal]


class Order(Record, Model):
    """A customer's order."""

    __tablename__ = "customer_order"
    __table_args__ = ({"schema": "shop"},)

    number: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("shop.customer.id"), index=True)
    date: Mapped[date]
    status: Mapped[Status] = mapped_column(
        Enum(Status, schema="shop", values_callable=lambda kind: [item.value for item in kind]),
        default=Status.DRAFT,
        server_default="draft",
    )
    currency: Mapped[str] = mapped_column(default="SAR", server_default="SAR")
    total: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    remark: Mapped[str | None]
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    follows_id: Mapped[int | None] = mapped_column(
        ForeignKey("shop.customer_order.id", ondelete="SET NULL"), index=True
    )

    customer: Mapped[Customer] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(
        cascade="all, delete-orphan", order_by="OrderLine.position, OrderLine.id"
    )


class OrderLine(Record, Model):
    """One product on an order."""

    __tablename__ = "order_line"
    __table_args__ = ({"schema": "shop"},)

    order_id: Mapped[int] = mapped_column(
        ForeignKey("shop.customer_order.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("shop.product.id"))
    description: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")
    price: Mapped[Decimal]
    position: Mapped[int] = mapped_column(default=0, server_default="0")
