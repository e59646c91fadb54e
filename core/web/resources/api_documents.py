"""Records as JSON documents: what is declared and nothing else, read without the ORM.

A document holds `id` and `version`, the fields of the form (secrets excepted), the columns of
the list, values of other records below the relationship's name, and lines as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from core.web.resources.attributes import Attribute, Attributes
from core.web.resources.kinds import Boolean, Kind, Text
from core.web.resources.kinds_figures import Integer
from core.web.resources.list_fields import hidden_names
from core.web.resources.shape import Grid, Shape

BY_KEY: Final = "wanted_key"
Document = dict[str, Any]
Write = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Property:
    """A value in a document: its name, or the names of the object it is in and itself."""

    path: tuple[str, ...]
    kind: Kind
    nullable: bool
    attribute: Attribute


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How documents are selected and written. `joined` has what other records' values need,
    `by_key` selects one by the parameter `BY_KEY`."""

    statement: Any
    joined: Any
    by_key: Any
    properties: tuple[Property, ...]
    writers: tuple[tuple[tuple[str, ...], Write | None], ...]


@lru_cache(maxsize=2048)
def plan_of(shape: Shape) -> Plan:
    """The plan of a resource's documents."""
    properties = tuple(_properties(shape))
    columns = [item.attribute.expression for item in properties]
    statement: Any = select(*columns).select_from(shape.model)
    paths = [item.attribute.path for item in properties if item.attribute.path]
    joined = shape.attributes.join(statement, paths)
    return Plan(
        statement,
        joined,
        joined.where(shape.key.expression == bindparam(BY_KEY)),
        properties,
        tuple((item.path, _writer(item.kind)) for item in properties),
    )


@lru_cache(maxsize=2048)
def line_plan(grid: Grid) -> Plan:
    """The plan of a document's lines; the first value of each row is the document's key."""
    attributes = Attributes(grid.model)
    properties = [Property(("id",), grid.key.key, False, grid.key)]
    properties += [
        Property((item.name,), item.kind, item.nullable, attributes.find(item.name))
        for item in grid.inputs
        if not item.secret
    ]
    columns = [item.attribute.expression for item in properties]
    statement = select(grid.parent, *columns)
    if grid.relationship.order_by:
        statement = statement.order_by(*grid.relationship.order_by)
    statement = statement.order_by(grid.key.expression)
    return Plan(
        statement,
        statement,
        statement.where(grid.parent.in_(bindparam(BY_KEY, expanding=True))),
        tuple(properties),
        tuple((p.path, _writer(p.kind)) for p in properties),
    )


def documents(session: Session, shape: Shape, rows: Sequence[Row[Any]]) -> list[Document]:
    """The documents of these rows of the plan's statement; one more query for each grid."""
    writers = _writers(shape, hidden_names(session, shape))
    made = [_document(writers, row) for row in rows]
    if not made:
        return made
    by_key: dict[Any, Document] = {
        row[0]: document for row, document in zip(rows, made, strict=True)
    }
    for grid in shape.grids:
        for document in made:
            document[grid.name] = []
        plan = line_plan(grid)
        for line in session.connection().execute(plan.by_key, {BY_KEY: list(by_key)}):
            by_key[line[0]][grid.name].append(_document(plan.writers, line[1:]))
    return made


def _document(
    writers: tuple[tuple[tuple[str, ...], Write | None], ...], values: Iterable[Any]
) -> Document:
    document: Document = {}
    for (path, write), value in zip(writers, values, strict=False):
        if not path:
            continue
        written = value if write is None or value is None else write(value)
        if len(path) == 1:
            document[path[0]] = written
        else:
            place = document
            for step in path[:-1]:
                place = place.setdefault(step, {})
            place[path[-1]] = written
    return document


def _properties(shape: Shape) -> Iterator[Property]:
    yield Property(("id",), shape.key.key, False, shape.key)
    if shape.version is not None:
        yield Property(("version",), shape.version.key, False, shape.version)
    seen = {"id", "version"}
    for item in shape.inputs:
        if not item.secret and item.name not in seen:
            seen.add(item.name)
            attribute = shape.attributes.find(item.name)
            yield Property((item.name,), item.kind, item.nullable, attribute)
    for column in shape.columns:
        if column.name not in seen:
            seen.add(column.name)
            path = tuple(column.name.split("."))
            yield Property(path, column.kind, column.attribute.nullable, column.attribute)


@lru_cache(maxsize=4096)
def _writers(
    shape: Shape, hidden: frozenset[str]
) -> tuple[tuple[tuple[str, ...], Write | None], ...]:
    """How each value is written; without a path, not at all."""
    return tuple(
        ((), None) if ".".join(path) in hidden else (path, write)
        for path, write in plan_of(shape).writers
    )


def _writer(kind: Kind) -> Write | None:
    """None where the value is its own JSON."""
    return None if isinstance(kind, Text | Boolean | Integer) else kind.write
