"""Somebody else saved the record meanwhile: who and when, and what has to be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.audit_models import AuditEntry
from core.web.documents import snapshots
from core.web.documents.merging import Line, Snapshot
from core.web.documents.reconciling import BASE_FIELD, CONFLICT_FIELD, input_named
from core.web.request import Fields
from core.web.resources.culture import Culture
from core.web.resources.input_reading import TEXT_SUFFIX, rows_in
from core.web.resources.kinds import Choice, Reference
from core.web.resources.references import titles_of
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.showing import Translate, shower


@dataclass(frozen=True, slots=True)
class Question:
    """Something that both changed: `name` is the input's, or that of a row (`is_row`) which one
    side removed; the text of the side that removed it is empty. `line` counts from 1."""

    name: str
    title: str
    line: int
    mine: str
    theirs: str
    theirs_value: str
    is_row: bool


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The change that was faster, and the questions that it leaves open."""

    who: str
    at: datetime
    questions: tuple[Question, ...]


def overtaken(
    session: Session,
    shape: Shape,
    record: Any,
    form: Fields,
    culture: Culture,
    translate: Translate,
) -> Overtaken:
    """What to ask a person whose form was older than the record."""
    base = snapshots.unpack(form.get(BASE_FIELD, "")) or Snapshot({})
    asker = _Asker(session, shape, form, base, culture, translate)
    questions = tuple(asker.question(name) for name in form.getlist(CONFLICT_FIELD))
    return Overtaken(*last_change(session, shape, record), questions)


def last_change(session: Session, shape: Shape, record: Any) -> tuple[str, datetime]:
    """Who changed the record last, and when; nobody known if its table keeps no trail."""
    key = str(getattr(record, shape.key.name))
    entry = session.execute(
        select(AuditEntry.actor, AuditEntry.at)
        .where(AuditEntry.table_name == shape.table_name, AuditEntry.record_id == key)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return ("", record.updated_at) if entry is None else (entry.actor, entry.at)


class _Asker:
    """Words the questions of one form. What it was merged with last is in the form itself."""

    def __init__(
        self,
        session: Session,
        shape: Shape,
        form: Fields,
        base: Snapshot,
        culture: Culture,
        translate: Translate,
    ) -> None:
        self._session, self._shape, self._form, self._base = session, shape, form, base
        self._culture, self._translate = culture, translate

    def question(self, name: str) -> Question:
        """The question about one input or row."""
        found = input_named(self._shape, name)
        if found is None:
            return self._about_row(name)
        grid, item = found
        if grid is None:
            plain, line = self._base.fields.get(name), 0
        else:
            row = name.rpartition(".")[0]
            saved = self._saved(grid, row)
            plain = None if saved is None else saved.values.get(item.name)
            line = self._number(grid, row)
        title = self._translate(item.title)
        if grid is not None:
            title = f"{self._translate(grid.lines.title)} · {title}"
        theirs = self._shown(item, plain)
        value = snapshots.value_of(item, plain)
        typed = "" if value is None else item.kind.edit(value, self._culture)
        return Question(name, title, line, self._typed(item, name), theirs, typed, False)

    def _about_row(self, row: str) -> Question:
        grid = next(grid for grid in self._shape.grids if row.startswith(f"{grid.name}."))
        saved = self._saved(grid, row)
        mine, theirs = "", ""
        if saved is None:
            parts = (self._typed(item, f"{row}.{item.name}") for item in grid.inputs)
            mine = ", ".join(part for part in parts if part)
        else:
            parts = (self._shown(item, saved.values.get(item.name)) for item in grid.inputs)
            theirs = ", ".join(part for part in parts if part)
        title = self._translate(grid.lines.title)
        return Question(row, title, self._number(grid, row), mine, theirs, "", True)

    def _saved(self, grid: Grid, row: str) -> Line | None:
        key = self._form.get(f"{row}.id", "")
        lines = self._base.lines.get(grid.name, ())
        return next((line for line in lines if line.key == key), None)

    def _number(self, grid: Grid, row: str) -> int:
        rows = rows_in(grid, self._form)
        return rows.index(row) + 1 if row in rows else 0

    def _typed(self, item: Input, name: str) -> str:
        text = self._form.get(name + TEXT_SUFFIX) or self._form.get(name, "")
        if isinstance(item.kind, Choice):
            return self._translate(item.kind.labels.get(text, text))
        return text

    def _shown(self, item: Input, plain: Any) -> str:
        value = snapshots.value_of(item, plain)
        if isinstance(item.kind, Reference):
            return titles_of(self._session, item.kind.resource, [value]).get(value, "")
        return shower(item.kind, self._culture, self._translate)(value)
