"""Which kind of bank file this is, told by its content, and what it says.

Nothing is kept here. A file is read whole or refused; sizes are bounded before anything is parsed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from addons.accounting.services.bank.errors import unreadable
from addons.accounting.services.bank.formats import camt, mt940, ofx, qif
from addons.accounting.services.bank.formats.table import read_table_statement
from addons.accounting.services.bank.formats.table_mapping import TableMapping
from addons.accounting.services.bank.formats.table_proposal import propose
from addons.accounting.services.bank.values import BankStatement
from core.api import Table, phrase, read_table

FileFormat = Literal["camt", "mt940", "ofx", "qif", "table"]
MAX_BYTES: Final = 20 * 2**20
"""A year of a busy account is some 10 MB."""
MAX_ROWS: Final = 50_000
_MAX_PARTS: Final = 100
_HEAD: Final = 64 * 1024
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class BankFile:
    """One file (of an archive: one of its files). A table has its rows and the mapping that they
    were or would be read with; `statements` is empty while the mapping is only a proposal."""

    format: FileFormat
    statements: tuple[BankStatement, ...]
    name: str = ""
    table: Table | None = None
    mapping: TableMapping | None = None


def read_bank_file(
    content: bytes,
    name: str = "",
    *,
    known: TableMapping | None = None,
    mapping: TableMapping | None = None,
    day_order: str = "",
) -> tuple[BankFile, ...]:
    """What a file says, or the files of an archive, in their order.

    A table is read by `mapping`, or by the `known` one of the bank account if its titles are those
    that it was made for; else it comes back with a proposal and without statements. Raises
    BankFileIsUnreadable with line or element, and BankFileIsAmbiguous with the question.
    """
    if len(content) > MAX_BYTES:
        raise unreadable(
            phrase("A bank file has at most {limit} MB.", limit=MAX_BYTES // 2**20),
            fix=phrase("Ask the bank for shorter periods, or split the file."),
        )
    if not content.strip():
        raise unreadable(phrase("The file is empty."))
    if content.startswith(_ZIP) and not _is_workbook(content):
        files = tuple(
            replace(file, name=part)
            for part, inner in _unpacked(content)
            for file in read_bank_file(
                inner, part, known=known, mapping=mapping, day_order=day_order
            )
        )
        if not files:
            raise unreadable(phrase("The archive holds no files."))
        return files
    return (_read(content, name, known, mapping, day_order),)


def recognised(content: bytes) -> FileFormat:
    """The format, by what only that format has; anything else is taken for a table.

    Raises BankFileIsUnreadable for what is certainly none of them.
    """
    head = content[:_HEAD]
    if ofx.SIGN.search(head):
        return "ofx"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if camt.SIGN.search(head):
            return "camt"
        raise unreadable(
            phrase("The file is XML, but neither CAMT nor OFX."),
            fix=phrase("Ask the bank for the statement as CAMT.053."),
        )
    if head.startswith(b"%PDF"):
        raise unreadable(
            phrase("A PDF is made for reading by people."),
            fix=phrase("Download the statement as CAMT.053, MT940, OFX, QIF, CSV or XLSX."),
        )
    if qif.SIGN.search(head[:2048]):
        return "qif"
    return "mt940" if mt940.SIGN.search(head) else "table"


def _read(
    content: bytes, name: str, known: TableMapping | None, mapping: TableMapping | None, order: str
) -> BankFile:
    kind = recognised(content)
    if kind == "camt":
        return BankFile(kind, camt.read_camt(content), name)
    if kind == "ofx":
        return BankFile(kind, ofx.read_ofx(content), name)
    if kind == "qif":
        return BankFile(kind, qif.read_qif(_text(content), order), name)
    if kind == "mt940":
        statements = mt940.read_mt940(_text(content))
        return BankFile(kind, mt940.require_statements(statements), name)
    return _read_table(content, name, known, mapping, order)


def _read_table(
    content: bytes, name: str, known: TableMapping | None, mapping: TableMapping | None, order: str
) -> BankFile:
    given = mapping or known
    table = read_table(
        io.BytesIO(content),
        encoding=given.encoding if given else "",
        separator=given.separator if given else "",
        limit=MAX_ROWS,
    )
    usable = mapping or (known if known and known.fits(table.rows) else None)
    if usable is None:
        return BankFile("table", (), name, table, propose(table))
    if order and not usable.day_order:
        usable = replace(usable, day_order=order)
    return BankFile("table", read_table_statement(table, usable), name, table, usable)


def _text(content: bytes) -> str:
    """Text as banks encode it: UTF-8, or a Western single-byte encoding."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, each within the bounds of a file by itself and together."""
    left = 2 * MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            if len(parts) > _MAX_PARTS:
                raise _too_large()
            for part in parts:
                with archive.open(part) as file:
                    inner = file.read(min(MAX_BYTES, left) + 1)
                if len(inner) > min(MAX_BYTES, left):
                    raise _too_large()
                if inner.startswith(_ZIP) and not _is_workbook(inner):
                    raise unreadable(phrase("An archive within the archive is not opened."))
                left -= len(inner)
                yield part.filename.rpartition("/")[2], inner
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError):
        raise unreadable(
            phrase("The archive cannot be opened: it is damaged, or locked by a password."),
            fix=phrase("Unpack it and choose the files themselves."),
        ) from None


def _too_large() -> Exception:
    return unreadable(
        phrase("The archive holds too much."), fix=phrase("Unpack it and choose fewer files.")
    )
