"""The values that a list can show, filter and sort by: columns of a model and of those it
refers to, reached by dotted names through many-to-one relationships.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, inspect
from sqlalchemy.orm import Mapper, RelationshipProperty, aliased

from core.web.resources.kinds import Kind
from core.web.resources.kinds_of import kind_of

Path = tuple[str, ...]


class NoAttribute(Exception):
    """The model has no such column; the message says where the name stops making sense."""


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """A column within reach: its SQL expression, and the relationships to join for it.

    `key` is its bare kind, without choices or widget: what cursors are made of.
    """

    name: str
    expression: Any
    path: Path
    nullable: bool
    key: Kind
    secret: bool


class Attributes:
    """Resolves dotted names on one model; one alias per relationship path, made once."""

    def __init__(self, model: type[Any]) -> None:
        self._entities: dict[Path, Any] = {(): model}
        self._mapper: Mapper[Any] = inspect(model)
        self._known: dict[str, Attribute] = {}

    def find(self, name: str) -> Attribute:
        """The attribute of this name; raises NoAttribute or NoKind."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._resolve(name)
        return found

    def join(self, statement: Select[Any], paths: Iterable[Path]) -> Select[Any]:
        """The statement with what these paths need outer-joined, each once."""
        needed = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
        for path in sorted(needed):
            parent, entity = self._entities[path[:-1]], self._entities[path]
            statement = statement.outerjoin(getattr(parent, path[-1]).of_type(entity))
        return statement

    def _resolve(self, name: str) -> Attribute:
        *path, last = name.split(".")
        entity, mapper = self._walk(tuple(path), name)
        column = mapper.columns.get(last)
        if column is None:
            raise NoAttribute(f"{name}: {mapper.class_.__name__} has no column {last!r}")
        return Attribute(
            name=name,
            expression=getattr(entity, last),
            path=tuple(path),
            nullable=bool(column.nullable or path),
            key=kind_of(column.type, code=True),
            secret=bool(column.info.get("secret")),
        )

    def _walk(self, path: Path, name: str) -> tuple[Any, Mapper[Any]]:
        mapper = self._mapper
        for depth, step in enumerate(path, start=1):
            relationship = mapper.relationships.get(step)
            if not isinstance(relationship, RelationshipProperty) or relationship.uselist:
                raise NoAttribute(
                    f"{name}: {mapper.class_.__name__} has no many-to-one relationship {step!r}"
                )
            mapper = relationship.mapper
            if path[:depth] not in self._entities:
                self._entities[path[:depth]] = aliased(mapper)
        return self._entities[path], mapper
