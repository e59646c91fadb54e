"""The process that parses one workbook: bounded in memory and time, so that whatever a workbook
makes of the parser, it does it here. Reads standard input, writes lines of JSON.

The first line is an object: the sheets' names and the one that was read. Each further line is a
row, a list: texts as they are, everything else as a list that holds its plain writing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import orjson
import python_calamine as calamine

MAX_MEMORY: Final = 3 * 2**30
MAX_SECONDS: Final = 90


def main() -> None:
    """Write the sheet that the first argument names (none: the first one that is seen)."""
    _limit_myself()
    with calamine.load_workbook(sys.stdin.buffer) as book:
        names = [
            item.name
            for item in book.sheets_metadata
            if item.typ is calamine.SheetTypeEnum.WorkSheet
            and item.visible is calamine.SheetVisibleEnum.Visible
        ] or book.sheet_names
        wanted = sys.argv[1] if len(sys.argv) > 1 else ""
        chosen = wanted if wanted in names else names[0]
        out = sys.stdout.buffer
        out.write(orjson.dumps({"sheets": names, "sheet": chosen}) + b"\n")
        for row in _rows(book.get_sheet_by_name(chosen)):
            out.write(orjson.dumps(row) + b"\n")
        out.flush()


def _limit_myself() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def _rows(sheet: calamine.CalamineSheet) -> Iterator[list[Any]]:
    """The rows from the sheet's first one, without blank cells at their ends."""
    for cells in sheet.iter_rows():
        while cells and cells[-1] == "":
            cells.pop()
        yield [cell if isinstance(cell, str) else [plainly(cell)] for cell in cells]


def plainly(value: Any) -> str:
    """A number, date or truth as ISO and programs write it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else _decimal(value)
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _clock(value)
    return str(value)


def _clock(value: timedelta) -> str:
    """A span of time as a spreadsheet shows it: hours may go beyond a day."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _decimal(value: float) -> str:
    """The 15 digits that a spreadsheet calculates with, never in powers of ten."""
    return f"{Decimal(f'{value:.15g}'):f}"


if __name__ == "__main__":
    main()
