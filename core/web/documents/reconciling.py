"""A form that is older than its record, brought up to date: both sides' changes in one form.

Where both changed the same thing, the form comes back with the question: mine or theirs. Each
answer is a pair of inputs: `_conflict` names what is asked about, `_choice.<name>` says which.
A name is that of an input (`date`, `lines.3.price`), or of a row (`lines.3`) that one side
removed and the other changed: with a key in it the row is theirs, without one it is mine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.errors import Problem
from core.i18n import phrase
from core.web.documents import snapshots
from core.web.documents.merging import Line, Merge, Place, Snapshot, merge
from core.web.request import Fields
from core.web.resources.culture import Culture
from core.web.resources.input_reading import TEXT_SUFFIX, read_form
from core.web.resources.kinds import Reference
from core.web.resources.references import titles_of
from core.web.resources.shape import Grid, Input, Shape

BASE_FIELD: Final = "_base"
CONFLICT_FIELD: Final = "_conflict"
CHOICE_FIELD: Final = "_choice."
VERSION_FIELD: Final = "_version"
_OURS: Final = (BASE_FIELD, CONFLICT_FIELD, VERSION_FIELD)

Items = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The form up to date. `conflicts` are the names still to be decided, `adopted` the titles
    of what was taken over from the record."""

    form: Fields
    conflicts: tuple[str, ...]
    adopted: tuple[str, ...]


def reconcile(
    session: Session, shape: Shape, record: Any, form: Fields, culture: Culture
) -> Reconciled:
    """The form with what was saved meanwhile in it, and its version and base those of now.

    A form that does not say what it was made from is compared with the record alone, so that
    whatever differs is asked about.
    """
    theirs = snapshots.of_record(shape, record, culture)
    reading = read_form(session, shape, form, culture, creating=False)
    mine = snapshots.of_reading(shape, reading, form)
    base = snapshots.unpack(form.get(BASE_FIELD, "")) or Snapshot({})
    outcome = merge(base, mine, theirs)
    writer = _Writer(session, shape, form, outcome, culture)
    writer.items += [(VERSION_FIELD, str(record.version)), (BASE_FIELD, snapshots.pack(theirs))]
    return Reconciled(Fields(writer.items), tuple(writer.conflicts), _titles(shape, outcome))


def decided(session: Session, shape: Shape, form: Fields, culture: Culture) -> Fields:
    """The form with the answers given carried out; unanswered questions stay in it."""
    named = form.getlist(CONFLICT_FIELD)
    base = snapshots.unpack(form.get(BASE_FIELD, ""))
    if not named or base is None:
        return form
    answers = {name: form.get(CHOICE_FIELD + name, "") for name in named}
    changed: dict[str, str] = {}
    gone: set[str] = set()
    for name, answer in answers.items():
        found = _input_of(shape, name)
        if found is None:
            is_theirs = bool(form.get(f"{name}.id"))
            if answer and (answer == "theirs") != is_theirs:
                gone.add(f"{name}.")
        elif answer == "theirs":
            plain = _in_base(base, shape, name, form)
            changed |= _texts(session, found, name, plain, culture)
    settled = {name for name, answer in answers.items() if answer}
    items = [
        (name, changed.pop(name, value))
        for name, value in form.multi_items()
        if not _is_settled(name, value, settled) and not any(map(name.startswith, gone))
    ]
    return Fields([*items, *changed.items()])


def undecided(form: Fields) -> tuple[Problem, ...]:
    """A problem for each question that was not answered."""
    sentence = phrase("Choose which of the two to keep.")
    return tuple(Problem(name, sentence) for name in form.getlist(CONFLICT_FIELD))


def _is_settled(name: str, value: str, settled: set[str]) -> bool:
    if name == CONFLICT_FIELD:
        return value in settled
    return name.startswith(CHOICE_FIELD) and name.removeprefix(CHOICE_FIELD) in settled


