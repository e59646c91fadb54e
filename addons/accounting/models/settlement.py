"""Settlements: which posted lines of an account were set off against which others.

A line on a reconcilable account is an open item until the parts of it that were settled sum to
it. A settlement sums to zero, so what is open on an account is always its balance. It is written
once and whole; undoing it is recorded on it and gives the lines back what was taken. All of this
is guarded by the database (migration 0005).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from addons.accounting.models.entries import JournalEntry, JournalLine
from core.api import Model, Record

_ACTOR = text("COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user)")
"""Whoever the audit trail would name."""


class Settlement(Record, Model):
    """Lines of one account and one partner, set off against each other on a day.

    `currency` is that of the lines' amounts. Lines agreed in one other currency are settled in
    that, `original_currency`; what is left in `currency` then is the exchange difference, posted
    by `entry` together with what was written off. `kind` "reversal" sets an entry off against the
    entry that reverses it, and cannot be undone, as the reversal cannot.
    """

    __tablename__ = "settlement"

    date: Mapped[date]
    kind: Mapped[str] = mapped_column(default="match", server_default="match")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"))
    currency: Mapped[str]
    original_currency: Mapped[str] = mapped_column(default="", server_default="")
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.journal_entry.id"))
    created_by: Mapped[str] = mapped_column(server_default=_ACTOR)
    undone_on: Mapped[date | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    account: Mapped[Account] = relationship()
    entry: Mapped[JournalEntry | None] = relationship()
    parts: Mapped[list[SettlementPart]] = relationship(
        back_populates="settlement", order_by="SettlementPart.id"
    )

    __table_args__ = (
        CheckConstraint("kind IN ('match', 'reversal')", name="kind"),
        CheckConstraint("num_nonnulls(undone_on, undone_at, undone_by) IN (0, 3)", name="undone"),
        CheckConstraint("undone_on >= date", name="undone_on"),
        CheckConstraint("kind = 'match' OR undone_on IS NULL", name="reversal_stays"),
        Index("ix_settlement_account_id", "account_id", "partner_id", "date"),
        Index("ix_settlement_partner_id", "partner_id"),
        Index("uq_settlement_entry_id", "entry_id", unique=True),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT, UPDATE"}},
    )

    @property
    def is_undone(self) -> bool:
        """Whether the lines have back what was taken of them."""
        return self.undone_on is not None


class SettlementPart(Model):
    """What a settlement took of a line, signed like the line: in the line's currency, and in the
    one in which it was agreed."""

    __tablename__ = "settlement_part"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("accounting.settlement.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("accounting.journal_line.id"))
    amount: Mapped[Decimal]
    original_amount: Mapped[Decimal | None]

    settlement: Mapped[Settlement] = relationship(back_populates="parts")
    line: Mapped[JournalLine] = relationship()

    __table_args__ = (
        CheckConstraint("amount NOT IN ('NaN', 'Infinity', '-Infinity')", name="amount"),
        Index("uq_settlement_part_line_id", "line_id", "settlement_id", unique=True),
        Index("ix_settlement_part_settlement_id", "settlement_id"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


class SettledLine(Model):
    """How much of a line is settled now; kept by the database. Its row is the lock on which two
    who settle the same line take turns."""

    __tablename__ = "settled_line"

    line_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.journal_line.id"), primary_key=True, autoincrement=False
    )
    amount: Mapped[Decimal]
    original_amount: Mapped[Decimal]
    is_closed: Mapped[bool]

    __table_args__ = ({"schema": "accounting", "info": {"runtime": "SELECT", "audit": "none"}},)


MODELS: tuple[type, ...] = (Settlement, SettlementPart, SettledLine)
