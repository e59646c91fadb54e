"""Duplicating a record: its values in a new form, or a copy that the addon's service makes."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import UniqueConstraint, inspect
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.errors import NotFound
from core.i18n import phrase
from core.web.blocking import is_writable
from core.web.documents.keys import read_key
from core.web.replies import Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.form_view import Texts, record_texts
from core.web.resources.input_reading import initial_texts
from core.web.resources.records import load
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Input, Shape
from core.web.resources.showing import culture_for

COPY_PARAMETER: Final = "copy"


def may_duplicate(session: Session, shape: Shape) -> bool:
    """Whether the actor is offered a duplicate of records of this resource."""
    create = shape.resource.access.create
    offered = shape.resource.duplicate.offered and bool(shape.groups)
    offered = offered and is_writable(session, shape.addon, shape.resource)
    return offered and create is not None and actor(session).may(create.code)


def copied_texts(shape: Shape, session: Session, request: Request) -> Texts | None:
    """What the form of a new record holds when it duplicates another; None when it does not."""
    key = request.query.get(COPY_PARAMETER, "")
    if not key or not shape.resource.duplicate.offered:
        return None
    record, culture = load(session, shape, read_key(shape, key)), culture_for(request)
    held = record_texts(shape, record, culture)
    texts = dict(held.texts)
    for item in shape.inputs:
        if item.readonly or item.secret or item.name in _left_out(shape):
            texts.pop(item.name, None)
    fresh = initial_texts(session, shape.inputs, culture)
    texts = {**{name: fresh[name] for name in fresh if name not in texts}, **texts}
    for grid in shape.grids:
        dropped = {"id", *(item.name for item in grid.inputs if _is_not_copied(item))}
        for prefix in held.rows[grid.name]:
            for name in dropped:
                texts.pop(f"{prefix}.{name}", None)
    return Texts(texts, held.rows, held.held)


def duplicate(shape: Shape, session: Session, request: Request) -> Reply:
    """Have the addon's service make a copy, and open its form."""
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    run = shape.resource.duplicate.run
    if run is None or not shape.resource.duplicate.offered:
        raise NotFound(phrase("There is no such page."))
    record = load(session, shape, request.path_params["id"])
    copied = attempt(session, lambda: _flushed(session, run(session, record)))
    url = shape.record_url(getattr(copied, shape.key.name))
    goal = f"{url}/edit" if shape.resource.access.update is not None else url
    return form_once.keep(session, request, Redirect(goal, phrase("This is the copy.")))


def _flushed(session: Session, record: Any) -> Any:
    session.flush()
    return record


def _is_not_copied(item: Input) -> bool:
    return item.readonly or item.secret


def _left_out(shape: Shape) -> frozenset[str]:
    """The fields named, and columns that no two records may hold the same of."""
    mapper = inspect(shape.model)
    named = set(shape.resource.duplicate.leave_out)
    named |= {item.key for item in shape.custom if item.unique}
    table: Any = mapper.local_table
    alone = [
        next(iter(constraint.columns))
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) == 1
    ]
    alone += [next(iter(index.columns)) for index in table.indexes if _is_unique_alone(index)]
    return frozenset(named | {mapper.get_property_by_column(column).key for column in alone})


def _is_unique_alone(index: Any) -> bool:
    return bool(index.unique) and len(index.columns) == 1
