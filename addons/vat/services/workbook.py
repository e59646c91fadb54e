"""A return as XLSX, with formulas where the form has sums: whoever opens it sees how a total comes
about, and that it is the one that was filed."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from addons.vat.models import VatReturn
from addons.vat.services.forms import Box, Column
from addons.vat.services.forms.values import Term
from addons.vat.services.sheet import Sheet

_FIRST_FIGURE = 3
_HEAD_ROWS = 5
_EXACT = Decimal(10) ** 12


def workbook_of(vat_return: VatReturn, sheet: Sheet) -> bytes:
    """The bytes of the file."""
    buffer = BytesIO()
    # No clock in the file: the same return gives the same bytes.
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": vat_return.filed_at.replace(tzinfo=None)} if vat_return.filed_at
                        else {})  # fmt: skip
    formats = {
        "bold": book.add_format({"bold": True}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "figure": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "total": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
    }
    page = book.add_worksheet("VAT")
    page.set_column(0, 0, 6)
    page.set_column(1, 2, 44)
    page.set_column(_FIRST_FIGURE, _FIRST_FIGURE + len(sheet.columns), 18)
    _head(page, vat_return, sheet, formats)
    _rows(page, sheet, formats)
    page.freeze_panes(_HEAD_ROWS, _FIRST_FIGURE)
    book.close()
    return buffer.getvalue()


def _head(page: Any, vat_return: VatReturn, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.write_string(0, 0, sheet.form.title, formats["bold"])
    page.write_string(1, 0, sheet.form.local, formats["bold"])
    days = f"{vat_return.start_date} - {vat_return.end_date}"
    page.write_string(2, 0, f"{days}  {vat_return.currency}")
    page.write_string(3, 0, vat_return.content_hash)
    titles = ["", "", ""] + [f"{title}\n{local}" for _, title, local in sheet.columns]
    for at, title in enumerate(titles):
        page.write_string(_HEAD_ROWS - 1, at, title, formats["head"])


def _rows(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    places = {row.box.key: _HEAD_ROWS + at for at, row in enumerate(sheet.rows)}
    names: list[Column] = [column[0] for column in sheet.columns]
    for row in sheet.rows:
        at = places[row.box.key]
        page.write_string(at, 0, row.box.shown_number, formats["wrap"])
        page.write_string(at, 1, row.box.title, formats["wrap"])
        page.write_string(at, 2, row.box.local, formats["wrap"])
        for place, (name, value) in enumerate(zip(names, row.cells, strict=True)):
            if value is None:
                continue
            column = _FIRST_FIGURE + place
            formula = _formula(row.box, name, places, names)
            if abs(value) >= _EXACT:
                # A spreadsheet keeps fifteen digits, and would change the figure in silence.
                page.write_string(at, column, f"{value:,}", formats["total"])
            elif formula:
                page.write_formula(at, column, formula, formats["total"], float(value))
            else:
                page.write_number(at, column, float(value), formats["figure"])


def _formula(box: Box, name: Column, places: dict[str, int], names: list[Column]) -> str:
    """The cells that a total is made of; empty for a figure of its own."""
    terms: list[Term] = [(key, name, 1) for key in box.sums]
    if name == "tax":
        terms += box.formula
    cells = [
        ("+" if sign > 0 else "-")
        + xl_rowcol_to_cell(places[key], _FIRST_FIGURE + names.index(column))
        for key, column, sign in terms
    ]
    return "=" + "".join(cells) if cells else ""
