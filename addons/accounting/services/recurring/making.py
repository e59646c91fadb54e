"""Recurring entries are made when their day has come: once a day of the schedule, all that was
missed included.

What is made posts as its template says. It is named by the recurring entry and the day, so neither
a job that runs twice nor two people at once make it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models.recurring import EntryTemplate, RecurringEntry
from addons.accounting.services.drafts import post_draft
from addons.accounting.services.recurring.schedule import Schedule
from addons.accounting.services.templates.parameters import read_parameters, require_parameters
from addons.accounting.services.templates.writing import write_entry
from core.api import AppError, Conflict, InvalidInput, announce, phrase

SOURCE: Final = "accounting.recurring-entries"
MOST_AT_ONCE: Final = 400
"""Of one recurring entry in one run; the next run goes on."""


@dataclass(frozen=True, slots=True)
class Made:
    """The entries that were made, and what stood in the way of others, by name."""

    entries: Sequence[int]
    problems: Mapping[str, str]


def create_recurring(session: Session, values: Mapping[str, Any]) -> RecurringEntry:
    """A new recurring entry; raises InvalidInput where its template asks for more."""
    record = RecurringEntry()
    _write(session, record, values)
    session.add(record)
    session.flush()
    return record


def update_recurring(
    session: Session, record: RecurringEntry, values: Mapping[str, Any]
) -> RecurringEntry:
    """Change a recurring entry: what was made stays, what comes follows the new schedule."""
    _write(session, record, values)
    record.problem = ""
    session.flush()
    return record


def make_due(session: Session, today: date, *, only: int | None = None) -> Made:
    """Make everything that is due by today. What cannot be made, because its period is closed for
    instance, is noted beside the recurring entry and holds up no other."""
    due = (
        select(RecurringEntry.id)
        .where(RecurringEntry.active, RecurringEntry.next_date <= today)
        .order_by(RecurringEntry.id)
    )
    entries: list[int] = []
    problems: dict[str, str] = {}
    for key in session.scalars(due if only is None else due.where(RecurringEntry.id == only)).all():
        # Whoever waited for the lock reads anew what is left to be made.
        record = session.get(RecurringEntry, key, with_for_update=True, populate_existing=True)
        if record is None or not record.active:
            continue
        record.problem = ""
        try:
            for entry in _made(session, record, today):
                entries.append(entry.id)
        except AppError as error:
            record.problem = str(error.message)
            problems[record.name] = record.problem
        session.flush()
    announce(session, "accounting.recurring-entries")
    return Made(entries, problems)


def schedule_of(record: RecurringEntry) -> Schedule:
    """When it recurs."""
    return Schedule(
        record.start_date, record.unit, record.every, record.end_date, record.on_last_day
    )


def _made(session: Session, record: RecurringEntry, today: date) -> Iterator[JournalEntry]:
    for _ in range(MOST_AT_ONCE):
        day = record.next_date
        if day is None or day > today:
            return
        with session.begin_nested():
            entry = _make(session, record, day)
            record.last_date = day
            record.next_date = schedule_of(record).next_after(day)
        if entry is not None:
            yield entry


def _make(session: Session, record: RecurringEntry, day: date) -> JournalEntry | None:
    source = {"source_type": SOURCE, "source_id": f"{record.id}:{day}"}
    if session.scalar(select(JournalEntry.id).filter_by(**source)) is not None:
        return None
    entry = write_entry(session, record.template, read_parameters(record.parameters), day)
    for name, value in source.items():
        setattr(entry, name, value)
    session.flush()
    if record.mode == "post":
        post_draft(session, entry)
    return entry


def _write(session: Session, record: RecurringEntry, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    if not 1 <= (record.every or 1) <= 1000:
        raise InvalidInput.of("every", phrase("Choose a number between 1 and 1,000."))
    if record.end_date is not None and record.end_date < record.start_date:
        raise InvalidInput.of("end_date", phrase("It ends before it begins."))
    with session.no_autoflush:
        template = session.get(EntryTemplate, record.template_id)
    if template is None:
        raise InvalidInput.of("template_id", phrase("There is no such template."))
    require_parameters(template, read_parameters(record.parameters or ""))
    _apply_defaults(record)
    record.next_date = schedule_of(record).next_after(record.last_date)


def _apply_defaults(record: RecurringEntry) -> None:
    """What the database would fill in, for the schedule is asked before."""
    record.every = record.every or 1
    record.unit = record.unit or "month"
    record.on_last_day = bool(record.on_last_day)


def make_now(session: Session, record: RecurringEntry, today: date) -> Made:
    """What is due of one recurring entry; raises Conflict where nothing is, or with what stands
    in the way."""
    made = make_due(session, today, only=record.id)
    if made.problems:
        raise Conflict(made.problems[record.name])
    if not made.entries:
        raise Conflict(
            phrase("Nothing is due: the next day is {day}.", day=record.next_date or "")
            if record.next_date
            else phrase("Nothing is due any more: the last day has passed.")
        )
    return made
