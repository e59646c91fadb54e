"""A list as CSV in UTF-8: for programs with ISO dates and decimal points, or as it is shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy.orm import Session

from core.web.resources.counting import Total
from core.web.resources.kinds import Boolean, Choice, Reference
from core.web.resources.list_rows import Titles, shown
from core.web.resources.list_table import total_lines
from core.web.resources.shape import Shown
from core.web.resources.views.asking import Asked
from core.web.resources.views.export_rows import GroupLine, lines_of, snapshot, totals_of

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Write = Callable[[Any], Any]


def csv_chunks(session: Session, asked: Asked, *, as_shown: bool) -> Iterator[bytes]:
    """The file, piece by piece. As shown, groups have lines of their own with their sums, and
    the totals stand at the end; else each row begins with the titles of its groups."""
    # The mark at the beginning is what tells spreadsheets that this is UTF-8.
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    columns = asked.state.columns
    heads = [asked.translate(column.title) for column in columns]
    levels = asked.state.grouping[asked.state.level :]
    groups = [] if as_shown else [asked.translate(level.filtered.title) for level in levels]
    write([harmless(title) for title in (*groups, *heads)])
    with snapshot(session), lines_of(session, asked) as lines:
        before: list[str] = []
        for line in lines:
            if isinstance(line, GroupLine):
                before = [] if as_shown else [harmless(title) for title in line.titles]
                if as_shown:
                    for cells in group_cells(asked, line):
                        write(cells)
                continue
            writers = _writers(asked, line.titles, as_shown=as_shown)
            for row in line.rows:
                values = zip(writers, row[1:], strict=False)
                cells = ["" if value is None else write_(value) for write_, value in values]
                write([*before, *cells] if before else cells)
            yield _drained(buffer)
        if as_shown:
            for currency, texts in _totals(asked, totals_of(session, asked)):
                write([texts[0] or f"{asked.translate('Total')} {currency}".strip(), *texts[1:]])
    yield _drained(buffer)


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    # What is marked already is marked once more, so that an import can take the mark away.
    risky = isinstance(text, str) and text.lstrip("'").startswith(_FORMULA)
    return f"'{text}" if risky else text


def group_cells(asked: Asked, line: GroupLine) -> Iterator[list[str]]:
    """The line over a group as cells; one more line for each further currency."""
    lines = _totals(asked, list(line.totals)) or [("", [""] * len(asked.state.columns))]
    title = harmless(f"{'  ' * line.level}{line.titles[-1]} ({line.count})")
    for currency, texts in lines:
        yield [f"{title} {currency}" if currency else title, *texts[1:]]


def _totals(asked: Asked, sums: list[Total]) -> list[tuple[str, list[str]]]:
    return total_lines(sums, asked.state.columns, asked.culture)


def _writers(asked: Asked, titles: Titles, *, as_shown: bool) -> list[Write]:
    make = _as_shown if as_shown else _for_programs
    return [make(asked, column, titles) for column in asked.state.columns]


def _as_shown(asked: Asked, column: Shown, titles: Titles) -> Write:
    show = shown(column, asked.culture, asked.translate, titles)
    if column.kind.figure:
        return show  # a figure may begin with its sign
    return lambda value: harmless(show(value))


def _for_programs(asked: Asked, column: Shown, titles: Titles) -> Write:
    kind = column.kind
    if isinstance(kind, Choice | Boolean | Reference):
        show = shown(column, asked.culture, asked.translate, titles)
        return lambda value: harmless(show(value))
    if kind.figure or kind.ranged:
        return kind.write
    return lambda value: harmless(kind.write(value))


def _drained(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
