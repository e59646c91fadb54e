"""How one file is written: what was found out about it, which whoever brings it may correct."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, BinaryIO, Final, Literal, cast

from core.i18n import phrase
from core.importing.csv_rows import SEPARATORS, csv_rows, find_separator
from core.importing.encodings import ENCODINGS, Encoding, detect
from core.importing.errors import unreadable
from core.importing.figures import DAY_ORDERS, DECIMALS, Figures, detect_figures
from core.importing.headers import LOOKED_AT, find_header, titles_in
from core.importing.rows import Row
from core.importing.xlsx_guard import MAX_COLUMNS, MAX_ROWS
from core.importing.xlsx_rows import parsed_rows, sheets_in

SAMPLE: Final = 300
"""Rows that are looked at to find out how a file is written."""
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Layout:
    """`header` is the line of the titles; `rows` counts the lines below it that hold something.
    A workbook has sheets and typed cells; a CSV file an encoding and a separator."""

    kind: Literal["csv", "xlsx"]
    decimal: str
    group: str
    day_order: str
    header: int
    titles: tuple[str, ...]
    rows: int
    encoding: Encoding = "utf-8-sig"
    separator: str = ","
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    @property
    def fingerprint(self) -> str:
        """What files of the same shape have in common: their titles, in their order."""
        titles = "\x1f".join(title.casefold() for title in self.titles)
        return hashlib.sha256(titles.encode()).hexdigest()[:32]

    def to_json(self) -> dict[str, Any]:
        """As it is stored with an import."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Layout:
        """What `to_json` gave."""
        texts = {name: tuple(data[name]) for name in ("titles", "sheets")}
        return cls(**{**data, **texts})


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person knows better; empty leaves it to be found out."""

    encoding: str = ""
    separator: str = ""
    decimal: str = ""
    day_order: str = ""
    header: int = 0


def is_workbook(file: BinaryIO) -> bool:
    """Whether the bytes are those of a workbook; raises InvalidInput for what is neither a
    workbook nor text."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if not start:
        raise unreadable(phrase("The file is empty."))
    if start == _OLD_EXCEL:
        raise unreadable(
            phrase("This workbook is of Excel 97–2003, or protected by a password."),
            fix=phrase("Open it in Excel and save it as .xlsx, without a password."),
        )
    return start == _ZIP


def rows_of(file: BinaryIO, layout: Layout) -> Iterator[Row]:
    """All rows of a file written like this: a CSV file as it was sent, a workbook as parsed."""
    if layout.kind == "xlsx":
        return parsed_rows(file)
    return csv_rows(file, layout.encoding, layout.separator)


def records_of(file: BinaryIO, layout: Layout) -> Iterator[Row]:
    """The rows below the titles that hold something."""
    return (row for row in rows_of(file, layout) if row.line > layout.header and not row.blank)


def find_layout(
    file: BinaryIO, *, workbook: bool, usual: Figures, corrections: Corrections | None = None
) -> Layout:
    """How the file is written, read once from start to end; raises InvalidInput."""
    known = corrections or Corrections()
    layout = _with_source(file, known, workbook=workbook, usual=usual)
    head = list(islice(rows_of(file, layout), SAMPLE))
    header = known.header or find_header(head)
    titles = next((titles_in(row) for row in head if row.line == header), [])
    if not any(titles):
        raise unreadable(
            phrase("Row {line} holds no titles of columns.", line=str(header)),
            fix=phrase("Write a title above each column, or say in which row the titles stand."),
        )
    if len(titles) > MAX_COLUMNS:
        raise unreadable(phrase("A file has at most {limit} columns.", limit=str(MAX_COLUMNS)))
    figures = _figures([row for row in head if row.line > header], usual, known)
    layout = replace(
        layout,
        header=header,
        titles=tuple(titles),
        decimal=figures.decimal,
        group=figures.group,
        day_order=figures.day_order,
    )
    return replace(layout, rows=_count(file, layout))


def _with_source(file: BinaryIO, known: Corrections, *, workbook: bool, usual: Figures) -> Layout:
    blank = Layout("csv", usual.decimal, usual.group, usual.day_order, 1, (), 0)
    if workbook:
        sheets, sheet = sheets_in(file)
        return replace(blank, kind="xlsx", sheets=tuple(sheets), sheet=sheet)
    encodings = {name for name, _ in ENCODINGS}
    encoding = cast("Encoding", known.encoding) if known.encoding in encodings else detect(file)
    separator = known.separator
    if separator not in SEPARATORS:
        separator = find_separator(file, encoding)
    return replace(blank, encoding=encoding, separator=separator)


def _figures(rows: Sequence[Row], usual: Figures, known: Corrections) -> Figures:
    found = detect_figures((cell for row in rows for cell in row.cells), usual)
    decimal = known.decimal if known.decimal in DECIMALS else found.decimal
    group = found.group if found.group != decimal else {".": ",", ",": "."}[decimal]
    order = known.day_order if known.day_order in DAY_ORDERS else found.day_order
    return Figures(decimal, group, order)


def _count(file: BinaryIO, layout: Layout) -> int:
    count = 0
    for count, _ in enumerate(records_of(file, layout), start=1):
        if count > MAX_ROWS:
            raise unreadable(
                phrase("A file has at most {limit} rows.", limit=f"{MAX_ROWS:,}"),
                fix=phrase("Split it into several files."),
            )
    return count


def preview(file: BinaryIO, layout: Layout, count: int) -> list[Row]:
    """The first rows below the titles."""
    return list(islice(records_of(file, layout), count))


def rows_above(file: BinaryIO, layout: Layout) -> list[Row]:
    """The first rows of the file, among which the titles are looked for."""
    return list(islice(rows_of(file, layout), LOOKED_AT))
