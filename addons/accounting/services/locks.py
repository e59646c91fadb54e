"""Moving lock dates, and letting people through.

A lock moves forward only. Who must post behind it is let through by an exception: one user, from
a day on, until a moment, for a reason. The database holds to both (migration 0009).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import (
    LOCK_KINDS,
    JournalEntry,
    LockDate,
    LockException,
    LockExceptionUse,
    LockKind,
)
from core.api import Conflict, InvalidInput, phrase, today, utc_now

_TITLES: Final = dict(LOCK_KINDS)
_PEOPLE: Final = text("SELECT id, name FROM core.user_account WHERE is_active ORDER BY name, id")
LONGEST: Final = timedelta(days=31)
"""An exception that outlives the month that it was granted in is a lock that is not there."""


def move_lock(session: Session, kind: LockKind, until: date, reason: str = "") -> LockDate:
    """Lock this kind of entries up to and including a day. A lock that is there already moves
    forward; asking for the day where it stands changes nothing."""
    if until > today(session):
        raise InvalidInput.of(
            "until",
            phrase(
                "{day} is still to come: what happens until then could not be posted.", day=until
            ),
            fix=phrase("Choose today or an earlier day."),
        )
    # Somebody else may be setting the first lock of this kind at the same moment.
    first = insert(LockDate).values(kind=kind, until=until, reason=reason)
    session.execute(first.on_conflict_do_nothing(index_elements=["kind"]))
    lock = session.scalars(
        select(LockDate)
        .where(LockDate.kind == kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if until < lock.until:
        raise Conflict(
            phrase(
                "{lock} is locked until {until}, set by {who}. A lock never moves back.",
                lock=phrase(_TITLES[kind]),
                until=lock.until,
                who=lock.set_by,
            ),
            fix=phrase("Grant an exception to whoever has to post behind it."),
        )
    if until > lock.until:
        lock.until, lock.reason = until, reason
    session.flush()
    session.refresh(lock)
    return lock


def lock_tax_until(session: Session, day: date, reason: str) -> None:
    """Lock entries with tax up to a day, as filing a return does. A later lock stays."""
    lock = session.scalar(select(LockDate).where(LockDate.kind == "tax"))
    if lock is None or lock.until < day:
        move_lock(session, "tax", day, reason)


def lock_of(session: Session, kind: LockKind) -> LockDate | None:
    """The lock of a kind, or None where nothing of it was ever locked."""
    return session.scalar(select(LockDate).where(LockDate.kind == kind))


def grant_exception(session: Session, values: Mapping[str, Any]) -> LockException:
    """Let one user post behind a lock: with dates from `open_from` on, until `valid_until`."""
    lock = lock_of(session, values["kind"])
    open_from: date = values["open_from"]
    valid_until: datetime = values["valid_until"]
    if lock is None or open_from > lock.until:
        raise InvalidInput.of(
            "open_from",
            phrase("Nothing is locked on {day}: no exception is needed.", day=open_from),
        )
    if not str(values.get("reason", "")).strip():
        raise InvalidInput.of("reason", phrase("Say why: the reason is kept with the exception."))
    now = utc_now()
    if not now < valid_until <= now + LONGEST:
        raise InvalidInput.of(
            "valid_until",
            phrase("An exception ends within {days} days from now.", days=LONGEST.days),
        )
    names = ("kind", "user_id", "open_from", "valid_until", "reason")
    exception = LockException(
        **{name: values[name] for name in names},
        user_name=dict(people(session)).get(values["user_id"], ""),
    )
    if not exception.user_name:
        raise InvalidInput.of("user_id", phrase("There is no such active user."))
    session.add(exception)
    session.flush()
    session.refresh(exception)
    return exception


def people(session: Session) -> list[tuple[int, str]]:
    """The active users, by name: whom an exception can be granted to."""
    rows = session.execute(_PEOPLE)
    return [(row.id, row.name) for row in rows]


def end_exception(session: Session, exception: LockException) -> None:
    """Take an exception back before its time. What was posted through it stays."""
    if exception.ended_at is not None:
        raise Conflict(phrase("This exception was ended before."))
    exception.ended_at = utc_now()
    session.flush()


def is_in_force(exception: LockException) -> bool:
    """Whether it still lets its user through."""
    return exception.ended_at is None and exception.valid_until > utc_now()


def entries_through(session: Session, exception: LockException) -> list[JournalEntry]:
    """The entries that were posted through an exception."""
    return list(
        session.scalars(
            select(JournalEntry)
            .join(LockExceptionUse, LockExceptionUse.entry_id == JournalEntry.id)
            .where(LockExceptionUse.exception_id == exception.id)
            .order_by(JournalEntry.id)
        )
    )


def exceptions_of(session: Session, entry_id: int) -> list[int]:
    """The exceptions that an entry was posted through; mostly none."""
    return list(
        session.scalars(
            select(LockExceptionUse.exception_id).where(LockExceptionUse.entry_id == entry_id)
        )
    )
