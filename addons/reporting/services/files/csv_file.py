"""A report as CSV in UTF-8, for programs: ISO dates, decimal points, no formula anywhere."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Final

from addons.reporting.services.files.words import group_title, head_title
from addons.reporting.services.sheet import Sheet, Value
from core.api import Reader, msg

_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
_BOM: Final = "\ufeff"  # tells spreadsheets that this is UTF-8


def csv_of(sheet: Sheet, reader: Reader) -> bytes:
    """The rows that are shown, each with its key and level so that programs find them again."""
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    grouped = any(head.group for head in sheet.heads) or _repeats(sheet)
    titles = [
        f"{group_title(reader, head)} {head_title(reader, head)}"
        if grouped and head.title
        else head_title(reader, head)
        for head in sheet.heads
    ]
    first = reader.say(sheet.first or msg("Title"))
    write([harmless(text) for text in ("key", "level", first, *titles)])
    for row in sheet.rows:
        if not row.hidden:
            title = row.title if isinstance(row.title, date) else reader.say(row.title)
            cells = [_plain(cell.value) for cell in row.cells]
            write([row.key, row.level, _plain(title), *cells])
    return (_BOM + buffer.getvalue()).encode()


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(_RISKY) else text


def _repeats(sheet: Sheet) -> bool:
    titles = [head.title for head in sheet.heads if head.title]
    return len(titles) != len(set(titles))


def _plain(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
    return harmless(value)
