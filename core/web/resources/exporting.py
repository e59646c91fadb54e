"""The list as a file, exactly as it is shown: its columns, order, filters, groups and language.

CSV for programs and spreadsheets, XLSX for people who calculate, PDF for people who read.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.web.replies import File, Reply
from core.web.request import Request
from core.web.resources.shape import Shape
from core.web.resources.views.asking import ask_strictly
from core.web.resources.views.file_csv import csv_chunks
from core.web.resources.views.file_pdf import pdf
from core.web.resources.views.file_xlsx import workbook

AS_SHOWN: Final = "shown"
_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PDF: Final = "application/pdf"


def export_csv(shape: Shape, session: Session, request: Request) -> Reply:
    """The list as CSV: ISO dates and decimal points, or with `formats=shown` as on the screen."""
    asked = ask_strictly(session, shape, request)
    as_shown = request.query.get("formats") == AS_SHOWN
    return File(csv_chunks(session, asked, as_shown=as_shown), f"{shape.name}.csv", _CSV)


def export_xlsx(shape: Shape, session: Session, request: Request) -> Reply:
    """The list as a workbook, with real numbers and dates."""
    asked = ask_strictly(session, shape, request)
    return File(workbook(session, request, asked), f"{shape.name}.xlsx", _XLSX)


def export_pdf(shape: Shape, session: Session, request: Request) -> Reply:
    """The list on paper."""
    asked = ask_strictly(session, shape, request)
    return File(pdf(session, request, asked), f"{shape.name}.pdf", _PDF)
