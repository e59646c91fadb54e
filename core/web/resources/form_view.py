"""A form as its template draws it: inputs with what they hold, and what is wrong beside each.

Drawn from texts alone: those of a record, those of a new one, or those that were just typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from core.errors import Problem
from core.web.request import Fields
from core.web.resources.culture import Culture
from core.web.resources.input_reading import TEXT_SUFFIX, initial_texts, rows_in, typed
from core.web.resources.kinds import Choice, Reference, Text, Unreadable
from core.web.resources.kinds_several import Several
from core.web.resources.references import (
    Keys,
    chosen_titles,
    held_references,
    lookup_url,
    readable,
)
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.showing import Translate, shower
from core.web.resources.suggesting import suggestions_url

BLANK_ROWS: Final = 3
"""Empty rows under a new document's lines: enough to begin, without a script too."""
TEMPLATE_ROW: Final = "NEW"
"""Stands for the number in the row that a script copies."""


@dataclass(frozen=True, slots=True)
class InputView:
    """One input. `value` is what it holds; a reference holds the key and shows `text`, as does
    what is only read."""

    name: str
    title: str
    control: str
    value: str
    text: str
    lookup: str
    suggestions: str
    choices: tuple[tuple[str, str], ...]
    required: bool
    readonly: bool
    figure: bool
    max_length: int | None
    help: str
    problem: str

    @property
    def id(self) -> str:
        """Its id in the page."""
        return f"input-{self.name}".replace(".", "-")


@dataclass(frozen=True, slots=True)
class RowView:
    """One line: the number in its names, its key if it is saved, its inputs."""

    prefix: str
    key: str
    inputs: tuple[InputView, ...]


@dataclass(frozen=True, slots=True)
class GridView:
    """The lines of a document. `template` is an empty row for scripts to copy; `totals` are
    the names of the inputs summed under it. Lines that are `ordered` can be moved, and into a
    grid that `scans` barcodes can be read."""

    name: str
    title: str
    heads: tuple[InputView, ...]
    rows: tuple[RowView, ...]
    template: RowView
    totals: frozenset[str]
    problem: str
    ordered: bool = False
    scans: bool = False


@dataclass(frozen=True, slots=True)
class GroupView:
    """A titled group of inputs."""

    title: str
    help: str
    inputs: tuple[InputView, ...]
    below_lines: bool = False

    @property
    def shown(self) -> bool:
        """Whether it has anything to type, or to read yet."""
        return any(not item.readonly or item.text for item in self.inputs)

    @property
    def typed(self) -> bool:
        """Whether it has anything to type: what is only read is not known of a new record."""
        return any(not item.readonly for item in self.inputs)


