"""The words around a report's figures that all of its files share."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from addons.reporting.services.sheet import Head, Sheet, State
from core.api import Reader, binding, msg, phrase

MARKS: dict[State, str] = {"good": "✓", "warning": "!", "bad": "✗", "note": "·"}
WORDS: dict[State, str] = {
    "good": msg("In order"),
    "warning": msg("Look at this"),
    "bad": msg("Wrong"),
    "note": msg("Note"),
}


def days_of(reader: Reader, start: date | None, end: date | None) -> str:
    """The days of a report or column in words."""
    if end is None:
        return ""
    if start is None:
        return reader.say(phrase("until {day}", day=reader.day(end)))
    if start == end:
        return reader.day(end)
    return f"{reader.day(start)} – {reader.day(end)}"


def head_title(reader: Reader, head: Head) -> str:
    """What stands over a column."""
    return reader.say(head.title) if head.title else days_of(reader, head.start, head.end)


def group_title(reader: Reader, head: Head) -> str:
    """What stands over several columns of one period."""
    return reader.say(head.group) if head.group else days_of(reader, head.start, head.end)


def subtitle(session: Session, reader: Reader, sheet: Sheet) -> str:
    """Company, days and currency, under the title. Each runs in its own direction."""
    company = binding(session).tenant.title
    parts = (company, days_of(reader, sheet.start, sheet.end), sheet.currency)
    if reader.direction == "rtl":
        parts = tuple(
            f"\N{FIRST STRONG ISOLATE}{part}\N{POP DIRECTIONAL ISOLATE}" for part in parts
        )
    return " · ".join(part for part in parts if part)


def row_title(reader: Reader, title: str | date) -> str:
    """The first cell of a row as text."""
    return reader.day(title) if isinstance(title, date) else reader.say(title)
