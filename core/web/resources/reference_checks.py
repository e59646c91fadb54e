"""Nobody refers to a record that they may not see: neither by guessing its key nor by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.rules import apply_rules
from core.errors import Problem
from core.i18n import phrase
from core.web.resources.kinds import Reference
from core.web.resources.references import target
from core.web.resources.shape import Input, Shape


def unreachable_references(
    session: Session, shape: Shape, values: Mapping[str, Any], record: Any
) -> list[Problem]:
    """A problem for each reference to a record that does not exist for the actor. What the
    record refers to already may stay, whoever put it there."""
    asked: dict[str, list[tuple[str, Any]]] = {}
    for name, item, key in _references(shape, values):
        assert isinstance(item.kind, Reference)
        asked.setdefault(item.kind.resource, []).append((name, key))
    kept = _held(shape, record) if record is not None else frozenset()
    problems = []
    for resource, named in asked.items():
        wanted = {key for _, key in named if (resource, key) not in kept}
        missing = wanted - _reachable(session, resource, wanted)
        problems += [
            Problem(name, phrase("There is no record with this id."))
            for name, key in named
            if key in missing
        ]
    return problems


def _reachable(session: Session, resource: str, keys: set[Any]) -> set[Any]:
    shape = target(session, resource)
    if shape is None or not keys:
        return set()
    statement = select(shape.key.expression).where(shape.key.expression.in_(keys))
    read = shape.resource.access.read
    if actor(session).may(read.code):
        # Who may not read the resource at all is given keys by others, and may use them.
        statement = apply_rules(session, statement, shape.resource, read)
    return set(session.scalars(statement))


def _references(shape: Shape, values: Mapping[str, Any]) -> Iterator[tuple[str, Input, Any]]:
    for item in shape.inputs:
        if isinstance(item.kind, Reference) and values.get(item.name) is not None:
            yield item.name, item, values[item.name]
    for grid in shape.grids:
        for place, line in enumerate(values.get(grid.name, ())):
            for item in grid.inputs:
                if isinstance(item.kind, Reference) and line.get(item.name) is not None:
                    yield f"{grid.name}.{place}.{item.name}", item, line[item.name]


def _held(shape: Shape, record: Any) -> frozenset[tuple[str, Any]]:
    held = {
        (item.kind.resource, getattr(record, item.name))
        for item in shape.inputs
        if isinstance(item.kind, Reference)
    }
    for grid in shape.grids:
        for line in getattr(record, grid.name):
            held |= {
                (item.kind.resource, getattr(line, item.name))
                for item in grid.inputs
                if isinstance(item.kind, Reference)
            }
    return frozenset(held)
