"""Columns whose values are sealed under the installation's master key.

A model says so, and to which row a value belongs: `info={"secret": True, "sealed_for":
"core.totp_credential/{user_id}"}` names its own columns in braces. So a value moved to another
row does not open, and a new master key reaches every one of them. A copy of the company to try
things in forgets them, unless they are `"inward": True`: good for nothing outside of the company.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.db.base import Model
from core.secrets import SecretBox

_PLACE = "sealed_for"


def seal(box: SecretBox, column: InstrumentedAttribute[str], plain: bytes, **row: Any) -> str:
    """What to keep in this column of a row that holds these values."""
    return box.seal(plain, bound_to=_place(column.expression, row))


def unseal(box: SecretBox, column: InstrumentedAttribute[str], record: Model) -> bytes:
    """What is sealed in this column of a record; raises core.secrets.SealError if it was
    changed, moved here from elsewhere, or its key is gone."""
    row = {name: getattr(record, name) for name in record.__mapper__.columns.keys()}  # noqa: SIM118
    return box.open(row[column.key], bound_to=_place(column.expression, row))


def reseal(session: Session, box: SecretBox) -> int:
    """Seal anew what this database holds under an older key; how many values that were.

    A value that changes meanwhile is left to whoever changes it, so this can run while people
    work.
    """
    return sum(
        _reseal_column(session, box, table, column)
        for table, column in _sealed_columns()
        if session.scalar(select(func.to_regclass(table.fullname))) is not None
    )


def _sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if _PLACE in column.info:
                yield table, column


def _reseal_column(session: Session, box: SecretBox, table: Table, column: Column[Any]) -> int:
    key = list(table.primary_key.columns)
    resealed = 0
    for row in session.execute(select(table).where(column.is_not(None))).mappings():
        sealed = row[column.name]
        if not sealed or box.is_current(sealed):
            continue
        place = _place(column, row)
        anew = box.seal(box.open(sealed, bound_to=place), bound_to=place)
        same = [part == row[part.name] for part in key]
        session.execute(update(table).where(*same, column == sealed).values({column.name: anew}))
        resealed += 1
    return resealed


def _place(column: Any, row: Any) -> str:
    return column.info[_PLACE].format_map(row)
