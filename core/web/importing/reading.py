"""The values of a document in a file: what its rows say, with what stands in for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.importing.rows import Row
from core.web.importing.cells import LEFT_OUT, ReadCell, Writing, blank, cell_reader
from core.web.importing.documents import FileDocument, Grouping, Place
from core.web.importing.lookups import Lookups, Missing, NoSuchRecord
from core.web.importing.plan import Plan
from core.web.importing.problems import RowProblem
from core.web.importing.targets import EXTERNAL_ID, Target, own_key, targets_of
from core.web.resources.kinds import Reference, Text, Unreadable
from core.web.resources.shape import Shape


class DocumentReader:
    """Reads the documents of one file. References are looked up for many at once."""

    def __init__(
        self,
        shape: Shape,
        plan: Plan,
        grouping: Grouping,
        lookups: Lookups,
        read: Mapping[str, ReadCell],
        defaults: Mapping[str, Any],
    ) -> None:
        self._shape, self._plan, self._grouping, self._lookups = shape, plan, grouping, lookups
        self._read = read
        self._places = {name: place for place, name in plan.columns.items()}
        importing = shape.resource.importing
        self._may_be_empty = importing.may_be_empty if importing is not None else ()
        self._targets = {target.name: target for target in targets_of(shape)}
        self._defaults = {"": _of_grid(shape, defaults, "")}
        self._defaults |= {grid.name: _of_grid(shape, defaults, grid.name) for grid in shape.grids}
        self._references: list[Place] = [
            place
            for places in (grouping.header, *grouping.grids.values())
            for place in places
            if isinstance(place[1].kind, Reference)
        ]

    def look_up(self, documents: Iterable[FileDocument]) -> None:
        """Look up the records that these documents name."""
        rows = [row for document in documents for row in document.rows]
        for place, target in self._references:
            assert isinstance(target.kind, Reference)
            self._lookups.prepare(target.kind.resource, {row.cell(place).strip() for row in rows})

    def values(self, document: FileDocument, *, creating: bool) -> dict[str, Any]:
        """The document's values; what cannot be read becomes one of its problems."""
        values = dict(self._defaults[""]) if creating else {}
        self._take(document, document.first, self._grouping.header, values, creating=creating)
        for grid, places in self._grouping.grids.items():
            if not places:
                continue
            lines = []
            for row in self._grouping.lines_of(document, grid):
                line = dict(self._defaults[grid])
                self._take(document, row, places, line, creating=True)
                lines.append(line)
            values[grid] = tuple(lines)
        return values

    def told(self, document: FileDocument, names: Iterable[str]) -> tuple[Any, ...] | None:
        """The values of these fields, as what finds the record; None if one is not there that
        must be."""
        found = []
        for name in names:
            place = self._places.get(name)
            text = "" if place is None else document.first.cell(place)
            if not text.strip():
                value = self._defaults[""].get(name) if place is None else None
            else:
                try:
                    value = self._value(self._targets[name], text)
                except Unreadable:
                    return None  # told as a problem when the values are read
            if value is None:
                if name not in self._may_be_empty:
                    return None
                value = _nothing(self._targets[name])
            found.append(value)
        return tuple(found)

    def external_id(self, document: FileDocument) -> str:
        """What the file's system calls the document."""
        place = self._places.get(EXTERNAL_ID)
        return "" if place is None else document.first.cell(place).strip()

    def _take(
        self,
        document: FileDocument,
        row: Row,
        places: Iterable[Place],
        values: dict[str, Any],
        *,
        creating: bool,
    ) -> None:
        for place, target in places:
            text = row.cell(place)
            try:
                if text and not text.isspace():
                    value = self._value(target, text)
                else:
                    value = blank(target, creating=creating)
            except Unreadable as error:
                problem = RowProblem(row.line, target.name, text, error.message)
                document.problems.append(problem)
                continue
            if value is not LEFT_OUT and target.item is not None:
                values[own_key(target)] = value

    def _value(self, target: Target, text: str) -> Any:
        if not isinstance(target.kind, Reference):
            return self._read[target.name](text)
        resource, text = target.kind.resource, text.strip()
        try:
            return self._lookups.find(resource, text)
        except NoSuchRecord:
            if target.name in self._plan.create_missing:
                return Missing(resource, text)
            raise


def _nothing(target: Target) -> str | None:
    """What a record holds in a field that is empty."""
    item = target.item
    return "" if item is not None and not item.nullable and isinstance(item.kind, Text) else None


def readers_of(shape: Shape, plan: Plan, writing: Writing, context: Any) -> dict[str, ReadCell]:
    """The readers of all matched columns; `context` are the languages."""
    return {
        target.name: cell_reader(target, writing, context)
        for target in targets_of(shape)
        if target.name in plan.matched
    }


def read_defaults(
    session: Session, shape: Shape, plan: Plan, lookups: Lookups, writing: Writing, languages: Any
) -> tuple[dict[str, Any], list[RowProblem]]:
    """The values that stand in for columns that the file has not, and what is wrong with them."""
    values: dict[str, Any] = {}
    problems: list[RowProblem] = []
    for target in targets_of(shape):
        text = plan.defaults.get(target.name, "").strip()
        if target.name in plan.matched or not target.defaultable or not text:
            continue
        try:
            if isinstance(target.kind, Reference):
                values[target.name] = lookups.find(target.kind.resource, text)
            else:
                values[target.name] = cell_reader(target, writing, languages)(text)
        except Unreadable as error:
            problems.append(RowProblem(0, target.name, text, error.message))
    return values, problems


def _of_grid(shape: Shape, defaults: Mapping[str, Any], grid: str) -> dict[str, Any]:
    return {
        own_key(target): defaults[target.name]
        for target in targets_of(shape)
        if target.grid == grid and target.name in defaults
    }
