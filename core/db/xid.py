"""PostgreSQL's transaction ids as a column type.

A row stamped with its transaction's id tells a later reader which rows were still in flight
when it last looked: everything below `pg_snapshot_xmin(pg_current_snapshot())` is settled.
Timestamps and identity columns cannot tell, since transactions commit out of their order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType


class Xid(UserDefinedType[int]):
    """`xid8`: 64 bits that never wrap around; an integer in Python."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__()

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        # PostgreSQL reads an untyped text as xid8, but has no cast from bigint.
        return lambda value: None if value is None else str(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], int | None]:
        return lambda value: None if value is None else int(value)


# So that reflection, which compares migrations with models, knows the type by its name.
ischema_names["xid8"] = Xid
