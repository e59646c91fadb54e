"""Statements of account as they were made and sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

SIDES: Final[tuple[tuple[str, str], ...]] = (
    ("receivable", msg("Customers")),
    ("payable", msg("Suppliers")),
)
LANGUAGES: Final[tuple[tuple[str, str], ...]] = (
    ("en", "English"),
    ("ar", "العربية"),
    ("bn", "বাংলা"),
)
_LANGUAGES = ", ".join(f"'{code}'" for code, _ in LANGUAGES)


class AccountStatement(Record, Model):
    """A statement of account as it was made: what a partner owed before, what happened, what
    they owe after, and how old that is. It does not change when the books do."""

    __tablename__ = "account_statement"

    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"))
    partner: Mapped[str] = mapped_column(default="", server_default="")
    side: Mapped[str] = mapped_column(default="receivable", server_default="receivable")
    start_date: Mapped[date]
    end_date: Mapped[date]
    currency: Mapped[str]
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    opening: Mapped[Decimal]
    debits: Mapped[Decimal]
    credits: Mapped[Decimal]
    closing: Mapped[Decimal]
    overdue: Mapped[Decimal]
    sent_at: Mapped[datetime | None]
    source_id: Mapped[str | None] = mapped_column(unique=True)

    lines: Mapped[list[StatementLine]] = relationship(
        back_populates="statement",
        order_by="StatementLine.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    ages: Mapped[list[StatementAge]] = relationship(
        back_populates="statement",
        order_by="StatementAge.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("side IN ('receivable', 'payable')", name="side"),
        CheckConstraint(f"language IN ({_LANGUAGES})", name="language"),
        CheckConstraint("start_date <= end_date", name="dates"),
        CheckConstraint("opening + debits - credits = closing", name="closing"),
        Index("ix_account_statement_partner_id", "partner_id", "end_date"),
        {"schema": "accounting"},
    )


class StatementLine(Model):
    """A movement on a statement, and the balance after it."""

    __tablename__ = "account_statement_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.account_statement.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    date: Mapped[date]
    number: Mapped[str]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    due_date: Mapped[date | None]
    debit: Mapped[Decimal]
    credit: Mapped[Decimal]
    balance: Mapped[Decimal]

    statement: Mapped[AccountStatement] = relationship(back_populates="lines")

    __table_args__ = ({"schema": "accounting", "info": {"audit": "changes"}},)


class StatementAge(Model):
    """What of the closing balance is so many days overdue: `days` is "0", "1-30", "90+"."""

    __tablename__ = "account_statement_age"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.account_statement.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    days: Mapped[str]
    amount: Mapped[Decimal]

    statement: Mapped[AccountStatement] = relationship(back_populates="ages")

    __table_args__ = ({"schema": "accounting", "info": {"audit": "changes"}},)


MODELS: Final[tuple[type, ...]] = (AccountStatement, StatementLine, StatementAge)
