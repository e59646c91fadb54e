"""The ledger of values: documents that changed what the stock is worth, their lines, and the sums
by month that are kept from them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.inventory.models.moves import ACTOR
from core.api import Model

_ADDED_ONLY: Final = {"runtime": "SELECT, INSERT", "audit": "changes"}


class Valuation(Model):
    """Why the value changed on a day, and the document that did it. Rows are never changed."""

    __tablename__ = "valuation"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    day: Mapped[date]
    reason: Mapped[str]
    number: Mapped[str] = mapped_column(default="", server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    source_type: Mapped[str] = mapped_column(default="", server_default="")
    source_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str] = mapped_column(server_default=ACTOR)

    lines: Mapped[list[ValueEntry]] = relationship(order_by="ValueEntry.id", viewonly=True)

    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_valuation_day", "day", "id"),
        Index(
            "ix_valuation_source",
            "source_type",
            "source_id",
            postgresql_where=text("source_id IS NOT NULL"),
        ),
        {"schema": "inventory", "info": _ADDED_ONLY},
    )


class ValueEntry(Model):
    """A line of a valuation, in the company's currency: positive is a debit of its role's account.

    The lines of a valuation sum to zero. Those of the role "stock" are what the stock is worth
    more, with the quantity that came or went; what the others are is said by
    `addons.inventory.events.Role`. `cost_event_id` is what happened to the pool of costs.
    """

    __tablename__ = "value_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    valuation_id: Mapped[int] = mapped_column(ForeignKey("inventory.valuation.id"))
    day: Mapped[date]
    role: Mapped[str]
    amount: Mapped[Decimal]
    quantity: Mapped[Decimal] = mapped_column(server_default=text("0"))
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("inventory.cost_pool.id"))
    cost_event_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.cost_event.id"))

    __table_args__ = (
        CheckConstraint(
            "role IN ('stock', 'received', 'sold', 'variance', 'exchange', 'adjustment', 'scrap',"
            " 'landed', 'revaluation', 'opening', 'consumed')",
            name="role",
        ),
        CheckConstraint("amount NOT IN ('NaN', 'Infinity', '-Infinity')", name="amount"),
        CheckConstraint("role = 'stock' OR quantity = 0", name="quantity"),
        Index("ix_value_line_valuation_id", "valuation_id"),
        Index("ix_value_line_product_id", "product_id", "day", "id"),
        Index("ix_value_line_pool_id", "pool_id"),
        Index("ix_value_line_cost_event_id", "cost_event_id"),
        Index(
            "ix_value_line_stock_day",
            "day",
            postgresql_include=["product_id", "category_id", "quantity", "amount"],
            postgresql_where=text("role = 'stock'"),
        ),
        {"schema": "inventory", "info": _ADDED_ONLY},
    )


class MonthValue(Model):
    """What the stock of a product gained in a calendar month, by quantity and value, kept by the
    database. `month` is its first day; `category_id` is 0 for products without one."""

    __tablename__ = "month_value"
    __table_args__ = ({"schema": "inventory", "info": {"runtime": "SELECT", "audit": "none"}},)

    product_id: Mapped[int] = mapped_column(
        ForeignKey("catalog.product.id"), primary_key=True, autoincrement=False
    )
    month: Mapped[date] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quantity: Mapped[Decimal]
    value: Mapped[Decimal]


MODELS: Final[tuple[type, ...]] = (Valuation, ValueEntry, MonthValue)
