"""A return laid out as its authority prints it: sections, rows and columns, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from addons.vat.services.filing.figures import BoxFigures
from addons.vat.services.forms import Box, Column, Form


@dataclass(frozen=True, slots=True)
class Row:
    """A box: one figure for each column of the form, None where the box has no such column."""

    box: Box
    cells: tuple[Decimal | None, ...]

    @property
    def is_total(self) -> bool:
        """Whether it is made of other boxes."""
        return bool(self.box.sums or self.box.formula)

    @property
    def has_lines(self) -> bool:
        """Whether lines of the ledger are behind it, directly or through the boxes it sums."""
        return bool(self.box.treatments or self.box.duties or self.is_total)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form."""

    form: Form
    columns: tuple[tuple[Column, str, str], ...]
    sections: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in their order."""
        return tuple(row for _, rows in self.sections for row in rows)


def sheet_of(form: Form, figures: Mapping[str, BoxFigures]) -> Sheet:
    """Lay a return out. The columns stand as on the form: Saudi Arabia has the adjustment in the
    middle, the Emirates at the end."""
    used = {column for box in form.boxes for column in box.columns}
    columns: list[tuple[Column, str, str]] = []
    for name in form.titles:
        if name in used:
            title, local = form.titles[name]
            columns.append((name, title, local))
    sections: dict[str, list[Row]] = {}
    for box in form.boxes:
        values = figures.get(box.key, BoxFigures())
        cells = tuple(values.get(name) if name in box.columns else None for name, *_ in columns)
        sections.setdefault(box.section, []).append(Row(box, cells))
    return Sheet(
        form, tuple(columns), tuple((name, tuple(rows)) for name, rows in sections.items())
    )
