"""The table of sums as a file: CSV for programs, XLSX for people, with one line for each row and
currency.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO, Final, cast

import xlsxwriter
from sqlalchemy.orm import Session

from core.declare import msg
from core.i18n import direction
from core.web.displays.pivot_page import PivotAsked, read_pivot
from core.web.replies import File, Reply
from core.web.request import Request
from core.web.resources.shape import Shape
from core.web.resources.views.asking import Asked, ask_strictly

_EXACT_DIGITS: Final = 15
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pivot_csv(shape: Shape, session: Session, request: Request) -> Reply:
    """The table as CSV in UTF-8, figures with a decimal point."""
    asked = ask_strictly(session, shape, request)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for line in _lines(asked, read_pivot(asked, session, request)):
        writer.writerow([_plain(value) for value in line])
    content = b"\xef\xbb\xbf" + buffer.getvalue().encode()
    return File(content, f"{shape.name}-pivot.csv", "text/csv; charset=utf-8")


def pivot_xlsx(shape: Shape, session: Session, request: Request) -> Reply:
    """The table as a workbook, with real numbers."""
    asked = ask_strictly(session, shape, request)
    lines = _lines(asked, read_pivot(asked, session, request))
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        if direction(request.locale) == "rtl":
            sheet.right_to_left()
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 26)
        bold, figure = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.##"})
        for row, line in enumerate(lines):
            for place, value in enumerate(line):
                if isinstance(value, str) or value is None:
                    sheet.write_string(row, place, value or "", bold if row == 0 else None)
                else:
                    sheet.write(row, place, _native(value), figure)
    file.seek(0)
    return File(cast("BinaryIO", file), f"{shape.name}-pivot.xlsx", _XLSX)


def _lines(asked: Asked, found: PivotAsked) -> Iterator[list[Any]]:
    table, translate = found.table, asked.translate
    by_currency = table.currencies not in ([], [""])
    crossed = len(found.grouping) > 1
    heads = [found.titles[1].get(column, "") for column in table.across] if crossed else []
    currency_head = [translate(msg("Currency"))] if by_currency else []
    title, total = translate(found.grouping[0].filtered.title), translate(msg("Total"))
    yield [title, *currency_head, *heads, total]
    bodies = [
        (
            found.titles[0].get(row, ""),
            [table.cells.get((row, column), {}) for column in table.across],
            table.row_totals[row],
        )
        for row in table.rows
    ]
    bodies.append((total, [table.column_totals[column] for column in table.across], table.total))
    for name, cells, sums in bodies:
        for currency in table.currencies:
            if currency in sums:
                inner = [cell.get(currency) for cell in cells] if crossed else []
                yield [name, *([currency] if by_currency else []), *inner, sums[currency]]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return f"{value:f}" if isinstance(value, Decimal) else value


def _native(value: Any) -> Any:
    exact = len(str(value).replace("-", "").replace(".", "")) <= _EXACT_DIGITS
    return value if exact else f"{value}"
