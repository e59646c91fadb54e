"""Exactly the list that is filtered, all of it, as a file: CSV for programs, XLSX for people.

Rows come through a cursor on the server from one snapshot, so that neither memory nor a change
meanwhile limits what is exported.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO, Final, cast

import xlsxwriter
from sqlalchemy import Row
from sqlalchemy.orm import Session
from xlsxwriter.workbook import Workbook

from core.i18n import direction
from core.web.replies import File, Reply
from core.web.request import Request
from core.web.resources.criteria import read_criteria
from core.web.resources.keyset import sorted_by
from core.web.resources.kinds import Boolean, Choice, Kind
from core.web.resources.kinds_figures import Moment, Number
from core.web.resources.listing import column_rows
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape
from core.web.resources.showing import Translate, culture_for, shower, translator

_BATCH: Final = 1000
_ROWS_OF_A_SHEET: Final = 1_000_000
_EXACT_DIGITS: Final = 15
_WORKBOOK: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_csv(shape: Shape, session: Session, request: Request) -> Reply:
    """The list as CSV in UTF-8: ISO dates, decimal points, titles in the reader's language."""
    return File(_csv_chunks(shape, session, request), f"{shape.name}.csv", _CSV)


def export_xlsx(shape: Shape, session: Session, request: Request) -> Reply:
    """The list as a workbook, with real numbers and dates."""
    return File(_workbook(shape, session, request), f"{shape.name}.xlsx", _XLSX)


@contextmanager
def _exported(shape: Shape, session: Session, request: Request) -> Iterator[Iterator[Row[Any]]]:
    """The rows of the filtered list, in its order, as of one moment."""
    query = request.query.multi_items()
    criteria = read_criteria(shape, query, culture_for(request), strict=False)
    shown = [column.attribute for column in shape.columns] + [key for key, _ in criteria.order]
    statement = narrow(session, shape, column_rows(shape), criteria, *shown)
    connection = session.connection()
    # A session that only reads has no transaction of its own, which a cursor lives in.
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        rows = session.execute(
            sorted_by(statement, criteria.order), execution_options={"yield_per": _BATCH}
        )
        yield iter(rows)
        rows.close()
    finally:
        connection.exec_driver_sql("ROLLBACK")


def _csv_chunks(shape: Shape, session: Session, request: Request) -> Iterator[bytes]:
    translate = translator(session, request)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([translate(column.title) for column in shape.columns])
    writes = [_csv_writer(column.kind, request, translate) for column in shape.columns]
    # The mark at the beginning is what tells spreadsheets that this is UTF-8.
    yield b"\xef\xbb\xbf"
    with _exported(shape, session, request) as rows:
        for number, row in enumerate(rows, start=1):
            values = zip(writes, row[1:], strict=True)
            writer.writerow(["" if value is None else write(value) for write, value in values])
            if number % _BATCH == 0:
                yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _csv_writer(kind: Kind, request: Request, translate: Translate) -> Any:
    if isinstance(kind, Choice | Boolean):
        return shower(kind, culture_for(request), translate)
    if kind.figure or kind.ranged:
        return kind.write
    return lambda value: _harmless(kind.write(value))


def _harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


def _workbook(shape: Shape, session: Session, request: Request) -> BinaryIO:
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115, closed once sent
    try:
        with (
            _exported(shape, session, request) as rows,
            xlsxwriter.Workbook(file, _WORKBOOK) as book,
        ):
            _fill(book, rows, shape, request, translator(session, request))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(
    book: Workbook, rows: Iterator[Row[Any]], shape: Shape, request: Request, translate: Translate
) -> None:
    formats = [_format(book, column.kind) for column in shape.columns]
    values = [_cell(column.kind, request, translate) for column in shape.columns]
    sheet, line = _sheet(book, shape, request, translate), 1
    for row in rows:
        if line >= _ROWS_OF_A_SHEET:
            sheet, line = _sheet(book, shape, request, translate), 1
        for place, (value, cell) in enumerate(zip(row[1:], values, strict=True)):
            if value is not None:
                sheet.write(line, place, cell(value), formats[place])
        line += 1


def _sheet(book: Workbook, shape: Shape, request: Request, translate: Translate) -> Any:
    sheet = book.add_worksheet()
    if direction(request.locale) == "rtl":
        sheet.right_to_left()
    head = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(shape.columns):
        sheet.set_column(place, place, 16 if column.kind.figure else 22)
        sheet.write_string(0, place, translate(column.title), head)
    return sheet


def _format(book: Workbook, kind: Kind) -> Any:
    if isinstance(kind, Number):
        return book.add_format({"num_format": "#,##0.00" if kind.least else "#,##0.######"})
    patterns = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "time": "hh:mm"}
    pattern = patterns.get(kind.control)
    return book.add_format({"num_format": pattern}) if pattern else None


def _cell(kind: Kind, request: Request, translate: Translate) -> Any:
    """What a workbook holds for a value: Excel knows no zones and 15 digits."""
    if isinstance(kind, Moment):
        zone = culture_for(request).zone
        return lambda value: value.astimezone(zone).replace(tzinfo=None)
    if isinstance(kind, Choice | Boolean):
        return shower(kind, culture_for(request), translate)
    return _native


def _native(value: Any) -> Any:
    if isinstance(value, Decimal):
        exact = len(value.as_tuple().digits) <= _EXACT_DIGITS
        return value if exact else f"{value:f}"
    if isinstance(value, bool | int | str | date | datetime | time):
        too_long = isinstance(value, int) and abs(value) >= 10**_EXACT_DIGITS
        return str(value) if too_long else value
    return str(value)
