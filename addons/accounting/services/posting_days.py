"""Whether something can be posted on a day: its period is open, no later one is closed, and no
lock of its kind reaches it. The database decides; this says why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.accounting.errors import PeriodIsNotOpen, closed_after, locked, not_open
from addons.accounting.models import LOCK_KINDS, Journal, LockDate, Period
from addons.accounting.services.calendar import extend_years, period_of
from addons.accounting.services.entry_draft import EntryDraft
from core.api import cached_until_change, fetch_rows, fetch_value, phrase

_LOCKS_ON = text(
    "SELECT kind, until, set_by FROM accounting.locks_on(:day, :journal_type, :taxed)"
    " WHERE exception_id IS NULL LIMIT 1"
)

_IS_OPEN = text("""
SELECT EXISTS (SELECT 1 FROM accounting.period
                WHERE :day BETWEEN start_date AND end_date AND state = 'open')
   AND NOT EXISTS (SELECT 1 FROM accounting.period
                    WHERE state <> 'open' AND start_date > :day)
   AND NOT EXISTS (SELECT 1 FROM accounting.locks_on(:day, :journal_type, :taxed) AS lock
                    WHERE lock.exception_id IS NULL)
""")

_PLAINLY_OPEN: Final = text("""
SELECT greatest(start_date, (SELECT max(until) + 1 FROM accounting.lock_date)) AS first,
       end_date AS last
  FROM accounting.period
 WHERE state = 'open'
   AND start_date > coalesce((SELECT max(start_date) FROM accounting.period WHERE state <> 'open'),
                             '-infinity')
 ORDER BY start_date DESC
""")


@dataclass(frozen=True, slots=True)
class Posting:
    """What locks look at: the day, the type of the journal, and whether lines are taxed."""

    day: date
    journal_type: str
    taxed: bool


def posting_of(session: Session, entry: EntryDraft) -> Posting:
    """How the locks see an entry."""
    kind = session.scalar(select(Journal.type).where(Journal.code == entry.journal)) or ""
    return Posting(entry.date, kind, is_taxed(entry))


def is_taxed(entry: EntryDraft) -> bool:
    """Whether the entry has anything to do with tax."""
    return any(line.tax_code for line in entry.lines)


def is_plainly_open(session: Session, day: date) -> bool:
    """Whether anybody may post anything on a day: its period is open, none after it is closed, and
    no lock of any kind reaches it. As the transaction first saw it: what is posted is checked by
    the database, at the commit and against whoever closes meanwhile."""
    return any(first <= day <= last for first, last in _plainly_open(session))


@cached_until_change(Period, LockDate)
def _plainly_open(session: Session) -> tuple[tuple[date, date], ...]:
    return tuple([(row.first, row.last) for row in fetch_rows(session, _PLAINLY_OPEN, {})])


def require_postable(session: Session, posting: Posting) -> None:
    """Raise PeriodIsNotOpen, which names the period or the lock, if the day takes nothing of the
    kind. A year that adjoins the others is set up."""
    if fetch_value(
        session,
        _IS_OPEN,
        {"day": posting.day, "journal_type": posting.journal_type, "taxed": posting.taxed},
    ):
        return
    period = period_of(session, posting.day)
    if period is None and extend_years(session, posting.day):
        period = period_of(session, posting.day)
    if period is None or period.state != "open":
        raise not_open(posting.day, *((period.name, period.state) if period else ()))
    later = first_closed_after(session, posting.day)
    if later is not None:
        raise closed_after(posting.day, later.name)
    require_unlocked(session, [posting])


def require_unlocked(session: Session, postings: Iterable[Posting]) -> None:
    """Raise PeriodIsNotOpen for the first of them that a lock forbids to this actor."""
    latest = session.scalar(select(func.max(LockDate.until)))
    if latest is None:
        return
    behind = {posting for posting in postings if posting.day <= latest}
    for one in sorted(behind, key=lambda one: one.day):
        lock = session.execute(
            _LOCKS_ON, {"day": one.day, "journal_type": one.journal_type, "taxed": one.taxed}
        ).one_or_none()
        if lock is not None:
            raise locked(one.day, phrase(dict(LOCK_KINDS)[lock.kind]), *lock)


def can_post(session: Session, posting: Posting) -> bool:
    """Whether it could be posted on its day."""
    try:
        require_postable(session, posting)
    except PeriodIsNotOpen:
        return False
    return True


def first_closed_after(session: Session, day: date) -> Period | None:
    """The first period after the day that is not open: what is posted before it changes it."""
    return session.scalar(
        select(Period)
        .where(Period.state != "open", Period.start_date > day)
        .order_by(Period.start_date)
        .limit(1)
    )
