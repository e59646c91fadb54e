"""Two people's changes to one document, put together field by field and line by line.

Pure values in, pure values out: what the document was when both began (`base`), what one of
them wants now (`mine`), and what the other has saved meanwhile (`theirs`). A change that only
one of them made is kept, whoever it was; where both changed the same thing differently, there
is a conflict for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Value = Any
"""What a field holds, comparable by `==`; the merge never looks inside."""
_UNKNOWN = object()
"""What a base does not tell: where both sides differ there, a person has to decide."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change is: a field of the document, a field of a line (by the line's key), or a
    line as a whole, where `field` is empty."""

    field: str
    grid: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document. `key` is empty for one that was never saved; `row` is where it
    stands in the form of whoever typed it."""

    key: str
    values: Mapping[str, Value]
    row: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document at one moment: its fields, and the lines of each of its grids in order."""

    fields: Mapping[str, Value]
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that both changed, each differently. For a line that one of them removed and the
    other changed, the side that removed it is None."""

    place: Place
    mine: Value
    theirs: Value


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome. `merged` holds mine where there is a conflict, and theirs for a line that I
    removed and they changed. `adopted` says what was taken over from theirs, `kept` what of
    mine differs from both the base and theirs."""

    merged: Snapshot
    conflicts: tuple[Conflict, ...]
    adopted: tuple[Place, ...]
    kept: tuple[Place, ...]


def merge(base: Snapshot, mine: Snapshot, theirs: Snapshot) -> Merge:
    """Both sides' changes together."""
    merger = _Merger()
    fields = merger.values(base.fields, mine.fields, theirs.fields, "", "")
    grids = dict.fromkeys((*theirs.lines, *mine.lines))
    lines = {
        name: merger.lines(
            name, base.lines.get(name, ()), mine.lines.get(name, ()), theirs.lines.get(name, ())
        )
        for name in grids
    }
    return Merge(
        Snapshot(fields, lines), tuple(merger.conflicts), tuple(merger.adopted), tuple(merger.kept)
    )


class _Merger:
    """Goes through one document and notes what it decided."""

    def __init__(self) -> None:
        self.conflicts: list[Conflict] = []
        self.adopted: list[Place] = []
        self.kept: list[Place] = []

    def values(
        self,
        base: Mapping[str, Value],
        mine: Mapping[str, Value],
        theirs: Mapping[str, Value],
        grid: str,
        key: str,
    ) -> dict[str, Value]:
        """The fields of the document, or of one line that all three have."""
        merged = {}
        for name in dict.fromkeys((*theirs, *mine)):
            was, my, their = base.get(name, _UNKNOWN), mine.get(name), theirs.get(name)
            place = Place(name, grid, key)
            merged[name] = my
            if my == their:
                continue
            if my == was:
                merged[name] = their
                self.adopted.append(place)
            elif their == was:
                self.kept.append(place)
            else:
                self.conflicts.append(Conflict(place, my, their))
        return merged

    def lines(
        self, grid: str, base: tuple[Line, ...], mine: tuple[Line, ...], theirs: tuple[Line, ...]
    ) -> tuple[Line, ...]:
        """The lines of one grid."""
        was = {line.key: line for line in base}
        their = {line.key: line for line in theirs}
        my_keys = {line.key for line in mine if line.key}
        made: dict[int, Line] = {}
        for line in mine:
            kept = self._of_mine(grid, line, was, their)
            if kept is not None:
                made[id(line)] = kept
        for line in theirs:
            if line.key not in my_keys:
                kept = self._of_theirs(grid, line, was)
                if kept is not None:
                    made[id(line)] = kept
        return tuple(made[id(line)] for line in _in_order(base, mine, theirs) if id(line) in made)

    def _of_mine(
        self, grid: str, line: Line, was: Mapping[str, Line], their: Mapping[str, Line]
    ) -> Line | None:
        place = Place("", grid, line.key)
        if not line.key:
            self.kept.append(place)
            return line
        before, other = was.get(line.key), their.get(line.key)
        if other is not None:
            known = {} if before is None else before.values
            values = self.values(known, line.values, other.values, grid, line.key)
            return Line(line.key, values, line.row)
        if before is not None and before.values == line.values:
            self.adopted.append(place)
            return None
        # The line is gone; if mine stays, it is added anew.
        self.conflicts.append(Conflict(place, line.values, None))
        return Line("", line.values, line.row)

    def _of_theirs(self, grid: str, line: Line, was: Mapping[str, Line]) -> Line | None:
        place = Place("", grid, line.key)
        before = was.get(line.key)
        if before is None:
            self.adopted.append(place)
            return line
        if before.values == line.values:
            self.kept.append(place)
            return None
        self.conflicts.append(Conflict(place, None, line.values))
        return line


def _in_order(
    base: tuple[Line, ...], mine: tuple[Line, ...], theirs: tuple[Line, ...]
) -> Iterator[Line]:
    """All lines of both, those of mine standing for those that both have. Whoever moved lines
    sets the order; the other's own lines come after the line that they stood behind."""
    by_key = {line.key: line for line in mine if line.key}
    aligned = [by_key.get(line.key, line) for line in theirs]
    if _moved(base, theirs) and not _moved(base, mine):
        lead, follow = aligned, list(mine)
    else:
        lead, follow = list(mine), aligned
    standing = {id(line) for line in lead}
    behind: dict[int | None, list[Line]] = {}
    anchor: int | None = None
    for line in follow:
        if id(line) in standing:
            anchor = id(line)
        else:
            behind.setdefault(anchor, []).append(line)
    yield from behind.get(None, ())
    for line in lead:
        yield line
        yield from behind.get(id(line), ())


def _moved(base: Iterable[Line], changed: Iterable[Line]) -> bool:
    """Whether the lines that are still there stand in another order."""
    now = [line.key for line in changed if line.key]
    there = set(now)
    before = [line.key for line in base if line.key in there]
    known = set(before)
    return before != [key for key in now if key in known]
