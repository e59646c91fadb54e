"""Lock dates: up to which day the books take no more of a kind of entry, and who was let through.

The database refuses what is dated on or before a lock (migration 0009); a lock never moves back.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record, msg

LockKind = Literal["sales", "purchases", "tax", "everything", "final"]
LOCK_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("sales", msg("Sales")),
    ("purchases", msg("Purchases")),
    ("tax", msg("Tax")),
    ("everything", msg("Everything")),
    ("final", msg("Everything, for good")),
)
"""Sales and purchases are the journals of these types, tax is every entry that has taxed lines.
`final` is the one of which there is no exception."""

BY_WHOM = text("COALESCE(NULLIF(current_setting('aorabooks.actor', true), ''), session_user)")
"""The server default of columns that name the actor, as the audit trail does."""


class LockDate(Record, Model):
    """A lock: nothing of its kind is posted with a date up to and including `until`."""

    __tablename__ = "lock_date"

    kind: Mapped[str] = mapped_column(unique=True)
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    set_by: Mapped[str] = mapped_column(server_default=BY_WHOM)
    set_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "kind IN ('sales', 'purchases', 'tax', 'everything', 'final')", name="kind"
        ),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT, UPDATE", "stamped": True}},
    )


class LockException(Record, Model):
    """Lets one user post behind a lock: with dates from `open_from` on, until `valid_until`.

    It can be ended before its time and not be changed otherwise.
    """

    __tablename__ = "lock_exception"

    kind: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("core.user_account.id"))
    user_name: Mapped[str]
    open_from: Mapped[date]
    valid_until: Mapped[datetime]
    reason: Mapped[str]
    granted_by: Mapped[str] = mapped_column(server_default=BY_WHOM)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('sales', 'purchases', 'tax', 'everything')", name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_lock_exception_user_id", "user_id", "kind"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT, UPDATE"}},
    )


class LockExceptionUse(Model):
    """An entry that was posted behind a lock, and the exception that let it through. Written by
    the database when it seals the entry."""

    __tablename__ = "lock_exception_use"
    __table_args__ = ({"schema": "accounting", "info": {"runtime": "SELECT", "audit": "none"}},)

    exception_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.lock_exception.id"), primary_key=True, autoincrement=False
    )
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.journal_entry.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
