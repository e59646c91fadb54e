"""Counts: what is really there, against what the stock says, and the plans that call for them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.inventory.models.locations import Location
from addons.inventory.models.lots import Lot
from core.api import Model, Record, msg

COUNT_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("counting", msg("Counting")),
    ("review", msg("To approve")),
    ("done", msg("Done")),
    ("cancelled", msg("Cancelled")),
)
_STATES = ", ".join(f"'{state}'" for state, _ in COUNT_STATES)


class CountPlan(Record, Model):
    """Calls for a count of a place, or of a category there, every so many days."""

    __tablename__ = "count_plan"

    name: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    every_days: Mapped[int] = mapped_column(Integer)
    next_on: Mapped[dt.date]
    blind: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    frozen: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    location: Mapped[Location] = relationship()

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("every_days BETWEEN 1 AND 3660", name="every_days"),
        {"schema": "inventory"},
    )


class StockCount(Record, Model):
    """A count of a place and all below it. A `blind` one does not show what should be there; one
    that is `frozen` keeps these goods where they are until it is done."""

    __tablename__ = "stock_count"

    number: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    day: Mapped[dt.date]
    blind: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    frozen: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.count_plan.id"), index=True)
    note: Mapped[str] = mapped_column(default="", server_default="")
    approved_by: Mapped[str] = mapped_column(default="", server_default="")
    difference_value: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))

    location: Mapped[Location] = relationship()
    plan: Mapped[CountPlan | None] = relationship()
    lines: Mapped[list[CountLine]] = relationship(
        back_populates="count",
        order_by="CountLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(state = 'done') = (number IS NOT NULL)", name="number"),
        Index(
            "ix_stock_count_open",
            "state",
            postgresql_where=text("state IN ('counting', 'review')"),
        ),
        {"schema": "inventory"},
    )


class CountLine(Model):
    """A product in a place, of a lot where lots are kept. `expected` is what the stock said at the
    moment in which it was counted, so that what moves before and after is no difference."""

    __tablename__ = "count_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    count_id: Mapped[int] = mapped_column(
        ForeignKey("inventory.stock_count.id", ondelete="CASCADE")
    )
    location_id: Mapped[int] = mapped_column(ForeignKey("inventory.location.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.lot.id"), index=True)
    expected: Mapped[Decimal | None]
    counted: Mapped[Decimal | None]
    counted_at: Mapped[dt.datetime | None]
    counted_by: Mapped[str] = mapped_column(default="", server_default="")
    counts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    recount: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    count: Mapped[StockCount] = relationship(back_populates="lines")
    location: Mapped[Location] = relationship()
    lot: Mapped[Lot | None] = relationship()

    __table_args__ = (
        CheckConstraint("counted >= 0", name="counted"),
        CheckConstraint("(counted IS NULL) = (expected IS NULL)", name="expected"),
        Index(
            "uq_count_line_place",
            "count_id",
            "location_id",
            "product_id",
            "lot_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        {"schema": "inventory"},
    )


MODELS: Final[tuple[type, ...]] = (CountPlan, StockCount, CountLine)
