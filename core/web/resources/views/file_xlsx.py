"""A list as a workbook: real numbers and dates, groups that fold, totals, one sheet or several."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO, Final, cast

import xlsxwriter
from sqlalchemy.orm import Session
from xlsxwriter.workbook import Workbook

from core.declare import msg
from core.i18n import direction
from core.web.request import Request
from core.web.resources.counting import Total
from core.web.resources.kinds import Boolean, Choice, Kind, Reference
from core.web.resources.kinds_figures import Integer, Measure, Moment, Number
from core.web.resources.list_rows import Titles, shown
from core.web.resources.shape import Shown
from core.web.resources.views.asking import Asked
from core.web.resources.views.export_rows import GroupLine, Rows, lines_of, snapshot, totals_of

_ROWS_OF_A_SHEET: Final = 1_000_000
_EXACT_DIGITS: Final = 15
_LONGEST: Final = 32_767
"""Letters that a cell can hold."""
_WORKBOOK: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
_PATTERNS: Final = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "time": "hh:mm"}


def workbook(session: Session, request: Request, asked: Asked) -> BinaryIO:
    """The file, open at its beginning and on disk."""
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115, closed once sent
    try:
        with snapshot(session), xlsxwriter.Workbook(file, _WORKBOOK) as book:
            filler = _Filler(book, asked, rtl=direction(request.locale) == "rtl")
            with lines_of(session, asked) as lines:
                for line in lines:
                    filler.add(line)
            filler.add_totals(totals_of(session, asked))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


class _Filler:
    """Fills sheet after sheet, from the first line to the last: none is held in memory."""

    def __init__(self, book: Workbook, asked: Asked, *, rtl: bool) -> None:
        self._book, self._asked, self._rtl = book, asked, rtl
        self._columns = asked.state.columns
        self._depth = len(asked.state.grouping) - asked.state.level
        self._plain = [_format(book, column.kind) for column in self._columns]
        bold = {"bold": True, "bottom": 4, "bg_color": "#F1F5F5"}
        self._sums = [_format(book, column.kind, bold) for column in self._columns]
        self._heading = book.add_format(bold)
        self._sheet, self._line = self._new_sheet(), 1

    def add(self, line: GroupLine | Rows) -> None:
        """Write the next lines."""
        if isinstance(line, GroupLine):
            title = f"{'  ' * line.level}{line.titles[-1]} ({line.count})"
            self._add_sums(title, line.totals, level=line.level)
            return
        cells = [_cell(self._asked, column, line.titles) for column in self._columns]
        for row in line.rows:
            self._make_room()
            if self._depth:
                self._sheet.set_row(self._line, None, None, {"level": self._depth})
            for place, (value, cell) in enumerate(zip(row[1:], cells, strict=False)):
                if value is not None:
                    self._sheet.write(self._line, place, cell(value), self._plain[place])
            self._line += 1

    def add_totals(self, totals: list[Total]) -> None:
        """Write the sums of everything."""
        if totals:
            self._add_sums(self._asked.translate(msg("Total")), tuple(totals), level=0)

    def _add_sums(self, title: str, totals: tuple[Total, ...], *, level: int) -> None:
        """A line with a title and sums; a further line for each further currency."""
        for currency in dict.fromkeys(total.currency for total in totals) or [""]:
            self._make_room()
            if level:
                self._sheet.set_row(self._line, None, None, {"level": level})
            amounts: Mapping[str, Any] = {
                total.column: total.amount for total in totals if total.currency == currency
            }
            for place, column in enumerate(self._columns):
                amount, style = amounts.get(column.name), self._sums[place]
                if place == 0 and amount is None:
                    text = f"{title} {currency}" if currency else title
                    self._sheet.write_string(self._line, 0, text[:_LONGEST], self._heading)
                elif amount is None:
                    self._sheet.write_blank(self._line, place, None, style)
                else:
                    self._sheet.write(self._line, place, _native(amount), style)
            self._line += 1

    def _make_room(self) -> None:
        if self._line >= _ROWS_OF_A_SHEET:
            self._sheet, self._line = self._new_sheet(), 1

    def _new_sheet(self) -> Any:
        sheet = self._book.add_worksheet()
        if self._rtl:
            sheet.right_to_left()
        sheet.outline_settings(symbols_below=False)
        head = self._book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, 16 if column.kind.figure else 22)
            sheet.write_string(0, place, self._asked.translate(column.title), head)
        return sheet


def _format(book: Workbook, kind: Kind, more: Mapping[str, Any] | None = None) -> Any:
    pattern = _PATTERNS.get(kind.control, "")
    if isinstance(kind, Number):
        pattern = "#,##0.00" if kind.least else "#,##0.######"
    elif isinstance(kind, Integer):
        pattern = "0" if kind.code else "#,##0"
    elif isinstance(kind, Measure):
        pattern = "#,##0.######"
    look = {**(more or {}), **({"num_format": pattern} if pattern else {})}
    return book.add_format(look) if look else None


def _cell(asked: Asked, column: Shown, titles: Titles) -> Callable[[Any], Any]:
    """What a workbook holds for a value: Excel knows no zones and 15 digits."""
    kind = column.kind
    if isinstance(kind, Moment):
        zone = asked.culture.zone
        return lambda value: value.astimezone(zone).replace(tzinfo=None)
    if isinstance(kind, Choice | Boolean | Reference) or not (kind.figure or kind.ranged):
        show = shown(column, asked.culture, asked.translate, titles)
        return lambda value: show(value)[:_LONGEST]
    return _native


def _native(value: Any) -> Any:
    if isinstance(value, Decimal):
        exact = len(value.as_tuple().digits) <= _EXACT_DIGITS
        return value if exact else f"{value:f}"
    if isinstance(value, bool | int | str | date | datetime | time):
        too_long = isinstance(value, int) and abs(value) >= 10**_EXACT_DIGITS
        return str(value) if too_long else value
    return str(value)
