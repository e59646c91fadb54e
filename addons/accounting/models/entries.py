"""Journal entries and their lines, and what numbers and chains them when they are posted."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account, Journal
from core.api import Model, Record

_LEDGER_ONLY = {"schema": "accounting", "info": {"runtime": "SELECT", "audit": "none"}}
"""Written by the sealing trigger with its owner's rights; the application only reads."""


_ACTOR = text("COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user)")
"""Whoever the audit trail would name."""


class NumberSeries(Model):
    """The gapless numbers of one journal in one fiscal year."""

    __tablename__ = "number_series"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal.id"))
    fiscal_year_id: Mapped[int] = mapped_column(ForeignKey("accounting.fiscal_year.id"), index=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    digits: Mapped[int] = mapped_column(Integer)
    last_number: Mapped[int]

    __table_args__ = (UniqueConstraint("journal_id", "fiscal_year_id"), _LEDGER_ONLY)


class JournalChain(Model):
    """The end of a journal's hash chain. Whoever posts holds its lock until the commit."""

    __tablename__ = "journal_chain"
    __table_args__ = (_LEDGER_ONLY,)

    journal_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.journal.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    length: Mapped[int]
    hash: Mapped[str]


class JournalEntry(Record, Model):
    """An entry: a draft that can be edited, or posted for good.

    Posting sets `state`; the commit then checks the entry and seals it with number and hash
    (migration 0002). `source_type` and `source_id` name what it was made from, once.
    """

    __tablename__ = "journal_entry"

    journal_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal.id"))
    date: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    narration: Mapped[str] = mapped_column(default="", server_default="")
    partner: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    source_type: Mapped[str | None]
    source_id: Mapped[str | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.journal_entry.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))
    created_by: Mapped[str] = mapped_column(server_default=_ACTOR)

    series_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.number_series.id"))
    sequence: Mapped[int | None]
    number: Mapped[str | None]
    chain_seq: Mapped[int | None]
    previous_hash: Mapped[str | None]
    hash: Mapped[str | None]
    hash_version: Mapped[int] = mapped_column(Integer, default=2, server_default=text("2"))
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[str | None]

    journal: Mapped[Journal] = relationship()
    reverses: Mapped[JournalEntry | None] = relationship(
        remote_side="JournalEntry.id", back_populates="reversed_by"
    )
    reversed_by: Mapped[JournalEntry | None] = relationship(
        back_populates="reverses", uselist=False, viewonly=True
    )
    lines: Mapped[list[JournalLine]] = relationship(
        back_populates="entry",
        order_by="JournalLine.position, JournalLine.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
        passive_updates=True,
    )

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'posted')", name="state"),
        CheckConstraint(
            "num_nonnulls(series_id, sequence, number, chain_seq, previous_hash, hash,"
            " posted_at, posted_by) IN (0, 8)",
            name="seal_is_whole",
        ),
        CheckConstraint("state = 'posted' OR number IS NULL", name="draft_has_no_number"),
        CheckConstraint("num_nonnulls(source_type, source_id) IN (0, 2)", name="source"),
        UniqueConstraint("id", "date"),
        # Partial, so that sealing changes no key of the row and waits for nobody who refers to it.
        Index(
            "uq_journal_entry_series_id_sequence",
            "series_id",
            "sequence",
            unique=True,
            postgresql_where=text("number IS NOT NULL"),
        ),
        Index(
            "uq_journal_entry_journal_id_chain_seq",
            "journal_id",
            "chain_seq",
            unique=True,
            postgresql_where=text("number IS NOT NULL"),
        ),
        Index("ix_journal_entry_number", "number"),
        Index("ix_journal_entry_date", "date", "id"),
        Index(
            "ix_journal_entry_branch_id",
            "branch_id",
            "date",
            postgresql_where=text("branch_id IS NOT NULL"),
        ),
        Index(
            "ix_journal_entry_partner_id",
            "partner_id",
            "date",
            postgresql_where=text("partner_id IS NOT NULL"),
        ),
        Index(
            "uq_journal_entry_source",
            "source_type",
            "source_id",
            unique=True,
            postgresql_where=text("source_type IS NOT NULL"),
        ),
        Index(
            "uq_journal_entry_reverses_id",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
        Index(
            "ix_journal_entry_unsealed",
            "state",
            "id",
            postgresql_where=text("number IS NULL"),
        ),
        # Audited by triggers of migration 0002, which pass over the seal.
        {"schema": "accounting", "info": {"audit": "own"}},
    )

    @property
    def is_posted(self) -> bool:
        """Whether it can no longer be edited."""
        return self.state == "posted"


class JournalLine(Model):
    """A line: `amount` is what it adds to the account, negative for a credit; `debit` and
    `credit` are its two sides, worked out by the database.

    An entry balances per `currency`. What was agreed in another currency stands in
    `original_amount`, and goods, hours or shares in `quantity` and `unit`. `date` is the
    entry's, kept equal by the foreign key.

    `partner_id` is the contact that the line is about, `due_date` when it is to be paid. A line
    that a tax is worked out from has the `tax_role` "base", that of the tax itself "tax" with the
    base in `tax_base`. `analytic` is how the amount is split over the values of dimensions, in
    percent: {"dimension id": {"value id": "60"}}; `dimensions` says it in words, written by the
    database: "CC: RUH 60, JED 40".
    """

    __tablename__ = "journal_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    entry_id: Mapped[int]
    date: Mapped[date]
    position: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    label: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[Decimal]
    debit: Mapped[Decimal] = mapped_column(
        Computed("GREATEST(amount, (0)::numeric)", persisted=True)
    )
    credit: Mapped[Decimal] = mapped_column(
        Computed("GREATEST((- amount), (0)::numeric)", persisted=True)
    )
    currency: Mapped[str]
    original_amount: Mapped[Decimal | None]
    original_currency: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(default="", server_default="")
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    due_date: Mapped[date | None]
    tax_code: Mapped[str] = mapped_column(default="", server_default="")
    tax_role: Mapped[str] = mapped_column(default="", server_default="")
    tax_base: Mapped[Decimal | None]
    analytic: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    dimensions: Mapped[str] = mapped_column(server_default="", server_onupdate=FetchedValue())

    entry: Mapped[JournalEntry] = relationship(back_populates="lines")
    account: Mapped[Account] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(
            ["entry_id", "date"],
            ["accounting.journal_entry.id", "accounting.journal_entry.date"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint("currency <> ''", name="currency"),
        CheckConstraint("amount NOT IN ('NaN', 'Infinity', '-Infinity')", name="amount"),
        CheckConstraint("tax_role IN ('', 'base', 'tax')", name="tax_role"),
        CheckConstraint("(tax_code = '') = (tax_role = '')", name="tax"),
        CheckConstraint("jsonb_typeof(analytic) = 'object'", name="analytic"),
        Index("ix_journal_line_entry_id", "entry_id", "position"),
        Index("ix_journal_line_account_id", "account_id", "date", "id"),
        Index(
            "ix_journal_line_partner_id",
            "partner_id",
            "account_id",
            "date",
            postgresql_where=text("partner_id IS NOT NULL"),
        ),
        Index(
            "ix_journal_line_analytic",
            "date",
            "account_id",
            postgresql_where=text("analytic IS NOT NULL"),
        ),
        Index(
            "ix_journal_line_tax_code",
            "tax_code",
            "date",
            postgresql_where=text("tax_code <> ''"),
        ),
        {"schema": "accounting", "info": {"audit": "changes"}},
    )
