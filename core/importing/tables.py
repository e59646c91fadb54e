"""A small table at once: the rows of a CSV file or of a workbook's first sheet, for an addon that
reads a format of its own and no resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Literal, cast

from core.i18n import phrase
from core.importing.csv_rows import SEPARATORS, csv_rows, find_separator
from core.importing.encodings import ENCODINGS, Encoding, detect
from core.importing.errors import unreadable
from core.importing.layout import is_workbook
from core.importing.rows import Row
from core.importing.xlsx_rows import parse_workbook, parsed_rows


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that hold something, and how the file is written; a workbook has no separator."""

    kind: Literal["csv", "xlsx"]
    encoding: str
    separator: str
    rows: tuple[Row, ...]


def read_table(
    file: BinaryIO, *, encoding: str = "", separator: str = "", limit: int = 50_000
) -> Table:
    """The table; what is not said is found out. Raises InvalidInput for what is no table, and for
    more rows than the limit."""
    if is_workbook(file):
        with parse_workbook(file) as parsed:
            return Table("xlsx", "", "", _bounded(parsed_rows(parsed), limit))
    known = {name for name, _ in ENCODINGS}
    written_in = cast("Encoding", encoding) if encoding in known else detect(file)
    cut_by = separator if separator in SEPARATORS else find_separator(file, written_in)
    return Table("csv", written_in, cut_by, _bounded(csv_rows(file, written_in, cut_by), limit))


def _bounded(rows: Iterator[Row], limit: int) -> tuple[Row, ...]:
    kept = tuple(islice((row for row in rows if not row.blank), limit + 1))
    if len(kept) > limit:
        raise unreadable(
            phrase("A file has at most {limit} rows.", limit=f"{limit:,}"),
            fix=phrase("Split it into several files."),
        )
    return kept