class _Writer:
    """Writes the outcome of a merge as a form again."""

    def __init__(
        self, session: Session, shape: Shape, form: Fields, outcome: Merge, culture: Culture
    ) -> None:
        self._session, self._form, self._culture = session, form, culture
        self._adopted = frozenset(outcome.adopted)
        self._contested = {conflict.place for conflict in outcome.conflicts}
        self._shape = shape
        self.conflicts: list[str] = []
        self.items: Items = [*self._untouched()]
        for item in shape.inputs:
            self._input(item, item.name, Place(item.name), outcome.merged.fields.get(item.name))
        for grid in shape.grids:
            taken = [int(line.row.rpartition(".")[2]) for line in _rows(outcome, grid) if line.row]
            number = max(taken, default=-1)
            for line in _rows(outcome, grid):
                if not line.row:
                    number += 1
                self._row(grid, line, line.row or f"{grid.name}.{number}")
        self.items += [(CONFLICT_FIELD, name) for name in self.conflicts]

    def _untouched(self) -> Iterator[tuple[str, str]]:
        grids = tuple(f"{grid.name}." for grid in self._shape.grids)
        names = {item.name for item in self._shape.inputs}
        for name, value in self._form.multi_items():
            is_ours = name in _OURS or name.startswith((CHOICE_FIELD, *grids))
            if not is_ours and name.removesuffix(TEXT_SUFFIX) not in names:
                yield name, value

    def _row(self, grid: Grid, line: Line, prefix: str) -> None:
        if line.key:
            self.items.append((f"{prefix}.id", line.key))
        if self._is_contested_row(grid, line):
            self.conflicts.append(prefix)
        for item in grid.inputs:
            place = Place(item.name, grid.name, line.key)
            self._input(item, f"{prefix}.{item.name}", place, line.values.get(item.name), line)

    def _is_contested_row(self, grid: Grid, line: Line) -> bool:
        if line.key:
            return Place("", grid.name, line.key) in self._contested
        before = self._form.get(f"{line.row}.id", "")
        return bool(before) and Place("", grid.name, before) in self._contested

    def _input(
        self, item: Input, name: str, place: Place, value: Any, line: Line | None = None
    ) -> None:
        if item.readonly:
            return
        is_theirs = place in self._adopted or (line is not None and not line.row)
        if is_theirs and not item.secret:
            self.items += _texts(self._session, item, name, value, self._culture).items()
            return
        if place in self._contested:
            self.conflicts.append(name)
        for part in (name, name + TEXT_SUFFIX):
            self.items += [(part, text) for text in self._form.getlist(part)]


def _rows(outcome: Merge, grid: Grid) -> tuple[Line, ...]:
    return outcome.merged.lines.get(grid.name, ())


def _texts(
    session: Session, item: Input, name: str, plain: Any, culture: Culture
) -> dict[str, str]:
    """The inputs of a name as they hold a snapshot's value."""
    value = snapshots.value_of(item, plain)
    if isinstance(item.kind, Reference):
        title = titles_of(session, item.kind.resource, [value]).get(value, "")
        return {name: "" if value is None else str(value), name + TEXT_SUFFIX: title}
    return {name: "" if value is None else item.kind.edit(value, culture)}


def input_named(shape: Shape, name: str) -> tuple[Grid | None, Input] | None:
    """The grid and the input that a name in a form means; None for a row or nothing known."""
    grid_name, _, rest = name.partition(".")
    column = rest.partition(".")[2]
    if not rest:
        found = next((item for item in shape.inputs if item.name == name), None)
        return None if found is None else (None, found)
    for grid in shape.grids:
        if grid.name == grid_name:
            for item in grid.inputs:
                if item.name == column:
                    return grid, item
    return None


def _input_of(shape: Shape, name: str) -> Input | None:
    found = input_named(shape, name)
    return None if found is None else found[1]


def _in_base(base: Snapshot, shape: Shape, name: str, form: Fields) -> Any:
    """What the record held, when the question was asked, of what a name means."""
    grid_name, _, rest = name.partition(".")
    if not rest:
        return base.fields.get(name)
    row, _, column = rest.partition(".")
    key = form.get(f"{grid_name}.{row}.id", "")
    line = next((line for line in base.lines.get(grid_name, ()) if line.key == key), None)
    return None if line is None else line.values.get(column)


def _titles(shape: Shape, outcome: Merge) -> tuple[str, ...]:
    """What was taken over, in the words of the form, each once."""
    titles: dict[str, None] = {}
    inputs: Mapping[str, str] = {item.name: item.title for item in shape.inputs}
    grids = {grid.name: grid.lines.title for grid in shape.grids}
    for place in outcome.adopted:
        titles[grids.get(place.grid, "") or inputs.get(place.field, place.field)] = None
    return tuple(titles)
