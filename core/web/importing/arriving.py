"""A file as it arrives: kept under its digest, looked at, and noted as an import to be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from sqlalchemy.orm import Session

from core.auth.actor import abilities_of, actor
from core.belongings import store_file
from core.db.session import binding
from core.errors import InvalidInput
from core.i18n import phrase
from core.importing.figures import Figures
from core.importing.layout import Corrections, Layout, find_layout, is_workbook
from core.importing.models import DataImport
from core.importing.xlsx_rows import parse_workbook
from core.web.request import Request, Upload
from core.web.resources.culture import culture_of

MAX_BYTES: Final = 64 * 2**20
"""Of a file that is imported: a million rows of CSV."""
MAX_NAME: Final = 200


def upload_limit(session: Session) -> int:
    """How large a file may be sent."""
    return MAX_BYTES


def sent_file(request: Request) -> Upload:
    """The file in the form; raises InvalidInput if there is none."""
    upload = request.files.get("file")
    if upload is None or not upload.name:
        raise InvalidInput.of("file", phrase("Choose a file first."))
    return upload


def arrive(
    session: Session, request: Request, target: str, *, importer: bool = False
) -> DataImport:
    """Keep the file that was sent, as a draft of an import; raises InvalidInput for one that
    cannot be read."""
    upload, who = sent_file(request), actor(session)
    held = DataImport(
        target=target,
        importer=importer,
        file_name=upload.name[-MAX_NAME:].replace("\x00", ""),
        file="",
        size=upload.size,
        user_id=who.user_id,
        user_name=who.name,
        abilities=abilities_of(who),
        locale=request.locale,
    )
    if importer:
        held.file = store_file(session, _pieces(upload.file)).digest
    else:
        _look_at(session, held, upload.file, request)
    session.add(held)
    session.flush()
    return held


def read_again(
    session: Session, held: DataImport, request: Request, known: Corrections, sheet: str
) -> Layout:
    """The layout of a file whose owner knows better how it is written."""
    layout = Layout.from_json(held.layout)
    bound = binding(session)
    files = bound.context["kernel"].files
    if layout.kind == "xlsx" and sheet in layout.sheets and sheet != layout.sheet:
        with files.open(bound.tenant, held.file) as original:
            rows = parse_workbook(original, sheet)
        with rows:
            held.rows_file = store_file(session, _pieces(rows)).digest
    with files.open(bound.tenant, held.rows_file or held.file) as file:
        return find_layout(
            file, workbook=layout.kind == "xlsx", usual=usual_figures(request), corrections=known
        )


def usual_figures(request: Request) -> Figures:
    """How the reader of the page writes numbers and dates."""
    culture = culture_of(request.locale, request.tenant.timezone)
    return Figures(culture.decimal, culture.group, culture.day_order)


def _look_at(session: Session, held: DataImport, file: BinaryIO, request: Request) -> None:
    usual = usual_figures(request)
    if is_workbook(file):
        with parse_workbook(file) as rows:
            layout = find_layout(rows, workbook=True, usual=usual)
            held.rows_file = store_file(session, _pieces(rows)).digest
    else:
        layout = find_layout(file, workbook=False, usual=usual)
    if not layout.rows:
        raise InvalidInput.of(
            "file",
            phrase("Below the titles there is no row."),
            fix=phrase("Write at least one record below the titles."),
        )
    held.file = store_file(session, _pieces(file)).digest
    held.layout = layout.to_json()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(2**18):
        yield piece
