"""Somebody else saved the record meanwhile: who, when, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.audit_models import AuditEntry
from core.web.resources.culture import Culture
from core.web.resources.form_view import Texts, record_texts
from core.web.resources.input_reading import TEXT_SUFFIX
from core.web.resources.kinds import Choice, Reference
from core.web.resources.references import chosen_titles
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.trail import concerns


@dataclass(frozen=True, slots=True)
class Difference:
    """An input that holds something else than the record does now."""

    title: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The change that was faster; `grids` are the titles of the lines that differ."""

    who: str
    at: datetime
    differences: tuple[Difference, ...]
    grids: tuple[str, ...]


def overtaken(
    session: Session, shape: Shape, record: Any, typed: Texts, culture: Culture
) -> Overtaken:
    """What to tell a person whose form is older than the record."""
    who, at = _last_change(session, shape, record)
    now = record_texts(shape, record, culture)
    titles = chosen_titles(session, shape, now.texts, {})
    differences = []
    for item in shape.inputs:
        theirs, yours = now.texts.get(item.name, ""), typed.texts.get(item.name, "")
        if theirs != yours and not (item.secret or item.readonly):
            if isinstance(item.kind, Reference):
                theirs = {str(k): v for k, v in titles[item.kind.resource].items()}.get(theirs, "")
                yours = typed.texts.get(item.name + TEXT_SUFFIX, yours)
            differences.append(Difference(item.title, _label(item, theirs), _label(item, yours)))
    grids = [grid.lines.title for grid in shape.grids if _lines(grid, now) != _lines(grid, typed)]
    return Overtaken(who, at, tuple(differences), tuple(grids))


def _label(item: Input, text: str) -> str:
    return item.kind.labels.get(text, text) if isinstance(item.kind, Choice) else text


def _lines(grid: Grid, held: Texts) -> list[tuple[str, ...]]:
    """What the saved and the typed rows hold, without rows left blank."""
    names = [item.name for item in grid.inputs if not item.readonly]
    rows = [
        tuple(held.texts.get(f"{prefix}.{name}", "") for name in names)
        for prefix in held.rows.get(grid.name, ())
    ]
    return [row for row in rows if any(row)]


def _last_change(session: Session, shape: Shape, record: Any) -> tuple[str, datetime]:
    """Who changed the record last, and when; nobody known if its table keeps no trail."""
    entry = session.execute(
        select(AuditEntry.actor, AuditEntry.at)
        .where(concerns(shape, record))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return ("", record.updated_at) if entry is None else (entry.actor, entry.at)
