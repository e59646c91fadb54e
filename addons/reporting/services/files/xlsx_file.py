"""A report as a workbook whose sums and comparisons are formulas over its own cells."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from sqlalchemy.orm import Session
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from addons.reporting.services.definitions.formulas import signs_of, written
from addons.reporting.services.files.words import (
    MARKS,
    WORDS,
    group_title,
    head_title,
    subtitle,
)
from addons.reporting.services.sheet import Head, Sheet, SheetRow
from core.api import Reader, msg

_WORKBOOK: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001, a workbook knows no zone; bytes stay the same
_EXACT_DIGITS: Final = 15
_LONGEST: Final = 32_000
_INDENT_MOST: Final = 15
_FIRST_DAY: Final = date(1900, 3, 1)
"""The first day on which Excel's calendar is right."""


def xlsx_of(session: Session, sheet: Sheet, reader: Reader) -> bytes:
    """The workbook; the same report gives the same bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _WORKBOOK) as book:
        book.set_properties({"title": sheet.title, "created": _MADE})
        book.set_calc_mode("auto")
        _Writer(book, sheet, reader).write(subtitle(session, reader, sheet))
    return buffer.getvalue()


class _Writer:
    """Writes one sheet from its title to its last row."""

    def __init__(self, book: Any, sheet: Sheet, reader: Reader) -> None:
        self._book, self._sheet, self._reader = book, sheet, reader
        self._page = book.add_worksheet(_tab(sheet.title))
        self._formats: dict[tuple[str, bool, int, bool], Any] = {}
        self._line = 0
        self._shown = [row for row in sheet.rows if not row.hidden]
        self._rows = {row.key: row for row in sheet.rows}
        self._places: dict[str, int] = {}
        self._columns = {head.key: place for place, head in enumerate(sheet.heads, start=1)}

    def write(self, told: str) -> None:
        """All of it."""
        page = self._page
        if self._reader.direction == "rtl":
            page.right_to_left()
        page.outline_settings(symbols_below=False)
        page.set_landscape() if len(self._sheet.heads) > 4 else page.set_portrait()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_column(0, 0, 44)
        for place, head in enumerate(self._sheet.heads, start=1):
            page.set_column(place, place, 34 if head.kind == "text" else 17)
        self._words(self._sheet.title, {"bold": True, "font_size": 14})
        self._words(told, {"font_color": "#566570"})
        for note in self._sheet.notes:
            self._words(self._reader.say(note), {"font_color": "#566570"})
        self._heads()
        self._places = {row.key: self._line + at for at, row in enumerate(self._shown)}
        for row in self._shown:
            self._row(row)
        self._line += 1
        self._checks()

    def _words(self, text: str, look: Mapping[str, Any]) -> None:
        self._page.write_string(self._line, 0, text[:_LONGEST], self._book.add_format(look))
        self._line += 1

    def _heads(self) -> None:
        look = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        right = self._book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "align": "right"}
        )
        self._line += 1
        heads = self._sheet.heads
        several = len({(head.start, head.end) for head in heads if head.title}) > 1
        if any(head.group for head in heads) or several:
            for place, head in enumerate(heads, start=1):
                self._page.write_string(self._line, place, group_title(self._reader, head), right)
            self._line += 1
        first = self._reader.say(self._sheet.first or msg("Title"))
        self._page.write_string(self._line, 0, first, look)
        for place, head in enumerate(heads, start=1):
            style = look if head.kind == "text" else right
            self._page.write_string(self._line, place, head_title(self._reader, head), style)
        self._line += 1
        self._page.freeze_panes(self._line, 1)
        self._page.repeat_rows(self._line - 1)

    def _row(self, row: SheetRow) -> None:
        page, line = self._page, self._line
        if row.parent:
            page.set_row(line, None, None, {"level": 1, "hidden": row.folded})
        title = row.title
        look = self._look("date" if isinstance(title, date) else "text", row)
        if isinstance(title, date) and title >= _FIRST_DAY:
            page.write_datetime(line, 0, datetime(title.year, title.month, title.day), look)  # noqa: DTZ001
        else:
            words = title.isoformat() if isinstance(title, date) else self._reader.say(title)
            page.write_string(line, 0, words[:_LONGEST], look)
        for place, head in enumerate(self._sheet.heads):
            self._cell(row, place, head)
        self._line += 1

    def _cell(self, row: SheetRow, place: int, head: Head) -> None:
        value, page, line, column = row.cells[place].value, self._page, self._line, place + 1
        if isinstance(value, str):
            page.write_string(line, column, value[:_LONGEST], self._look("text", row))
        elif isinstance(value, date):
            look = self._look("date", row)
            page.write_datetime(line, column, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001
        elif isinstance(value, Decimal):
            self._figure(row, place, head, value)
        elif row.strong:
            page.write_blank(line, column, None, self._look("text", row))

    def _figure(self, row: SheetRow, place: int, head: Head, value: Decimal) -> None:
        page, line, column = self._page, self._line, place + 1
        look = self._look(head.kind, row)
        shown = value / 100 if head.kind == "percent" else value
        if len(value.as_tuple().digits) > _EXACT_DIGITS:
            # More digits than a cell can hold would be rounded in silence.
            page.write_string(line, column, f"{value:f}", self._look("text", row))
            return
        formula = self._formula(row, head, column)
        if formula:
            page.write_formula(line, column, f"={formula}", look, float(shown))
        else:
            page.write_number(line, column, float(shown), look)

    def _formula(self, row: SheetRow, head: Head, column: int) -> str:
        """What the figure is made of, in cells; empty where it was read from the books."""
        here = self._line
        if head.less or head.ratio:
            first, second = head.less or head.ratio or ("", "")
            now = xl_rowcol_to_cell(here, self._columns[first])
            then = xl_rowcol_to_cell(here, self._columns[second])
            if head.less:
                return f"{now}-{then}"
            return f'IF({then}=0,"",({now}-{then})/ABS({then}))'
        if head.runs and (row.style == "line" or self._ends_lines(row)):
            before = xl_rowcol_to_cell(here - 1, column)
            if row.style != "line":
                return before
            debit, credit = (xl_rowcol_to_cell(here, self._columns[key]) for key in head.runs)
            return f"{before}+{debit}-{credit}"
        if row.tree is not None and signs_of(row.tree) is not None:
            return written(row.tree, lambda key: self._name(key, column))
        return self._sum(row.sums, column) if row.sums else ""

    def _ends_lines(self, row: SheetRow) -> bool:
        return row.key.endswith(".total")

    def _name(self, key: str, column: int) -> str:
        """The cell of a row; of one that is not shown, its parts, or nothing."""
        if key in self._places:
            return xl_rowcol_to_cell(self._places[key], column)
        row = self._rows.get(key)
        if row is None:
            return "0"
        if row.tree is not None:
            return written(row.tree, lambda other: self._name(other, column))
        return self._sum(row.sums, column)

    def _sum(self, keys: Sequence[str], column: int) -> str:
        ranges = _ranges(self._places[key] for key in keys if key in self._places)
        name = xl_col_to_name(column)
        parts = [f"{name}{first + 1}:{name}{last + 1}" for first, last in ranges]
        return f"SUM({','.join(parts)})" if parts else "0"

    def _look(self, kind: str, row: SheetRow) -> Any:
        strong = row.strong or row.style in ("heading", "total")
        key = (kind, strong, row.level, row.style == "total")
        if key not in self._formats:
            look: dict[str, Any] = {"bold": strong}
            if kind == "text":
                look["indent"] = min(row.level, _INDENT_MOST)
            elif kind == "date":
                look |= {"num_format": "yyyy-mm-dd", "align": "left", "indent": row.level}
            elif kind == "percent":
                look["num_format"] = "0.0%"
            else:
                digits = self._sheet.digits
                look["num_format"] = "#,##0" + ("." + "0" * digits if digits else "")
            if row.style == "total":
                look["top"] = 1
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]

    def _checks(self) -> None:
        colours = {"good": "#17693F", "warning": "#7D5200", "bad": "#A32A2A", "note": "#566570"}
        for check in self._sheet.checks:
            words = self._reader.say(WORDS[check.state])
            text = f"{MARKS[check.state]} {words}: {self._reader.say(check.sentence)}"
            self._words(text, {"font_color": colours[check.state]})


def _ranges(lines: Iterable[int]) -> list[tuple[int, int]]:
    """Lines as ranges of neighbours, so that a long sum stays a short formula."""
    found: list[tuple[int, int]] = []
    for line in sorted(lines):
        if found and found[-1][1] == line - 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found


def _tab(title: str) -> str:
    """A name that Excel takes for a sheet."""
    plain = "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)
    return " ".join(plain.split())[:31] or "Report"
