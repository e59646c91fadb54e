"""Which row of a file holds the titles of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from core.importing.rows import Native, Row

LOOKED_AT: Final = 20
"""A letterhead or a report's name above the table is shorter than that."""
_FIGURE = re.compile(r"[\d.,:/\-+()\s%]+")


def find_header(rows: Sequence[Row]) -> int:
    """The line of the titles: the first row that is nearly as wide as the table, with a text of
    its own in each cell. 1 for an empty file."""
    head = [row for row in rows[:LOOKED_AT] if not row.blank]
    widest = max((_filled(row) for row in head), default=0)
    for row in head:
        if _filled(row) * 2 > widest and _looks_like_titles(row):
            return row.line
    return head[0].line if head else 1


def titles_in(row: Row) -> list[str]:
    """The titles, each on one line, without blank ones at the end."""
    titles = [" ".join(cell.split()) for cell in row.cells]
    while titles and not titles[-1]:
        titles.pop()
    return titles


def _filled(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _looks_like_titles(row: Row) -> bool:
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    figures = [c for c in row.cells if isinstance(c, Native) or (c and _FIGURE.fullmatch(c))]
    return not figures and len({cell.casefold() for cell in cells}) == len(cells)
