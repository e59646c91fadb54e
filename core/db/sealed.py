"""Columns whose values are sealed under the installation's master key.

A model says so, and to which row a value belongs: `info={"secret": True, "sealed_for":
"core.totp_credential/{user_id}"}` names its own columns in braces. So a value moved to another
row does not open, and a new master key reaches every one of them. A copy of the company to try
things in forgets them, unless they are `"inward": True`: good for nothing outside of the company.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

from sqlalchemy import Column, Select, Table, func, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.db.base import Model
from core.secrets import SealError, SecretBox, key_id_of

_PLACE: Final = "sealed_for"
_COLUMN: Final = text(
    "SELECT 1 FROM pg_catalog.pg_attribute"
    " WHERE attrelid = to_regclass(:table) AND attname = :column AND NOT attisdropped"
)


def seal(box: SecretBox, column: InstrumentedAttribute[str], plain: bytes, **row: Any) -> str:
    """What to keep in this column of a row that holds these values."""
    return box.seal(plain, bound_to=_place(column.expression, row))


def unseal(box: SecretBox, column: InstrumentedAttribute[str], record: Model) -> bytes:
    """What is sealed in this column of a record; raises core.secrets.SealError if it was
    changed, moved here from elsewhere, or its key is gone."""
    row = {name: getattr(record, name) for name in record.__mapper__.columns.keys()}  # noqa: SIM118
    return box.open(row[column.key], bound_to=_place(column.expression, row))


@dataclass(frozen=True, slots=True)
class Held:
    """How many values a place of a database holds under one key, and how many of these do not
    open, where that was tried."""

    place: str
    key_id: str
    values: int
    shut: int = 0


def held(session: Session, box: SecretBox | None = None) -> tuple[Held, ...]:
    """What this database keeps sealed in columns, by the ids of the keys; with a box, each value is
    opened to see whether it does."""
    found = []
    for table, column in sealed_columns():
        if not _is_there(session, column):
            continue
        counted = _by_key(session, column)
        shut = Counter[str]() if box is None else _shut(session, box, column)
        place = f"{table.fullname}.{column.name}"
        found += [Held(place, key, number, shut[key]) for key, number in counted]
    return tuple(found)


def reseal(session: Session, box: SecretBox) -> int:
    """Seal anew what this database holds under an older key; how many values that were.

    A value that changes meanwhile is left to whoever changes it, so this can run while people
    work. One that does not open stays as it is: `held` counts it.
    """
    return sum(
        _reseal_column(session, box, column)
        for _, column in sealed_columns()
        if _is_there(session, column)
    )


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of the loaded addons whose values are sealed."""
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if _PLACE in column.info:
                yield table, column


def _is_there(session: Session, column: Column[Any]) -> bool:
    """Databases have the tables of their own addons, and may be behind the code."""
    values = {"table": column.table.fullname, "column": column.name}
    return session.scalar(_COLUMN, values) is not None


def _by_key(session: Session, column: Column[Any]) -> list[tuple[str, int]]:
    key = func.split_part(column, ".", 1)
    counted = select(key, func.count()).where(column != "").group_by(key).order_by(key)
    return [(name, number) for name, number in session.execute(counted)]


def _shut(session: Session, box: SecretBox, column: Column[Any]) -> Counter[str]:
    shut = Counter[str]()
    for row in session.execute(_rows(column).where(column != "")).mappings():
        try:
            box.open(row[column.name], bound_to=_place(column, row))
        except SealError:
            shut[key_id_of(row[column.name])] += 1
    return shut


def _reseal_column(session: Session, box: SecretBox, column: Column[Any]) -> int:
    resealed = 0
    older = func.split_part(column, ".", 1) != box.key_ids[0]
    for row in session.execute(_rows(column).where(column != "", older)).mappings():
        sealed, place = row[column.name], _place(column, row)
        try:
            anew = box.seal(box.open(sealed, bound_to=place), bound_to=place)
        except SealError:
            continue
        same = [part == row[part.name] for part in column.table.primary_key]
        session.execute(
            update(column.table).where(*same, column == sealed).values({column.name: anew})
        )
        resealed += 1
    return resealed


def _rows(column: Column[Any]) -> Select[*tuple[Any, ...]]:
    """The column, with what tells its rows apart and what its values are sealed for."""
    table = column.table
    named = {name for _, name, _, _ in Formatter().parse(column.info[_PLACE]) if name}
    parts = {column.name, *named, *(part.name for part in table.primary_key)}
    return select(*(table.columns[name] for name in sorted(parts)))


def _place(column: Any, row: Any) -> str:
    return column.info[_PLACE].format_map(row)
