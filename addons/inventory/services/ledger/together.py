"""Many rows in one statement, which is prepared once however many they are: the triggers that keep
sums see them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from core.api import Model


def insert_together(
    session: Session, model: type[Model], rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert rows, which all have the same columns, and return their ids in their order."""
    if not rows:
        return []
    columns = tuple(rows[0])
    given = {name: [row[name] for row in rows] for name in columns}
    return sorted(session.scalars(_statement(model, columns), given))


@lru_cache(maxsize=64)
def _statement(model: type[Model], columns: tuple[str, ...]) -> ReturningInsert[Any]:
    table = cast("Table", model.__table__)
    types = {name: table.c[name].type for name in columns}
    arrays = [bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()]
    named = [column(name, kind) for name, kind in types.items()]
    given = func.unnest(*arrays).table_valued(*named, with_ordinality="place", name="given")
    given = given.render_derived()
    # Ids are given in the order of the rows.
    ordered = select(*(given.c[name] for name in columns)).order_by(given.c.place)
    return insert(table).from_select(list(columns), ordered).returning(table.c.id)
