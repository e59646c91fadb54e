"""Rows put together to documents: an order of three lines stands in three rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from core.i18n import phrase
from core.importing.rows import Row
from core.web.importing.plan import Plan
from core.web.importing.problems import RowProblem
from core.web.importing.targets import EXTERNAL_ID, Target, key_of, targets_of
from core.web.resources.input_reading import MAX_LINES
from core.web.resources.shape import Shape

Place = tuple[int, Target]


@dataclass(slots=True)
class FileDocument:
    """The rows of one record: the first says what it is, each may hold one of its lines."""

    rows: list[Row]
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def line(self) -> int:
        """The number of its first row."""
        return self.rows[0].line


class Grouping:
    """How the rows of one file belong together."""

    def __init__(self, shape: Shape, plan: Plan) -> None:
        by_name = {target.name: target for target in targets_of(shape)}
        placed = [(place, by_name[name]) for place, name in plan.columns.items() if name in by_name]
        self.header: list[Place] = [item for item in placed if not item[1].grid]
        self.grids: Mapping[str, list[Place]] = {
            grid.name: [item for item in placed if item[1].grid == grid.name]
            for grid in shape.grids
        }
        telling = {EXTERNAL_ID} if EXTERNAL_ID in plan.matched else set(key_of(shape))
        named = [item for item in self.header if item[1].name in telling]
        # Without anything that tells documents apart, equal headers are one document.
        self._telling = named if len(named) == len(telling) and telling else self.header
        self._has_lines = any(self.grids.values())

    def documents(self, rows: Iterable[Row]) -> Iterator[FileDocument]:
        """The documents, each as soon as its last row is read."""
        if not self._has_lines:
            yield from (FileDocument([row]) for row in rows)
            return
        current: FileDocument | None = None
        for row in rows:
            if current is not None and self._goes_on(current, row):
                current.rows.append(row)
                continue
            if current is not None:
                yield self._checked(current)
            current = FileDocument([row])
        if current is not None:
            yield self._checked(current)

    def lines_of(self, document: FileDocument, grid: str) -> list[Row]:
        """The rows that hold something of these lines."""
        places = self.grids[grid]
        return [row for row in document.rows if any(row.cell(place).strip() for place, _ in places)]

    def _goes_on(self, document: FileDocument, row: Row) -> bool:
        told = [(row.cell(place).strip(), place) for place, _ in self._telling]
        if not any(text for text, _ in told):
            return True
        return all(not text or text == document.first.cell(place).strip() for text, place in told)

    def _checked(self, document: FileDocument) -> FileDocument:
        """With a problem for each row that contradicts the first one."""
        if len(document.rows) > MAX_LINES:
            message = phrase("At the most {limit} lines can be saved at once.", limit=MAX_LINES)
            document.problems.append(RowProblem(document.line, "", "", message))
        for row in document.rows[1:]:
            for place, target in self.header:
                text, first = row.cell(place).strip(), document.first.cell(place).strip()
                if text and text != first:
                    message = phrase(
                        "Row {line} of the same document says “{first}”. Leave this empty or"
                        " write the same.",
                        line=str(document.line),
                        first=first,
                    )
                    document.problems.append(RowProblem(row.line, target.name, text, message))
        return document
