"""Writes the files that people get from the import: workbooks and CSV, harmless to open."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final, cast

import xlsxwriter

from core.i18n import direction
from core.importing.rows import harmless

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the titles of its columns and rows of texts."""

    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[str]]


def csv_file(sheet: Sheet, separator: str = ",") -> Iterator[bytes]:
    """The sheet as CSV in UTF-8, with the mark that spreadsheets know it by."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator)
    for row in chain([sheet.titles], sheet.rows):
        writer.writerow([harmless(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def workbook(sheets: Iterable[Sheet], locale: str) -> BinaryIO:
    """The sheets as a workbook, at its start; the caller closes it."""
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115
    with xlsxwriter.Workbook(file, _WORKBOOK) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            if direction(locale) == "rtl":
                page.right_to_left()
            page.freeze_panes(1, 0)
            page.set_column(0, max(0, len(sheet.titles) - 1), 22)
            for place, title in enumerate(sheet.titles):
                page.write_string(0, place, title, head)
            for line, row in enumerate(sheet.rows, start=1):
                for place, cell in enumerate(row):
                    page.write_string(line, place, cell)
    file.seek(0)
    return file
