"""Master records that a file names and that do not exist: when and how they may be made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.errors import Conflict, InvalidInput, Problem
from core.i18n import phrase
from core.web.importing.lookups import Missing
from core.web.importing.targets import Target, key_of, targets_of
from core.web.resources import writing
from core.web.resources.culture import PLAIN
from core.web.resources.input_reading import initial_texts
from core.web.resources.kinds import Reference, Unreadable
from core.web.resources.references import target as resource_of
from core.web.resources.shape import Shape


def creatable(session: Session, shape: Shape) -> list[Target]:
    """The references of a resource whose records the actor could make from a name alone."""
    return [
        target
        for target in targets_of(shape)
        if isinstance(target.kind, Reference) and _shape_to_make(session, target.kind.resource)
    ]


def create_missing(session: Session, missing: Missing) -> tuple[Shape, Any, Sequence[Any]]:
    """The record, with its resource and all that was made for it; raises InvalidInput for a name
    that it cannot have."""
    shape = _shape_to_make(session, missing.resource)
    if shape is None:
        raise Conflict(
            phrase("“{name}” cannot be created from its name alone.", name=missing.text),
            fix=phrase("Create it first, and import the file again."),
        )
    make = _maker(shape)
    if make is not None:
        return shape, *make(session, missing.text)
    record = _from_key(session, shape, missing.text)
    return shape, record, (record,)


def _from_key(session: Session, shape: Shape, text: str) -> Any:
    (name,) = key_of(shape)
    item = next(item for item in shape.inputs if item.name == name)
    values: dict[str, Any] = {}
    initial = initial_texts(session, shape.inputs, PLAIN)
    for other in shape.inputs:
        if other.name in initial and not other.readonly:
            values[other.name] = other.kind.read(initial[other.name], PLAIN)
    try:
        values[name] = item.kind.read(text, PLAIN)
    except Unreadable as error:
        raise InvalidInput(error.message, problems=(Problem(name, error.message),)) from None
    return writing.create(session, shape, values)


def _maker(shape: Shape) -> Callable[[Session, str], tuple[Any, Sequence[Any]]] | None:
    importing = shape.resource.importing
    return importing.make if importing is not None else None


def _shape_to_make(session: Session, resource: str) -> Shape | None:
    shape = resource_of(session, resource)
    if shape is None or (len(key_of(shape)) != 1 and _maker(shape) is None):
        return None
    create = shape.resource.access.create
    if create is None or not actor(session).may(create.code):
        return None
    if _maker(shape) is not None:
        return shape
    required = {item.name for item in shape.inputs if item.required}
    return shape if required <= set(key_of(shape)) else None
