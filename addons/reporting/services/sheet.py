"""A finished report as values: what pages, workbooks, paper and programs all show the same of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from addons.reporting.services.definitions.formulas import Tree

HeadKind = Literal["amount", "percent", "text", "date"]
RowStyle = Literal["heading", "row", "account", "total", "line", "opening"]
State = Literal["good", "warning", "bad", "note"]
Value = Decimal | date | str | None
TITLE: Final = "title"
"""Where the first column, the rows' own titles, is meant among the others."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column. A `title` is shown as it is; without one, the days from `start` to `end` are.

    `group` stands over several columns of one period. What a column is made of from others:
    `less` names two of which it is the difference, `ratio` two of which it is the percentage that
    the first is more than the second, `runs` the debit and the credit that it adds up line by line.
    """

    key: str
    title: str = ""
    kind: HeadKind = "amount"
    start: date | None = None
    end: date | None = None
    group: str = ""
    less: tuple[str, str] | None = None
    ratio: tuple[str, str] | None = None
    runs: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and where it comes from."""

    value: Value = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its title, then a cell for each head.

    `parent` is the key of the row under which it is folded. `sums` names the rows that it is the
    sum of, `tree` the formula that it is; both only where a workbook can say so too.
    """

    key: str
    title: str | date
    style: RowStyle = "row"
    level: int = 0
    cells: tuple[Cell, ...] = ()
    parent: str = ""
    folded: bool = False
    strong: bool = False
    sums: tuple[str, ...] = ()
    tree: Tree | None = None
    url: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the report's own reconciliation: a colour that words say too."""

    state: State
    sentence: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report. `first` is the title of the first column, `notes` say what it leaves out or how
    it was converted, `more` is the address of the next page of a long list."""

    key: str
    title: str
    heads: tuple[Head, ...]
    rows: tuple[SheetRow, ...]
    currency: str
    digits: int
    first: str = ""
    start: date | None = None
    end: date | None = None
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    more: str = ""

    def row(self, key: str) -> SheetRow | None:
        """A row by its key, hidden ones too."""
        return next((row for row in self.rows if row.key == key), None)

    def value(self, key: str, place: int = 0) -> Decimal | None:
        """The figure of a row in a column."""
        row = self.row(key)
        value = row.cells[place].value if row is not None and place < len(row.cells) else None
        return value if isinstance(value, Decimal) else None
