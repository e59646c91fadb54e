"""Budgets: what a company means to earn and spend in a year, in several editions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.calendar import FiscalYear
from addons.accounting.models.chart import Account
from addons.accounting.models.dimensions import DimensionValue
from addons.accounting.models.locks import BY_WHOM
from core.api import Model, Record, msg

BUDGET_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("active", msg("In force")),
    ("retired", msg("Replaced")),
)
BUDGET_CONTROLS: Final[tuple[tuple[str, str], ...]] = (
    ("none", msg("Only report")),
    ("warn", msg("Warn")),
    ("stop", msg("Stop")),
)
BUDGET_SPANS: Final[tuple[tuple[str, str], ...]] = (
    ("annual", msg("The whole year")),
    ("cumulative", msg("From the first month to the entry's")),
    ("monthly", msg("The entry's month")),
)


class Budget(Record, Model):
    """A budget of a fiscal year. Editions of one name replace each other: one is in force.

    `control` says what happens to an entry that exceeds it, `span` which months are compared.
    """

    __tablename__ = "budget"

    name: Mapped[str]
    edition: Mapped[str] = mapped_column(default="1", server_default="1")
    fiscal_year_id: Mapped[int] = mapped_column(ForeignKey("accounting.fiscal_year.id"))
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    control: Mapped[str] = mapped_column(default="none", server_default="none")
    span: Mapped[str] = mapped_column(default="annual", server_default="annual")

    fiscal_year: Mapped[FiscalYear] = relationship()
    lines: Mapped[list[BudgetLine]] = relationship(
        back_populates="budget",
        order_by="BudgetLine.position, BudgetLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'active', 'retired')", name="state"),
        CheckConstraint("control IN ('none', 'warn', 'stop')", name="control"),
        CheckConstraint("span IN ('annual', 'cumulative', 'monthly')", name="span"),
        Index("uq_budget_edition", "fiscal_year_id", "name", "edition", unique=True),
        Index(
            "uq_budget_in_force",
            "fiscal_year_id",
            "name",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        {"schema": "accounting", "info": {"stamped": True}},
    )


class BudgetLine(Model):
    """An amount for one account, for all accounts whose code begins with `prefix`, or for a line
    of the statements; of one branch or dimension value where these are given.

    Without a `month`, its first day, the amount is the year's and lies evenly on its months.
    Amounts are positive, for income as for expenses.
    """

    __tablename__ = "budget_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    budget_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.budget.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    prefix: Mapped[str] = mapped_column(default="", server_default="")
    report_line: Mapped[str] = mapped_column(default="", server_default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    dimension_value_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.dimension_value.id")
    )
    month: Mapped[date | None]
    amount: Mapped[Decimal]

    budget: Mapped[Budget] = relationship(back_populates="lines")
    account: Mapped[Account | None] = relationship()
    dimension_value: Mapped[DimensionValue | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(account_id, nullif(prefix, ''), nullif(report_line, '')) = 1",
            name="target",
        ),
        CheckConstraint("extract(day from month) = 1", name="month"),
        CheckConstraint("amount >= 0", name="amount"),
        {"schema": "accounting"},
    )


class BudgetOverride(Model):
    """More than a line allows, granted by somebody with the right to, for a reason. It counts for
    all lines of the budget with the same target."""

    __tablename__ = "budget_override"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    budget_line_id: Mapped[int] = mapped_column(ForeignKey("accounting.budget_line.id"), index=True)
    amount: Mapped[Decimal]
    reason: Mapped[str]
    granted_by: Mapped[str] = mapped_column(server_default=BY_WHOM)
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )
