"""A row of a file as everything after the reading sees it, whatever kind of file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


class Native(str):
    """A cell that a workbook holds as a number, a date or a truth: written plainly (ISO dates, a
    decimal point), whatever the file's own way of writing them is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `line` is its number as a spreadsheet shows it, from 1."""

    line: int
    cells: list[str]

    def cell(self, place: int) -> str:
        """The cell at a place; empty beyond the row's end."""
        return self.cells[place] if place < len(self.cells) else ""

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell and not cell.isspace() for cell in self.cells)


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula; `plain_text` takes it back."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text


def plain_text(text: str) -> str:
    """The text behind the mark that keeps it from being taken for a formula."""
    marked = text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS)
    return text[1:] if marked else text
