"""A figure taken apart: the rows in its formula, or the accounts that it is the sum of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from addons.reporting.services.build import Built
from addons.reporting.services.definitions.formulas import references, signs_of
from addons.reporting.services.sheet import Cell, Head, SheetRow
from core.api import NotFound, phrase


@dataclass(frozen=True, slots=True)
class Part:
    """A row that a figure is made of; the sign says how, where sums are all that is done."""

    sign: str
    title: str | date
    cell: Cell


@dataclass(frozen=True, slots=True)
class FigureParts:
    """A figure: what it is called, its value, and what it is made of."""

    row: SheetRow
    head: Head
    cell: Cell
    formula: str
    parts: tuple[Part, ...]


def figure_parts(built: Built, key: str, column: str) -> FigureParts:
    """What a figure of a statement is made of; raises NotFound for one that is not there."""
    sheet, made = built.sheet, built.made
    row = sheet.row(key)
    places = [at for at, head in enumerate(sheet.heads) if head.key.partition(".")[0] == column]
    if row is None or not places or made is None or row.style == "heading":
        raise NotFound(phrase("This report has no such figure."))
    place = places[-1]
    tree = made.ready.formulas.get(key)
    if tree is None:
        parts = [Part("", one.title, one.cells[place]) for one in made.account_rows(key)]
    else:
        signs = signs_of(tree) or {}
        named = ((name, sheet.row(name)) for name in references(tree))
        parts = [
            Part("−" if signs.get(name, 1) < 0 else "+", one.title, one.cells[place])
            for name, one in named
            if one is not None
        ]
    formula = next((one.formula for one in built.ground.definition.rows if one.key == key), "")
    shown = tuple(part for part in parts if part.cell.value)
    return FigureParts(row, sheet.heads[place], row.cells[place], formula, shown)
