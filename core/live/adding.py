"""`add_new`: a document that a service has just made, written with its lines by one statement.

A flush works out anew each time what depends on what, and asks the database once for each table. A
document and its lines are always the same: one row that names nothing new, and rows that name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    Numeric,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import Insert

from core.db.base import Model
from core.db.direct import fetch_rows
from core.db.session import attribute
from core.live.changes import announce_records

R = TypeVar("R", bound=Model)

_PLACE: Final = "place_of_row"
_CARRIED: Final = frozenset({BigInteger, Boolean, Date, DateTime, Integer, JSONB, Numeric, Text})
"""Types whose values JSON carries as PostgreSQL reads them."""


def add_new(session: Session, record: R) -> R:
    """Write a record that no session knows yet, with what is in its collections, and return it as
    a flush would leave it: with its id, its defaults, and told to open pages.

    What the session holds besides is flushed before. Raises TypeError for a record that a session
    knows already, that gives a value where the database does, or of unusual types.
    """
    if not inspect(record).transient:
        raise TypeError("a record that a session knows is written by its flush")
    session.flush()
    attribute(session)
    shape, known = _shape(type(record)), _parts(type(record))
    parts = {name: lines for name in known if (lines := vars(record).get(name))}
    given = {"head": _text([_row(shape, record)])}
    for name, lines in parts.items():
        rows = [_row(known[name].shape, one) for one in lines]
        given[name] = _text({**row, _PLACE: place} for place, row in enumerate(rows))
    (row,) = fetch_rows(session, _statement(type(record), tuple(parts)), given)
    for name in shape.answered:
        set_committed_value(record, name, getattr(row, name))
    key = getattr(row, shape.key)
    for name, lines in parts.items():
        _name_lines(known[name], lines, key, getattr(row, f"ids_of_{name}"))
    make_transient_to_detached(record)
    session.add(record)
    announce_records(session, (record, *(line for lines in parts.values() for line in lines)))
    return record


def _text(rows: Iterable[Mapping[str, Any]]) -> str:
    return orjson.dumps(list(rows), default=str).decode()


def _name_lines(part: _Part, lines: Iterable[Model], head: int, ids: Iterable[int]) -> None:
    for line, key in zip(lines, sorted(ids), strict=True):
        set_committed_value(line, part.shape.key, key)
        set_committed_value(line, part.names, head)
        make_transient_to_detached(line)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a model is written: `written` maps attributes to columns that are given, `answered` are
    those that the database fills."""

    mapper: Mapper[Any]
    table: Table
    key: str
    written: Mapping[str, Column[Any]]
    answered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A collection of lines; `names` is their attribute that names the record."""

    shape: _Shape
    names: str


@cache
def _shape(model: type[Any]) -> _Shape:
    mapper: Mapper[Any] = inspect(model)
    table = mapper.local_table
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} has no table of its own")
    if any(type(one.type) not in _CARRIED for one in table.columns):
        raise TypeError(f"{table.fullname} has columns of types that only a flush writes")
    names = {mapper.get_property_by_column(one).key: one for one in table.columns}
    answered = tuple(
        name
        for name, one in names.items()
        if one.default is None and (one.server_default is not None or one.primary_key)
    )
    return _Shape(
        mapper,
        table,
        mapper.get_property_by_column(mapper.primary_key[0]).key,
        {name: one for name, one in names.items() if name not in answered},
        answered,
    )


@cache
def _parts(model: type[Any]) -> Mapping[str, _Part]:
    """What a record consists of besides its row."""
    mapper: Mapper[Any] = inspect(model)
    found = {}
    for lines in mapper.relationships:
        if lines.uselist and not lines.viewonly:
            _, names = lines.local_remote_pairs[0]
            key = lines.mapper.get_property_by_column(names).key
            found[lines.key] = _Part(_shape(lines.mapper.class_), key)
    return found


def _row(shape: _Shape, record: Model) -> dict[str, Any]:
    """A record as the statement takes it. What it leaves open gets the default of its column, as it
    would by a flush."""
    values = vars(record)
    row: dict[str, Any] = {}
    for name, one in shape.written.items():
        value = values.get(name)
        if value is None:
            default: Any = one.default
            if default is not None:
                value = default.arg(None) if default.is_callable else default.arg
            set_committed_value(record, name, value)
        row[one.name] = value
    if any(values.get(name) is not None for name in shape.answered):
        raise TypeError(f"{shape.table.fullname} fills {', '.join(shape.answered)} by itself")
    return row


@cache
def _statement(model: type[Any], filled: Sequence[str]) -> Select[*tuple[Any, ...]]:
    shape = _shape(model)
    answered = [_column(shape, name) for name in shape.answered]
    given = _given(shape, "head")
    head = _insert(shape, select(*given.c)).returning(*answered).cte("head")
    told = [
        head.c[one.name].label(name) for name, one in zip(shape.answered, answered, strict=True)
    ]
    for name in filled:
        part = _parts(model)[name].shape
        names = part.written[_parts(model)[name].names]
        given = _given(part, name)
        values = [
            head.c[_column(shape, shape.key).name] if one is names else given.c[one.name]
            for one in part.written.values()
        ]
        # Ids are given in the order of the rows.
        rows = select(*values).order_by(given.c[_PLACE])
        key = _column(part, part.key)
        lines = _insert(part, rows).returning(key).cte(name)
        ids = select(func.array_agg(lines.c[key.name])).scalar_subquery()
        told.append(ids.label(f"ids_of_{name}"))
    return select(*told)


def _given(shape: _Shape, name: str) -> TableValuedAlias:
    """Rows as one JSON text, in the types of the columns."""
    columns = [column(one.name, one.type) for one in shape.written.values()]
    if name != "head":
        columns.append(column(_PLACE, Integer))
    rows = func.json_to_recordset(cast(bindparam(name, type_=Text), JSON))
    return rows.table_valued(*columns, name=f"given_{name}").render_derived(with_types=True)


def _insert(shape: _Shape, rows: Select[*tuple[Any, ...]]) -> Insert:
    names = [one.name for one in shape.written.values()]
    return insert(shape.table).from_select(names, rows, include_defaults=False)


def _column(shape: _Shape, name: str) -> Column[Any]:
    return shape.mapper.columns[name]
