"""The bar of states: which a document goes through, and where this one stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.web.request import Request
from core.web.resources.kinds import Choice
from core.web.resources.shape import Shape, Shown
from core.web.resources.showing import culture_for, shower, translator


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in words, and how it is coloured."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One state in the bar: passed already, where the record stands, or still to come."""

    title: str
    is_past: bool
    is_current: bool
    tone: str


def badge(shape: Shape, session: Session, request: Request, record: Any) -> Badge | None:
    """The state of a record, if it has one to show: the declared one, or the first column that
    tones were given to."""
    column = _column(shape)
    value = None if column is None else getattr(record, column.name)
    if column is None or value is None:
        return None
    text = shower(column.kind, culture_for(request), translator(session, request))(value)
    return Badge(text, column.tones.get(column.kind.write(value), "plain"))


def stages(shape: Shape, session: Session, request: Request, record: Any) -> list[Stage]:
    """The states in their order; none where the resource declares no state. One that ends a
    document badly, or lies aside, is left out unless it stands there: it is no step on the way."""
    column = _column(shape)
    if not shape.resource.state or column is None or not isinstance(column.kind, Choice):
        return []
    translate, kind = translator(session, request), column.kind
    now = kind.write(getattr(record, column.name))
    aside = shape.resource.aside
    shown = [
        key
        for key in kind.members
        if key == now or (column.tones.get(key) != "bad" and key not in aside)
    ]
    place = shown.index(now) if now in shown else 0
    return [
        Stage(
            translate(kind.labels.get(key, key)),
            is_past=position < place,
            is_current=position == place,
            tone=column.tones.get(key, "plain"),
        )
        for position, key in enumerate(shown)
    ]


def _column(shape: Shape) -> Shown | None:
    """The declared state among the columns, or what stands for one."""
    named = shape.resource.state
    if named:
        return next((column for column in shape.offered if column.name == named), None)
    return next((c for c in shape.columns if c.tones and not c.attribute.path), None)