@dataclass(frozen=True, slots=True)
class FormView:
    """All of it. `problems` are those that belong to no input in particular."""

    groups: tuple[GroupView, ...]
    grids: tuple[GridView, ...]
    problems: tuple[str, ...]
    decimal: str
    group: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What the inputs hold, by name, and the rows of each grid by their prefixes. `held` are the
    records that nobody typed: those that a stored record refers to, and those of defaults."""

    texts: Mapping[str, str]
    rows: Mapping[str, tuple[str, ...]]
    held: Keys = field(default_factory=dict)


def new_texts(session: Session, shape: Shape, given: Mapping[str, str], culture: Culture) -> Texts:
    """A new record: defaults, and what the address gives for declared inputs."""
    texts = initial_texts(session, shape.inputs, culture)
    held = _default_references(shape.inputs, texts, culture)
    texts |= {item.name: given[item.name] for item in shape.inputs if item.name in given}
    rows = {}
    for grid in shape.grids:
        rows[grid.name] = tuple(f"{grid.name}.{number}" for number in range(BLANK_ROWS))
        untouched = initial_texts(session, grid.inputs, culture)
        for prefix in rows[grid.name]:
            texts |= {f"{prefix}.{name}": text for name, text in untouched.items()}
    return Texts(texts, rows, held)


def record_texts(shape: Shape, record: Any, culture: Culture) -> Texts:
    """A record as it is now."""
    texts = _texts_of(shape.inputs, record, "", culture)
    rows = {}
    for grid in shape.grids:
        lines = list(getattr(record, grid.name))
        rows[grid.name] = tuple(f"{grid.name}.{number}" for number in range(len(lines)))
        for prefix, line in zip(rows[grid.name], lines, strict=True):
            texts |= _texts_of(grid.inputs, line, f"{prefix}.", culture)
            texts[f"{prefix}.id"] = str(getattr(line, grid.key.name))
    return Texts(texts, rows, held_references(shape, record))


def typed_texts(shape: Shape, form: Fields, record: Any, culture: Culture) -> Texts:
    """What was just typed, and what of the record cannot be."""
    rows = {grid.name: tuple(rows_in(grid, form)) for grid in shape.grids}
    texts = {} if record is None else _texts_of(_only_read(shape.inputs), record, "", culture)
    for grid in shape.grids if record is not None else ():
        lines = {str(getattr(line, grid.key.name)): line for line in getattr(record, grid.name)}
        for prefix in rows[grid.name]:
            line = lines.get(form.get(f"{prefix}.id", ""))
            if line is not None:
                texts |= _texts_of(_only_read(grid.inputs), line, f"{prefix}.", culture)
    several = {i.name: typed(i, i.name, form) for i in shape.inputs if isinstance(i.kind, Several)}
    held = {} if record is None else held_references(shape, record)
    return Texts({**dict(form.items()), **several, **texts}, rows, held)


def _default_references(
    inputs: tuple[Input, ...], texts: Mapping[str, str], culture: Culture
) -> Keys:
    held: dict[str, frozenset[Any]] = {}
    for item in inputs:
        if isinstance(item.kind, Reference) and item.name in texts:
            key = item.kind.read(texts[item.name], culture)
            held[item.kind.resource] = held.get(item.kind.resource, frozenset()) | {key}
    return held


def _only_read(inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    return tuple(item for item in inputs if item.readonly)


def form_view(
    session: Session,
    shape: Shape,
    held: Texts,
    translate: Translate,
    culture: Culture,
    problems: Iterable[Problem] = (),
) -> FormView:
    """The form holding these texts, with these problems beside the inputs they name."""
    drawer = _Drawer(session, shape, held, translate, culture, problems)
    groups = tuple(
        GroupView(
            translate(group.title),
            translate(group.help),
            tuple(drawer.input(item, item.name) for item in group.inputs),
            group.below_lines,
        )
        for group in shape.groups
    )
    grids = tuple(drawer.grid(grid) for grid in shape.grids if not grid.readonly)
    return FormView(groups, grids, drawer.others(), culture.decimal, culture.group)


class _Drawer:
    """Draws one form; titles of references are looked up once per resource."""

    def __init__(
        self,
        session: Session,
        shape: Shape,
        held: Texts,
        translate: Translate,
        culture: Culture,
        problems: Iterable[Problem],
    ) -> None:
        self._shape, self._translate, self._culture = shape, translate, culture
        self._problems: dict[str, str] = {}
        for problem in problems:
            self._problems.setdefault(problem.field, translate(problem.message))
        self._drawn: set[str] = set()
        known = dict(held.held)
        for grid in shape.grids:  # a line that a script adds begins as any other
            fresh = initial_texts(session, grid.inputs, culture)
            for resource, keys in _default_references(grid.inputs, fresh, culture).items():
                known[resource] = known.get(resource, frozenset()) | keys
            prefix = f"{grid.name}.{TEMPLATE_ROW}."
            held = Texts({**{prefix + k: v for k, v in fresh.items()}, **held.texts}, held.rows)
        self._held = held
        drawn = {
            grid.name: (*held.rows.get(grid.name, ()), f"{grid.name}.{TEMPLATE_ROW}")
            for grid in shape.grids
        }
        titles = chosen_titles(session, shape, held.texts, drawn, known)
        self._readable = {resource: readable(session, resource) for resource in titles}
        self._titles = {
            resource: {str(key): title for key, title in found.items()}
            for resource, found in titles.items()
        }

    def input(self, item: Input, name: str) -> InputView:
        """The input of this name."""
        self._drawn.add(name)
        kind, texts, translate = item.kind, self._held.texts, self._translate
        value = texts.get(name, "") if not item.secret else ""
        text, lookup = "", ""
        choices: tuple[tuple[str, str], ...] = ()
        if isinstance(kind, Reference):
            text = texts.get(name + TEXT_SUFFIX) or self._titles[kind.resource].get(value, "")
            lookup = lookup_url(kind.resource) if self._readable[kind.resource] else ""
        elif item.readonly and value:
            with suppress(Unreadable):
                text = shower(kind, self._culture, translate)(kind.read(value, self._culture))
        if isinstance(kind, Choice):
            choices = tuple((key, translate(kind.labels.get(key, key))) for key in kind.members)
        elif isinstance(kind, Several):
            choices = tuple((key, translate(title)) for key, title in kind.labels.items())
        return InputView(
            name=name,
            title=translate(item.title),
            control=kind.control,
            value=value,
            text=text,
            lookup=lookup,
            suggestions=suggestions_url(self._shape, name) if item.suggest is not None else "",
            choices=choices,
            required=item.required or (isinstance(kind, Choice) and not item.nullable),
            readonly=item.readonly,
            figure=kind.figure,
            max_length=kind.max_length if isinstance(kind, Text) else None,
            help=translate(item.help),
            problem=self._problems.get(name, ""),
        )

    def grid(self, grid: Grid) -> GridView:
        """The rows of a grid."""
        template = f"{grid.name}.{TEMPLATE_ROW}"
        self._drawn.add(grid.name)
        rows = tuple(self._row(grid, prefix) for prefix in self._held.rows.get(grid.name, ()))
        blank = self._row(grid, template)
        return GridView(
            name=grid.name,
            title=self._translate(grid.lines.title),
            heads=blank.inputs,
            rows=rows,
            template=blank,
            totals=frozenset(grid.lines.totals),
            problem=self._problems.get(grid.name, ""),
            ordered=bool(grid.lines.order),
            scans=grid.lines.scan is not None,
        )

    def others(self) -> tuple[str, ...]:
        """The problems that no input has shown."""
        return tuple(text for name, text in self._problems.items() if name not in self._drawn)

    def _row(self, grid: Grid, prefix: str) -> RowView:
        inputs = tuple(self.input(item, f"{prefix}.{item.name}") for item in grid.inputs)
        return RowView(prefix, self._held.texts.get(f"{prefix}.id", ""), inputs)


def _texts_of(
    inputs: tuple[Input, ...], record: Any, prefix: str, culture: Culture
) -> dict[str, str]:
    texts = {}
    for item in inputs:
        value = None if item.secret else getattr(record, item.name)
        if value is not None:
            texts[f"{prefix}{item.name}"] = item.kind.edit(value, culture)
    return texts
