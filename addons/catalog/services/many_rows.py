"""Writes many rows in one statement that is the same however many they are: an array for each
column, so that it is read, planned and prepared once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY as ANY_ARRAY
from sqlalchemy import Text, bindparam, cast, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert


def insert_rows(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows that all hold the same columns, and return their ids in the same order."""
    if not rows:
        return []
    names = tuple(rows[0])
    columns = model.__table__.columns
    values = {
        f"all_{name}": [_written(row[name]) for row in rows]
        if isinstance(columns[name].type, ANY_ARRAY)
        else [row[name] for row in rows]
        for name in names
    }
    # Identities are given out in the order of the rows.
    return sorted(session.connection().execute(_statement(model, names), values).scalars())


@lru_cache(maxsize=64)
def _statement(model: type[Any], names: tuple[str, ...]) -> ReturningInsert[Any]:
    columns = model.__table__.columns
    nested = {name for name in names if isinstance(columns[name].type, ANY_ARRAY)}
    arrays = [
        bindparam(f"all_{name}", type_=ARRAY(Text if name in nested else columns[name].type))
        for name in names
    ]
    given = (
        func.unnest(*arrays)
        .table_valued(*names, with_ordinality="place", name="given")
        .render_derived()
    )
    picked = [
        cast(given.c[name], columns[name].type) if name in nested else given.c[name]
        for name in names
    ]
    ordered = select(*picked).order_by(given.c.place)
    statement = insert(model.__table__).from_select(names, ordered, include_defaults=False)
    return statement.returning(columns["id"])


def _written(numbers: Sequence[int]) -> str:
    """An array as PostgreSQL writes it, since arrays of arrays must all be as long."""
    return "{" + ",".join(map(str, numbers)) + "}"
