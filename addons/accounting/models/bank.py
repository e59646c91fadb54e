"""Bank accounts, their statements and lines, what was matched, and the rules that match."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account, Journal
from addons.accounting.models.entries import JournalEntry
from core.api import Model, Record, msg

LINE_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("open", msg("To match")),
    ("done", msg("Matched")),
)
RULE_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("active", msg("In use")),
    ("proposed", msg("Proposed")),
    ("paused", msg("Paused")),
)
RULE_TEXTS: Final[tuple[tuple[str, str], ...]] = (
    ("", msg("Any text")),
    ("contains", msg("Contains")),
    ("pattern", msg("Fits the pattern")),
)
DIRECTIONS: Final[tuple[tuple[str, str], ...]] = (
    ("", msg("In and out")),
    ("in", msg("Money in")),
    ("out", msg("Money out")),
)
BALANCE_SOURCES: Final[tuple[tuple[str, str], ...]] = (
    ("statement", msg("Statement")),
    ("hand", msg("Entered by hand")),
)


class BankAccount(Record, Model):
    """An account at a bank, and the account of the books that stands for it.

    `start_date` and `start_balance` say what the bank held before the first line that is kept
    here; the first statement sets them. `mapping` is how the bank writes its tables.
    `auto_threshold` is the score, in percent, from which a suggestion is applied without being
    asked; 0 for never.
    """

    __tablename__ = "bank_account"

    name: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"), unique=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal.id"))
    iban: Mapped[str] = mapped_column(default="", server_default="")
    number: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str]
    start_date: Mapped[date | None]
    start_balance: Mapped[Decimal | None]
    auto_threshold: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))
    mapping: Mapped[dict[str, Any] | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=sql("true"))

    account: Mapped[Account] = relationship()
    journal: Mapped[Journal] = relationship()

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("auto_threshold BETWEEN 0 AND 100", name="auto_threshold"),
        CheckConstraint("num_nonnulls(start_date, start_balance) IN (0, 2)", name="start"),
        Index("uq_bank_account_iban", "iban", unique=True, postgresql_where=sql("iban <> ''")),
        {"schema": "accounting", "info": {"stamped": True}},
    )


class BankStatement(Record, Model):
    """A statement that was imported. Its lines that were known before belong to the statement
    that brought them first: `known_lines` counts those."""

    __tablename__ = "bank_statement"

    bank_account_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.bank_account.id"), index=True
    )
    number: Mapped[str] = mapped_column(default="", server_default="")
    format: Mapped[str]
    file_name: Mapped[str] = mapped_column(default="", server_default="")
    file_digest: Mapped[str]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    opening: Mapped[Decimal | None]
    closing: Mapped[Decimal | None]
    interim: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    new_lines: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))
    known_lines: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))
    warnings: Mapped[list[str]] = mapped_column(default=list, server_default=sql("'[]'"))
    imported_by: Mapped[str] = mapped_column(default="", server_default="")

    bank_account: Mapped[BankAccount] = relationship()

    __table_args__ = (
        Index("ix_bank_statement_last_day", "bank_account_id", "last_day"),
        {"schema": "accounting"},
    )


class BankLine(Record, Model):
    """A movement as the bank reported it. What it says never changes (a trigger sees to that);
    `mark` tells it from every other movement of the account (`services/bank/marks`)."""

    __tablename__ = "bank_line"

    bank_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.bank_account.id"))
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.bank_statement.id"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    date: Mapped[date]
    value_date: Mapped[date | None]
    amount: Mapped[Decimal]
    text: Mapped[str] = mapped_column(default="", server_default="")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    bank_id: Mapped[str] = mapped_column(default="", server_default="")
    batch: Mapped[str] = mapped_column(default="", server_default="")
    partner_name: Mapped[str] = mapped_column(default="", server_default="")
    partner_account: Mapped[str] = mapped_column(default="", server_default="")
    original_amount: Mapped[Decimal | None]
    original_currency: Mapped[str] = mapped_column(default="", server_default="")
    charges: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=sql("0"))
    kind: Mapped[str] = mapped_column(default="", server_default="")
    mark: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", server_default="open")

    bank_account: Mapped[BankAccount] = relationship()
    statement: Mapped[BankStatement] = relationship()

    __table_args__ = (
        UniqueConstraint("bank_account_id", "mark"),
        CheckConstraint("state IN ('open', 'done')", name="state"),
        CheckConstraint("amount NOT IN ('NaN', 'Infinity', '-Infinity')", name="amount"),
        Index("ix_bank_line_date", "bank_account_id", "date", "id"),
        Index(
            "ix_bank_line_open",
            "bank_account_id",
            "date",
            "id",
            postgresql_where=sql("state = 'open'"),
        ),
        Index(
            "ix_bank_line_partner_account",
            "partner_account",
            postgresql_where=sql("partner_account <> ''"),
        ),
        {"schema": "accounting", "info": {"audit": "changes"}},
    )


class BankMatch(Model):
    """What was made of a line: the entry that was posted for it, or the line of the books
    (`ledger_line_id`) that it was found to be. Undone, it stays as a record."""

    __tablename__ = "bank_match"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("accounting.bank_line.id"), index=True)
    kind: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )
    ledger_line_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_line.id"))
    settlements: Mapped[list[str]] = mapped_column(default=list, server_default=sql("'[]'"))
    choice: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    score: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))
    rule_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.bank_rule.id", ondelete="SET NULL"), index=True
    )
    automatic: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[str] = mapped_column(default="", server_default="")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="", server_default="")
    reversal_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )

    line: Mapped[BankLine] = relationship()
    entry: Mapped[JournalEntry | None] = relationship(foreign_keys=[entry_id])

    __table_args__ = (
        CheckConstraint("kind IN ('posted', 'found')", name="kind"),
        CheckConstraint("(kind = 'posted') = (entry_id IS NOT NULL)", name="entry"),
        Index(
            "uq_bank_match_line",
            "line_id",
            unique=True,
            postgresql_where=sql("undone_at IS NULL"),
        ),
        Index(
            "uq_bank_match_ledger_line",
            "ledger_line_id",
            unique=True,
            postgresql_where=sql("undone_at IS NULL"),
        ),
        {"schema": "accounting"},
    )


class BankRule(Record, Model):
    """When a line looks like this, it is booked like that. Empty conditions are always met.

    `confidence`, in percent, is the score of its suggestions: it rises when they are taken and
    falls when they are corrected. `learned` ones came from repeated manual choices.
    """

    __tablename__ = "bank_rule"

    name: Mapped[str]
    state: Mapped[str] = mapped_column(default="active", server_default="active")
    learned: Mapped[bool] = mapped_column(Boolean, default=False, server_default=sql("false"))
    priority: Mapped[int] = mapped_column(Integer, default=10, server_default=sql("10"))
    bank_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.bank_account.id"), index=True
    )
    direction: Mapped[str] = mapped_column(default="", server_default="")
    text_kind: Mapped[str] = mapped_column(default="", server_default="")
    text_value: Mapped[str] = mapped_column(default="", server_default="")
    amount_from: Mapped[Decimal | None]
    amount_to: Mapped[Decimal | None]
    partner_account: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int | None]
    label: Mapped[str] = mapped_column(default="", server_default="")
    confidence: Mapped[int] = mapped_column(Integer, default=80, server_default=sql("80"))
    taken: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))
    corrected: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))

    bank_account: Mapped[BankAccount | None] = relationship()
    lines: Mapped[list[BankRuleLine]] = relationship(
        back_populates="rule",
        order_by="BankRuleLine.position, BankRuleLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("state IN ('active', 'proposed', 'paused')", name="state"),
        CheckConstraint("direction IN ('', 'in', 'out')", name="direction"),
        CheckConstraint("text_kind IN ('', 'contains', 'pattern')", name="text_kind"),
        CheckConstraint("(text_kind = '') = (text_value = '')", name="text_value"),
        CheckConstraint("amount_from <= amount_to", name="amounts"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
        {"schema": "accounting"},
    )


class BankRuleLine(Model):
    """A part of what a rule books: this percentage of the amount to that account."""

    __tablename__ = "bank_rule_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    rule_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.bank_rule.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    percent: Mapped[Decimal] = mapped_column(default=Decimal(100), server_default=sql("100"))
    tax_code: Mapped[str] = mapped_column(default="", server_default="")
    label: Mapped[str] = mapped_column(default="", server_default="")
    analytic: Mapped[dict[str, Any] | None]

    rule: Mapped[BankRule] = relationship(back_populates="lines")
    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint("percent > 0 AND percent <= 100", name="percent"),
        {"schema": "accounting"},
    )


class BankParty(Record, Model):
    """Whose account this is: learned when somebody says whom a line came from."""

    __tablename__ = "bank_party"

    partner_account: Mapped[str] = mapped_column(unique=True)
    partner_id: Mapped[int] = mapped_column(index=True)
    partner: Mapped[str] = mapped_column(default="", server_default="")
    times: Mapped[int] = mapped_column(Integer, default=1, server_default=sql("1"))

    __table_args__ = (
        CheckConstraint("partner_account <> ''", name="partner_account"),
        {"schema": "accounting"},
    )


class BankBalance(Record, Model):
    """The assertion that the bank held this much at the end of a day: from a statement, or
    entered by hand from a letter or a screen."""

    __tablename__ = "bank_balance"

    bank_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.bank_account.id"))
    date: Mapped[date]
    amount: Mapped[Decimal]
    source: Mapped[str] = mapped_column(default="hand", server_default="hand")
    statement_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.bank_statement.id", ondelete="CASCADE"), index=True
    )
    note: Mapped[str] = mapped_column(default="", server_default="")

    bank_account: Mapped[BankAccount] = relationship()

    __table_args__ = (
        UniqueConstraint("bank_account_id", "date", "source"),
        CheckConstraint("source IN ('statement', 'hand')", name="source"),
        CheckConstraint("(source = 'statement') = (statement_id IS NOT NULL)", name="statement"),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (
    BankAccount,
    BankStatement,
    BankLine,
    BankRule,
    BankRuleLine,
    BankMatch,
    BankParty,
    BankBalance,
)
