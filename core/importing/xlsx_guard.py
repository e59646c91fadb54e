"""Looks at a workbook before anything parses it: a few kilobytes can unpack to gigabytes, or name
a cell so far out that a table up to it would fill the memory.

Everything is unpacked once, in pieces that are thrown away, and counted.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from core.i18n import phrase
from core.importing.errors import unreadable

MAX_UNPACKED: Final = 400 * 2**20
"""Bytes of all parts together; 100,000 rows of 15 columns are some 80 MB."""
MAX_RATIO: Final = 250
"""Unpacked against packed bytes of a large part. Sheets reach 30; a bomb has 1,000."""
MAX_PARTS: Final = 2_000
MAX_ROWS: Final = 500_000
MAX_COLUMNS: Final = 500
MAX_CELLS: Final = 15_000_000
_SMALL: Final = 5 * 2**20
_CHUNK: Final = 2**20
_PLACE = re.compile(rb'<c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_LONGEST_TAG: Final = 200
_ENCRYPTED: Final = 0x1
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip
"""What zipfile raises for archives that are none; a RuntimeError for ways to pack it knows not."""


@dataclass(slots=True)
class _Extent:
    """How far the cells of a sheet reach."""

    columns: int = 0
    rows: int = 0

    def take(self, piece: bytes) -> None:
        for column, row in _PLACE.findall(piece):
            self.columns = max(self.columns, _number(column))
            self.rows = max(self.rows, int(row))

    def require_bounded(self) -> None:
        if self.rows > MAX_ROWS:
            raise _too_many(phrase("rows"), MAX_ROWS)
        if self.columns > MAX_COLUMNS:
            raise _too_many(phrase("columns"), MAX_COLUMNS)
        if self.rows * self.columns > MAX_CELLS:
            raise _too_many(phrase("cells"), MAX_CELLS)


def require_harmless(file: BinaryIO) -> None:
    """Raise InvalidInput for a workbook that is none, or that would not fit; the file is at its
    start again after."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _look_through(archive)
    except _DAMAGED as error:
        raise unreadable(
            phrase("This is no Excel workbook, or it is damaged."),
            fix=phrase("Open it in Excel, save it as .xlsx, and send that."),
        ) from error
    file.seek(0)


def _look_through(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _bomb()
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise unreadable(
            phrase("The workbook is protected by a password."),
            fix=phrase("Save a copy without the password."),
        )
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise zipfile.BadZipFile("no workbook inside")
    unpacked = 0
    for part in parts:
        if part.file_size > _SMALL and part.file_size > MAX_RATIO * max(1, part.compress_size):
            raise _bomb()
        unpacked += _unpack(archive, part)
        if unpacked > MAX_UNPACKED:
            raise _bomb()


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """The part's real size. A size that the archive misstates ends in BadZipFile."""
    extent, size, rest = _Extent(), 0, b""
    is_sheet = part.filename.startswith("xl/worksheets/")
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MAX_UNPACKED:
                raise _bomb()
            if is_sheet:
                extent.take(rest + chunk)
                extent.require_bounded()
                rest = chunk[-_LONGEST_TAG:]
    return size


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _bomb() -> Exception:
    return unreadable(
        phrase(
            "Unpacked, this workbook is larger than {limit} MB.", limit=str(MAX_UNPACKED // 2**20)
        ),
        fix=phrase("Save the sheet that you need as CSV, or split it into several files."),
    )


def _too_many(what: str, limit: int) -> Exception:
    return unreadable(
        phrase("The sheet reaches over more than {limit} {what}.", limit=f"{limit:,}", what=what),
        fix=phrase("Delete what is empty or not needed, or split the sheet into several files."),
    )
