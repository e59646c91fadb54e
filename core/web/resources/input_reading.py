"""What was typed into a form, as typed values; what is wrong with it, field by field.

Names of inputs: `due_date`; for a line `lines.2.quantity`, with its key in `lines.2.id`; for a
reference the key in `customer_id` and the text that was typed in `customer_id.text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from core.errors import Problem
from core.i18n import phrase
from core.web.request import Fields
from core.web.resources.culture import Culture
from core.web.resources.kinds import Boolean, Reference, Text, Unreadable
from core.web.resources.kinds_several import Several
from core.web.resources.references import chosen_titles, resolve
from core.web.resources.shape import Grid, Input, Shape

TEXT_SUFFIX: Final = ".text"
MAX_LINES: Final = 2000
_LEFT_OUT: Final = object()


@dataclass(slots=True)
class Reading:
    """The values of a form as far as they could be read, and the problems with the rest; `rows`
    are the prefixes that each grid's values stand under in the form (`lines.4`)."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)

    def inputs_named(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems that count lines from the first one (`lines.0.price`), as services and the
        API do, with the names of the inputs they are about."""
        return [Problem(self._input_named(item.field), item.message) for item in problems]

    def _input_named(self, name: str) -> str:
        grid, _, rest = name.partition(".")
        place, dot, column = rest.partition(".")
        rows = self.rows.get(grid, ())
        if not place.isdecimal() or len(place) > 9 or int(place) >= len(rows):
            return name
        return f"{rows[int(place)]}{dot}{column}"


def read_form(
    session: Session, shape: Shape, form: Fields, culture: Culture, *, creating: bool
) -> Reading:
    """All inputs of the form."""
    reader = _Reader(session, shape, form, culture)
    for item in shape.inputs:
        reader.take(item, item.name, reader.reading.values, creating=creating)
    for grid in shape.grids:
        if not grid.readonly:
            reader.reading.values[grid.name] = reader.lines(grid)
    return reader.reading


def read_fields(
    session: Session, shape: Shape, inputs: Iterable[Input], form: Fields, culture: Culture
) -> Reading:
    """These inputs alone, of a record that exists."""
    reader = _Reader(session, shape, form, culture)
    for item in inputs:
        reader.take(item, item.name, reader.reading.values, creating=False)
    return reader.reading


def typed(item: Input, name: str, form: Fields) -> str:
    """The text of an input; boxes ticked under one name are put into one line."""
    if isinstance(item.kind, Several):
        return ",".join(form.getlist(name))
    return form.get(name, "")


def rows_in(grid: Grid, form: Fields) -> list[str]:
    """The prefixes of a grid's rows (`lines.0`), in the order they stand in the form."""
    start = f"{grid.name}."
    prefixes = {}
    for name in form:
        if name.startswith(start):
            row = name[len(start) :].partition(".")[0]
            if row.isdecimal() and len(row) < 10:
                prefixes[f"{start}{row}"] = None
    return list(prefixes)


def is_blank(grid: Grid, prefix: str, form: Fields, untouched: Mapping[str, str]) -> bool:
    """Whether nothing was typed into a row: it is empty, or as it was when it was added."""
    if form.get(f"{prefix}.id"):
        return False
    for item in grid.inputs:
        name = f"{prefix}.{item.name}"
        typed = (form.get(name + TEXT_SUFFIX) or form.get(name) or "").strip()
        if typed and typed != untouched.get(item.name, ""):
            return False
    return True


def initial_texts(session: Session, inputs: tuple[Input, ...], culture: Culture) -> dict[str, str]:
    """What the inputs of a new record or line hold before anybody types."""
    texts = {}
    for item in inputs:
        value = item.default if item.initial is None else item.initial(session)
        if value is not None and not item.secret:
            texts[item.name] = item.kind.edit(value, culture)
    return texts


class _Reader:
    """Goes through one form. Titles of chosen records are looked up once per resource."""

    def __init__(self, session: Session, shape: Shape, form: Fields, culture: Culture) -> None:
        self.reading = Reading()
        self._session, self._form, self._culture = session, form, culture
        rows = {grid.name: rows_in(grid, form) for grid in shape.grids}
        self._titles = chosen_titles(session, shape, form, rows)

    def lines(self, grid: Grid) -> tuple[Mapping[str, Any], ...]:
        """The rows of a grid, without those left blank."""
        form, problems = self._form, self.reading.problems
        untouched = initial_texts(self._session, grid.inputs, self._culture)
        prefixes = [row for row in rows_in(grid, form) if not is_blank(grid, row, form, untouched)]
        if len(prefixes) > MAX_LINES:
            message = phrase("At the most {limit} lines can be saved at once.", limit=MAX_LINES)
            problems.append(Problem(grid.name, message))
            return ()
        self.reading.rows[grid.name] = prefixes
        lines = []
        for prefix in prefixes:
            values: dict[str, Any] = {}
            key = form.get(f"{prefix}.id", "")
            if key:
                try:
                    values["id"] = grid.key.key.read(key, self._culture)
                except Unreadable as error:
                    problems.append(Problem(f"{prefix}.id", error.message))
            for item in grid.inputs:
                self.take(item, f"{prefix}.{item.name}", values, creating=not key)
            lines.append(values)
        return tuple(lines)

    def take(self, item: Input, name: str, values: dict[str, Any], *, creating: bool) -> None:
        """Put the input of this name among the values, or what is wrong among the problems."""
        if item.readonly:
            return
        try:
            value = self._read(item, name, creating)
        except Unreadable as error:
            self.reading.problems.append(Problem(name, error.message))
            return
        if value is not _LEFT_OUT:
            values[item.name] = value

    def _read(self, item: Input, name: str, creating: bool) -> Any:
        if isinstance(item.kind, Boolean):
            return item.kind.read(self._form.get(name, ""), self._culture)
        if isinstance(item.kind, Reference) and name + TEXT_SUFFIX in self._form:
            return self._reference(item, item.kind, name, creating)
        text = typed(item, name, self._form)
        if text.strip():
            return item.kind.read(text, self._culture)
        return _blank(item, creating)

    def _reference(self, item: Input, kind: Reference, name: str, creating: bool) -> Any:
        """The record chosen, unless the text beside it has been changed since."""
        text = self._form[name + TEXT_SUFFIX].strip()
        if not text:
            return _blank(item, creating)
        chosen = self._form.get(name, "").strip()
        if chosen:
            key = kind.read(chosen, self._culture)
            if self._titles[kind.resource].get(key) == text:
                return key
        return resolve(self._session, kind.resource, text)


def _blank(item: Input, creating: bool) -> Any:
    if item.secret and not creating:
        return _LEFT_OUT  # an empty password input means: keep it
    if item.required:
        raise Unreadable(phrase("Please fill this in."))
    if item.nullable:
        return None
    if isinstance(item.kind, Text):
        return ""
    if creating:
        return _LEFT_OUT  # the column's own default
    raise Unreadable(phrase("Please fill this in."))
