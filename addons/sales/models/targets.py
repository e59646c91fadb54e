"""What people, teams and categories shall sell in a period, and how far they are."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.sales.models.figures import VIEW
from core.api import Model, Record, msg

MEASURES: Final = (
    ("net", msg("Net sales")),
    ("margin", msg("Margin")),
    ("quantity", msg("Quantity")),
)
TARGET_UNITS: Final = (
    ("month", msg("Month")),
    ("quarter", msg("Quarter")),
    ("year", msg("Year")),
)


class SalesTarget(Record, Model):
    """A target of a person, a team or everybody, in a category with all below it or in all, for
    a month, quarter or year of the calendar. Net and margin are in the company's currency,
    quantities in stock units."""

    __tablename__ = "sales_target"

    user_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"), index=True)
    measure: Mapped[str] = mapped_column(default="net", server_default="net")
    unit: Mapped[str] = mapped_column(default="month", server_default="month")
    first_day: Mapped[datetime.date]
    last_day: Mapped[datetime.date]
    amount: Mapped[Decimal]
    note: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, team_id) <= 1", name="whose"),
        CheckConstraint("measure IN ('net', 'margin', 'quantity')", name="measure"),
        CheckConstraint("unit IN ('month', 'quarter', 'year')", name="unit"),
        CheckConstraint("first_day = date_trunc(unit, first_day::timestamp)", name="first_day"),
        CheckConstraint(
            "last_day = first_day + CASE unit WHEN 'month' THEN interval '1 month'"
            " WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year' END"
            " - interval '1 day'",
            name="last_day",
        ),
        CheckConstraint("amount > 0 AND amount < 1e15", name="amount"),
        Index(
            "uq_sales_target_once",
            "first_day",
            "unit",
            "measure",
            text("coalesce(user_id, 0)"),
            text("coalesce(team_id, 0)"),
            text("coalesce(category_id, 0)"),
            unique=True,
        ),
        {"schema": "sales"},
    )


class TargetProgress(Model):
    """A target with what was sold of it, and in the same period of the year before."""

    __tablename__ = "target_progress"
    __table_args__ = (VIEW,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core.user_account.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.category.id"))
    whose: Mapped[str]
    category: Mapped[str]
    measure: Mapped[str]
    unit: Mapped[str]
    first_day: Mapped[datetime.date]
    last_day: Mapped[datetime.date]
    amount: Mapped[Decimal]
    actual: Mapped[Decimal]
    last_year: Mapped[Decimal]
    percent: Mapped[Decimal]
    missing: Mapped[Decimal]


MODELS: Final[tuple[type, ...]] = (SalesTarget, TargetProgress)
