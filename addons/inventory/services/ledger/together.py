"""Rows written by statements that are prepared once. Many rows go in one statement, however many
they are: the triggers that keep sums see them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Table, bindparam, column, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from core.api import Model, announce_table, fetch_rows, fetch_value

_KEPT: Final = 64


def insert_together(
    session: Session, model: type[Model], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert rows, which all have the same columns, and return their ids in their order."""
    if not rows:
        return []
    if len(rows) == 1:
        return [insert_one(session, model, rows[0])]
    columns = tuple(rows[0])
    given = {name: [row[name] for row in rows] for name in columns}
    found = fetch_rows(session, _several(model, columns), given)
    announce_table(session, _table(model).fullname)
    return sorted(row.id for row in found)


def insert_one(session: Session, model: type[Model], row: Mapping[str, Any]) -> int:
    """Insert a row and return its id."""
    added = fetch_value(session, _single(model, tuple(row)), row)
    announce_table(session, _table(model).fullname)
    return added


def _table(model: type[Model]) -> Table:
    return cast("Table", model.__table__)


def _fixed(table: Table, columns: tuple[str, ...]) -> dict[str, ColumnElement[Any]]:
    """What the model says of the columns that no row names."""
    return {
        one.name: literal(one.default.arg, one.type)
        for one in table.c
        if one.name not in columns and isinstance(one.default, ScalarElementColumnDefault)
    }


@lru_cache(maxsize=_KEPT)
def _single(model: type[Model], columns: tuple[str, ...]) -> ReturningInsert[Any]:
    table = _table(model)
    given = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    return insert(table).values({**given, **_fixed(table, columns)}).returning(table.c.id)


@lru_cache(maxsize=_KEPT)
def _several(model: type[Model], columns: tuple[str, ...]) -> ReturningInsert[Any]:
    table = _table(model)
    types = {name: table.c[name].type for name in columns}
    arrays = [bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()]
    named = [column(name, kind) for name, kind in types.items()]
    given = func.unnest(*arrays).table_valued(*named, with_ordinality="place", name="given")
    given = given.render_derived()
    fixed = _fixed(table, columns)
    # Ids are given in the order of the rows.
    ordered = select(*(given.c[name] for name in columns), *fixed.values()).order_by(given.c.place)
    filled = insert(table).from_select([*columns, *fixed], ordered, include_defaults=False)
    return filled.returning(table.c.id)
