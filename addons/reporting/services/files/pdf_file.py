"""A report on paper: the company's letterhead, columns that fit, sums carried over the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.reporting.models import ReportSchedule
from addons.reporting.services.files.words import (
    MARKS,
    WORDS,
    group_title,
    head_title,
    row_title,
    subtitle,
)
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import Reader, Resource, msg, phrase, print_pdf

PRINTED: Final = "printed_report"
"""Where the texts stand by the time the template asks for them."""
_LANDSCAPE_FROM: Final = 5
_CARRIED: Final = ("line", "account")


def pdf_of(session: Session, sheet: Sheet, reader: Reader, resource: Resource) -> bytes:
    """The pages. They are printed as of a schedule, one that is never saved."""
    record = ReportSchedule()
    setattr(record, PRINTED, printed(session, sheet, reader))
    return print_pdf(session, resource, record, reader.language, form="report").content


def printed_of(session: Session, record: Any) -> dict[str, Any]:
    """What the template finds: what `pdf_of` left with the record."""
    return getattr(record, PRINTED, {})


def printed(session: Session, sheet: Sheet, reader: Reader) -> dict[str, Any]:
    """The report as texts, in the reader's language."""
    heads = sheet.heads
    rows = [row for row in sheet.rows if not row.hidden and not (row.parent and row.folded)]
    several = len({(head.start, head.end) for head in heads if head.title}) > 1
    grouped = several or any(head.group for head in heads)
    return {
        "title": sheet.title,
        "subtitle": subtitle(session, reader, sheet),
        "direction": reader.direction,
        "landscape": len(heads) > _LANDSCAPE_FROM,
        "widths": _widths(rows, heads),
        "first": reader.say(sheet.first) if sheet.first else "",
        "heads": [
            {
                "title": head_title(reader, head),
                "group": group_title(reader, head) if grouped else "",
                "figure": head.kind in ("amount", "percent"),
            }
            for head in heads
        ],
        "rows": [_row(sheet, reader, row) for row in rows],
        "carried": _carried(sheet, reader, rows),
        "carried_title": reader.say(msg("Carried over")),
        "notes": [reader.say(note) for note in sheet.notes],
        "checks": [
            {
                "state": check.state,
                "mark": MARKS[check.state],
                "text": f"{reader.say(WORDS[check.state])}: {reader.say(check.sentence)}",
            }
            for check in sheet.checks
        ],
        "empty": reader.say(phrase("Nothing was posted in these days.")),
    }


def _widths(rows: Sequence[SheetRow], heads: Sequence[Head]) -> list[float]:
    """How the columns share the room: dates and figures take little, texts take what is left."""
    is_list = any(isinstance(row.title, date) for row in rows)
    of_head = {"entry": 1.8, "text": 2.4, "account": 2.2}
    first = 1.4 if is_list else 2.6
    return [first, *(of_head.get(head.key, 1.2) if is_list else 1.0 for head in heads)]


def _row(sheet: Sheet, reader: Reader, row: SheetRow) -> dict[str, Any]:
    return {
        "title": row_title(reader, row.title),
        "style": row.style,
        "strong": row.strong,
        "level": row.level,
        "cells": [
            _text(sheet, reader, head, cell)
            for head, cell in zip(sheet.heads, row.cells, strict=True)
        ],
    }


def _text(sheet: Sheet, reader: Reader, head: Head, cell: Cell) -> str:
    value = cell.value
    if isinstance(value, Decimal):
        if head.kind == "percent":
            return f"{reader.number(value, 1)} %"
        return reader.number(value, sheet.digits)
    if isinstance(value, date):
        return reader.day(value)
    return reader.say(value) if value else ""


def _carried(sheet: Sheet, reader: Reader, rows: list[SheetRow]) -> list[list[str]]:
    """After each row what the lines so far add up to, for the foot of a page that ends there; in
    columns of movements only, since balances are not added up."""
    places = [
        place
        for place, head in enumerate(sheet.heads)
        if head.key.rpartition(".")[2] in ("debit", "credit")
    ]
    if not places:
        return []
    sums = {place: Decimal(0) for place in places}
    carried = []
    for row in rows:
        if row.style in _CARRIED:
            for place in places:
                value = row.cells[place].value
                if isinstance(value, Decimal):
                    sums[place] += value
        carried.append(
            [
                reader.number(sums[place], sheet.digits) if place in sums else ""
                for place in range(len(sheet.heads))
            ]
        )
    return carried
