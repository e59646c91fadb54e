"""The cursor under every statement, which describes a result only to whoever asks, and says how
long a statement took.

SQLAlchemy takes the description of each result along, and reads it the first time that it meets a
statement; the driver makes an object for every column each time. Here the columns are described
when they are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import Any, NamedTuple, overload

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult


class Field(NamedTuple):
    """A column of a result, as PEP 249 has it."""

    name: str
    type_code: int
    display_size: int | None = None
    internal_size: int | None = None
    precision: int | None = None
    scale: int | None = None
    null_ok: bool | None = None


class Fields(Sequence[Field]):
    """The columns of a result, each described when it is looked at."""

    __slots__ = ("_result",)

    def __init__(self, result: PGresult) -> None:
        self._result = result

    def __len__(self) -> int:
        return self._result.nfields

    @overload
    def __getitem__(self, at: int) -> Field: ...
    @overload
    def __getitem__(self, at: slice) -> list[Field]: ...
    def __getitem__(self, at: int | slice) -> Field | list[Field]:
        if isinstance(at, slice):
            return [self._field(one) for one in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return self._field(at % len(self))

    def _field(self, at: int) -> Field:
        # Every connection speaks UTF-8.
        return Field((self._result.fname(at) or b"").decode(), self._result.ftype(at))


class Cursor(psycopg.Cursor[Any]):
    """psycopg's cursor with `Fields` for a description, which tells `note` how long each statement
    took. SQLAlchemy's own events would say it too, at several times the cost."""

    __slots__ = ("_note",)

    def __init__(
        self, connection: psycopg.Connection[Any], note: Callable[[float], None] | None = None
    ) -> None:
        super().__init__(connection)
        self._note = note

    def execute(self, query: Any, params: Any = None, **options: Any) -> Cursor:
        began = perf_counter()
        super().execute(query, params, **options)
        if self._note is not None:
            self._note(perf_counter() - began)
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        began = perf_counter()
        super().executemany(query, params_seq, **options)
        if self._note is not None:
            self._note(perf_counter() - began)

    @property
    def description(self) -> Fields | None:  # type: ignore[override]
        """The columns of the result, or None where the statement gave none."""
        result = self.pgresult
        if result is None or not (result.nfields or result.status == ExecStatus.TUPLES_OK):
            return None
        return Fields(result)
