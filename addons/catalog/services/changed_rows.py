"""Writes what changed of many records in one statement for each set of columns, where the session
would send a statement for each record.

Everything else stays as it is with the session: a record that somebody else changed meanwhile fails
the writing, and what the database made of it (its version, when) is known afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, inspect, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.dml import ReturningUpdate

from core.api import Record


def write_changed(session: Session, model: type[Any], records: Iterable[Any]) -> None:
    """Write the changed columns of these records, which are all of one model and were read before.

    Raises StaleDataError if one of them was changed or deleted meanwhile, as a flush does.
    """
    alike: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    records = list(records)
    if len(records) == 1:
        session.flush()  # nothing is won, and whoever is told of it hears which record it was
        return
    for record in records:
        if names := _changed(record):
            alike[names].append(record)
    for names, several in alike.items():
        _write(session, model, names, several)


def _changed(record: Any) -> tuple[str, ...]:
    """The columns that have another value than the one that was read."""
    state = inspect(record)
    columns = state.mapper.column_attrs
    return tuple(
        sorted(
            name
            for name, before in state.committed_state.items()
            if name in columns and before != state.dict[name]
        )
    )


def _write(
    session: Session, model: type[Any], names: tuple[str, ...], several: Sequence[Record]
) -> None:
    # In the order of their ids, so that two who write the same records wait for each other once.
    ordered = sorted(several, key=lambda record: record.id)
    values: dict[str, list[Any]] = {
        f"all_{name}": [getattr(record, name) for record in ordered] for name in names
    }
    values["all_id"] = [record.id for record in ordered]
    values["all_version"] = [record.version for record in ordered]
    rows = session.execute(_statement(model, names), values).all()
    if len(rows) != len(ordered):
        raise StaleDataError(
            f"of {len(ordered)} rows of {model.__table__}, {len(rows)} are as they were read"
        )
    made = {row.id: row for row in rows}
    for record in ordered:
        for name in names:
            set_committed_value(record, name, getattr(record, name))
        set_committed_value(record, "version", made[record.id].version)
        set_committed_value(record, "updated_at", made[record.id].updated_at)


@lru_cache(maxsize=64)
def _statement(model: type[Any], names: tuple[str, ...]) -> ReturningUpdate[Any]:
    columns = model.__table__.columns
    given = (
        func.unnest(
            bindparam("all_id", type_=ARRAY(BIGINT)),
            bindparam("all_version", type_=ARRAY(columns["version"].type)),
            *(bindparam(f"all_{name}", type_=ARRAY(columns[name].type)) for name in names),
        )
        .table_valued("id", "version", *(f"new_{name}" for name in names), name="given")
        .render_derived()
    )
    return (
        update(model.__table__)
        .where(columns["id"] == given.c.id, columns["version"] == given.c.version)
        .values({name: given.c[f"new_{name}"] for name in names})
        .returning(columns["id"], columns["version"], columns["updated_at"])
    )
