"""The file of a report in a format, with as many lines as that format bears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.engine.listing import Extent
from addons.reporting.services.files.csv_file import csv_of
from addons.reporting.services.files.pdf_file import pdf_of
from addons.reporting.services.files.xlsx_file import xlsx_of
from core.api import InvalidInput, Resource, phrase, reader

_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv",
}
LINES: Final = {"xlsx": 100_000, "csv": 200_000, "pdf": 3_000}
"""What a file holds at most: more is of no use, and takes long to make."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file and how it is called."""

    name: str
    media_type: str
    content: bytes


def file_of(
    session: Session,
    asked: Asked,
    kind: str,
    language: str,
    written: str,
    resource: Resource,
) -> ReportFile:
    """The report as a file, with the rights of whoever acts in this session. `resource` is that
    of saved reports, whose paper it is printed on."""
    if kind not in _TYPES:
        known = ", ".join(_TYPES)
        raise InvalidInput.of("format", phrase("Choose one of: {choices}.", choices=known))
    sheet = build(session, asked, language, Extent(LINES[kind], is_file=True)).sheet
    speaking = reader(session, language, written)
    match kind:
        case "xlsx":
            content = xlsx_of(session, sheet, speaking)
        case "pdf":
            content = pdf_of(session, sheet, speaking, resource)
        case _:
            content = csv_of(sheet, speaking)
    days = "" if sheet.end is None else f" {sheet.start or ''} {sheet.end}".replace("  ", " ")
    return ReportFile(f"{sheet.title}{days}.{kind}", _TYPES[kind], content)
