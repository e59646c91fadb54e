"""Accruals: expenses and income of a month whose bill comes later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from core.api import Model, Record, msg

ACCRUAL_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("expense", msg("Expense")),
    ("income", msg("Income")),
)
ACCRUAL_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("posted", msg("Posted")),
    ("dismissed", msg("Not expected")),
)


class Accrual(Record, Model):
    """An amount that belongs to the month of `date`, its last day, though no bill is there yet.

    Posting writes two entries: one on that day, and its reversal on the day after. A negative
    amount corrects an earlier one. A dismissed one says that a usual bill was not expected.
    """

    __tablename__ = "accrual"

    date: Mapped[date]
    kind: Mapped[str] = mapped_column(default="expense", server_default="expense")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    balance_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    amount: Mapped[Decimal]
    partner: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int | None]
    narration: Mapped[str] = mapped_column(default="", server_default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.journal_entry.id"))
    reversal_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.journal_entry.id"))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    balance_account: Mapped[Account | None] = relationship(foreign_keys=[balance_account_id])

    __table_args__ = (
        CheckConstraint("kind IN ('expense', 'income')", name="kind"),
        CheckConstraint("state IN ('draft', 'posted', 'dismissed')", name="state"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint(
            "(state = 'posted') = (num_nonnulls(entry_id, reversal_id) = 2)", name="entries"
        ),
        Index("ix_accrual_date", "date"),
        {"schema": "accounting"},
    )
