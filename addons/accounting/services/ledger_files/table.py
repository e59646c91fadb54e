"""A CSV file as it comes: unpacked, decoded, cut into rows that know their line."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from core.api import ImportProblem, phrase

_GZIP = b"\x1f\x8b"
_DELIMITERS = (",", ";", "\t", "|")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
MAX_BYTES = 512 * 1024 * 1024


Columns = tuple[str, ...]


class UnreadableFile(Exception):
    """The file cannot be read at all; `problem` says why."""

    def __init__(self, problem: ImportProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Row(NamedTuple):
    """A row that is not empty, with the line of the file on which it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The names in the first row, in lower case, and the rows below it."""

    columns: Columns
    rows: tuple[Row, ...]


def read_table(content: bytes, require: Callable[[Columns], object]) -> Table:
    """The table in a CSV file, gzipped or not; raises UnreadableFile. So may `require`, which
    looks at the columns first: what is no such table at all should not be called a broken one."""
    rows = _rows(_decoded(_unpacked(content)))
    first = next(rows, None)
    if first is None:
        raise UnreadableFile(ImportProblem(1, phrase("The file is empty.")))
    columns = tuple(cell.lower() for cell in first.cells)
    require(columns)
    return Table(columns, tuple(rows))


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        message = phrase("The gzip file is damaged: {reason}.", reason=str(error))
        raise UnreadableFile(ImportProblem(1, message)) from error
    if len(unpacked) > MAX_BYTES:
        message = phrase("The file is larger than {size} MB; split it.", size=MAX_BYTES >> 20)
        raise UnreadableFile(ImportProblem(1, message))
    return unpacked


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = phrase("The file is not in UTF-8; save it in that encoding.")
        raise UnreadableFile(ImportProblem(line, message)) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableFile(ImportProblem(line, phrase("This is not a text file.")))
    return text


def _rows(text: str) -> Iterator[Row]:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            stripped = tuple(map(str.strip, cells))
            if any(stripped):
                yield Row(line, stripped)
            # A quoted cell may run over several lines.
            line = reader.line_num + 1
    except csv.Error as error:
        message = phrase("This row cannot be read: {reason}.", reason=str(error))
        raise UnreadableFile(ImportProblem(line, message)) from error
