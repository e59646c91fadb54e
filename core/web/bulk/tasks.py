"""What a batch does with one record: by the resource's own services, as its form and its buttons
would, and with the fields kept as they were before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.declare import Action, Permission
from core.errors import AppError, InvalidInput, NotFound
from core.i18n import phrase
from core.web.bulk.models import Batch, BatchItem
from core.web.resources import writing
from core.web.resources.action_pages import perform, sentence
from core.web.resources.reference_checks import unreachable_references
from core.web.resources.shape import Input, Shape

Written = dict[str, Any]
"""Values of fields as JSON holds them."""


class Overtaken(AppError):
    """The record was changed after the batch that is to be undone."""

    status = 409
    code = "overtaken"


@dataclass(frozen=True, slots=True)
class Effect:
    """What happened to a record: what it held before, and a sentence of the service's own."""

    changed: bool = True
    before: Written | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """The permission that each record must be within reach of, and what is done to it."""

    permission: Permission
    run: Callable[[Session, Any, BatchItem], Effect]


def task_of(shape: Shape, batch: Batch) -> Task:
    """What this batch does; raises NotFound if its resource no longer offers that."""
    access = shape.resource.access
    if batch.task == "edit" and access.update is not None:
        return Task(access.update, lambda *given: _edit(shape, batch.fields, *given))
    if batch.task == "undo" and access.update is not None:
        return Task(access.update, lambda *given: _restore(shape, *given))
    if batch.task == "delete" and access.delete is not None:
        return Task(access.delete, lambda *given: _delete(shape, *given))
    if batch.task == "action":
        action = bulk_action(shape, batch.action)
        return Task(action.permission, lambda *given: _act(shape, action, *given))
    raise NotFound(phrase("{title} can no longer be changed.", title=phrase(shape.resource.title)))


def bulk_action(shape: Shape, name: str) -> Action:
    """The action of this name that is offered for many records; raises NotFound."""
    for action in shape.resource.actions:
        if action.name == name and action.bulk:
            return action
    raise NotFound(phrase("There is no such action."))


def bulk_inputs(shape: Shape) -> tuple[Input, ...]:
    """The fields that are changed without opening the form."""
    return tuple(item for item in shape.inputs if not (item.readonly or item.secret))


def shared_inputs(shape: Shape) -> tuple[Input, ...]:
    """Those of them that may hold the same in many records."""
    columns = inspect(shape.model).columns
    alone = {item.key for item in shape.custom if item.unique}
    return tuple(
        item
        for item in bulk_inputs(shape)
        if item.name not in alone and (item.name not in columns or not columns[item.name].unique)
    )


def written(shape: Shape, values: Mapping[str, Any]) -> Written:
    """Typed values as JSON holds them."""
    kinds = {item.name: item.kind for item in shape.inputs}
    return {
        name: None if value is None else kinds[name].write(value) for name, value in values.items()
    }


def typed(shape: Shape, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the services get them; raises Unreadable for what a field no longer takes."""
    kinds = {item.name: item.kind for item in bulk_inputs(shape)}
    return {
        name: None if value is None else kinds[name].accept(value)
        for name, value in stored.items()
        if name in kinds
    }


def held(shape: Shape, record: Any, names: Mapping[str, Any]) -> Written:
    """What a record holds in these fields; raises Overtaken if one is no longer there, or not for
    this person: a field of the company's own may be archived or hidden meanwhile."""
    if not {item.name for item in bulk_inputs(shape)}.issuperset(names):
        raise Overtaken(phrase("Some of its fields are no longer there, or not yours to change."))
    return written(shape, {name: getattr(record, name) for name in names})


def _edit(
    shape: Shape, fields: Mapping[str, Any], session: Session, record: Any, item: BatchItem
) -> Effect:
    # Compared as values: 12.5 and 12.50 are written differently and are the same.
    before = held(shape, record, fields)
    if {name: getattr(record, name) for name in fields} == typed(shape, fields):
        return Effect(changed=False)
    _write(shape, session, record, fields)
    return Effect(before=before)


def _restore(shape: Shape, session: Session, record: Any, item: BatchItem) -> Effect:
    if record.version != item.expects:
        raise Overtaken(phrase("It was changed since."))
    restores = item.restores or {}
    before = held(shape, record, restores)
    _write(shape, session, record, restores)
    return Effect(before=before)


def _write(shape: Shape, session: Session, record: Any, fields: Mapping[str, Any]) -> None:
    values = typed(shape, fields)
    problems = unreachable_references(session, shape, values, record)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    writing.update(session, shape, record, values)


def _delete(shape: Shape, session: Session, record: Any, item: BatchItem) -> Effect:
    writing.delete(session, shape, record)
    return Effect()


def _act(shape: Shape, action: Action, session: Session, record: Any, item: BatchItem) -> Effect:
    return Effect(note=sentence(perform(session, shape, action, record)))
