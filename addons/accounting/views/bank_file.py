"""The file that a bank statement came in, to be had again as it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankStatement
from addons.accounting.permissions import VIEW_BOOKS
from addons.accounting.views.bank_import import AREA
from core.api import File, NotFound, Request, Route, Slot, msg, open_file, phrase

_ARCHIVE: Final = b"PK\x03\x04"


def download(session: Session, request: Request) -> File:
    """The bytes that were imported, under the name they had; raises NotFound where a statement
    was not brought in as a file."""
    statement = session.get(BankStatement, request.path_params["id"])
    if statement is None:
        raise NotFound(phrase("There is no such bank statement."))
    # Never shown by the browser: what a bank's file holds is anybody's.
    file = _file(session, statement)
    return File(file, _name(statement, file))


def _name(statement: BankStatement, file: BinaryIO) -> str:
    """A statement out of an archive is called as it was in there; what comes is the archive."""
    name = statement.file_name or f"statement-{statement.id}"
    is_archive = file.read(len(_ARCHIVE)) == _ARCHIVE
    file.seek(0)
    return f"{name}.zip" if is_archive and not name.lower().endswith((".zip", ".xlsx")) else name


def _file(session: Session, statement: BankStatement) -> BinaryIO:
    return open_file(session, statement.file_digest, area=AREA)


def _tool(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    statement = given["record"]
    if given["shape"].full_name != "accounting.bank-statements":
        return None
    try:
        _file(session, statement).close()
    except NotFound:
        return None
    href = f"/accounting/bank/statements/{statement.id}/file"
    return {"href": href, "label": msg("Original file"), "icon": "download"}


ROUTES: Final = (Route("GET", "/bank/statements/{id:int}/file", download, VIEW_BOOKS),)
SLOTS: Final = (Slot("core.record.tools", "accounting/record_tool.html", _tool, VIEW_BOOKS),)
