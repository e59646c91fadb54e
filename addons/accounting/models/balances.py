"""Balances by account and month, and the entries that are not in them yet.

Posting only ever inserts into the tail; a job moves the tail into the balances in one
transaction. So what both hold together is right in every snapshot, and no posting waits for
another's account (docs/decisions/0007-ledger-balances.md).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model

_READ_ONLY = {"schema": "accounting", "info": {"runtime": "SELECT", "audit": "none"}}


class PeriodBalance(Model):
    """What was posted to an account in a calendar month, currency and branch. `month` is its first
    day, `branch_id` 0 for entries of no branch."""

    __tablename__ = "period_balance"
    __table_args__ = (_READ_ONLY,)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.account.id"), primary_key=True, autoincrement=False
    )
    currency: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    debit: Mapped[Decimal]
    credit: Mapped[Decimal]


class BalanceTail(Model):
    """A posted entry whose lines are not in the balances yet."""

    __tablename__ = "balance_tail"
    __table_args__ = (_READ_ONLY,)

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
