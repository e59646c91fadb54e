"""Rows of a CSV file, read as they come: any encoding, four separators, never all in memory."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from core.i18n import phrase
from core.importing.encodings import Encoding
from core.importing.errors import unreadable
from core.importing.rows import Row, plain_text

SEPARATORS: Final = (",", ";", "\t", "|")
MAX_CELL: Final = 64 * 1024
"""Characters of a cell. More is a quotation mark that was never closed."""
_LOOKED_AT: Final = 200
_SAMPLE: Final = 128 * 1024


def csv_rows(file: BinaryIO, encoding: Encoding, separator: str) -> Iterator[Row]:
    """The rows from the file's start; raises InvalidInput where the file cannot be read on."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    line = 0
    try:
        csv.field_size_limit(MAX_CELL)
        for line, cells in enumerate(csv.reader(text, delimiter=separator), start=1):
            yield Row(line, [plain_text(cell) for cell in cells])
    except UnicodeError:
        raise unreadable(
            phrase("After row {line} the letters of the file cannot be read.", line=str(line)),
            fix=phrase("Choose another encoding, or save the file as CSV UTF-8."),
        ) from None
    except csv.Error:
        raise unreadable(
            phrase("Row {line} opens a quotation mark that is not closed.", line=str(line + 1)),
            fix=phrase("Close it, or write a quotation mark within a cell twice."),
        ) from None
    finally:
        if not file.closed:  # rows that nobody reads on may outlive their file
            text.detach()  # the file is the caller's to close


def find_separator(file: BinaryIO, encoding: Encoding) -> str:
    """The separator that cuts most rows at the beginning into the same number of cells."""
    file.seek(0)
    head = file.read(_SAMPLE).decode(encoding, errors="replace")
    file.seek(0)
    # "sep=;" in the first line is how spreadsheets are told.
    first = head.partition("\n")[0].strip().lower()
    if first.startswith("sep=") and first[4:5] in SEPARATORS:
        return first[4]
    lines = head.splitlines()[:_LOOKED_AT]
    return max(SEPARATORS, key=lambda separator: _evenness(lines, separator))


def _evenness(lines: list[str], separator: str) -> tuple[float, int]:
    try:
        rows = islice(csv.reader(lines, delimiter=separator), _LOOKED_AT)
        widths = Counter(len(row) for row in rows if row)
    except csv.Error:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
    return (count / widths.total() if width > 1 else 0.0), width
