"""The cursor under every statement, which describes a result only to whoever asks, and says which
statement took how long.

SQLAlchemy takes the description of each result along, and reads it the first time that it meets a
statement; the driver makes an object for every column each time. Here the columns are described
when they are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any, NamedTuple, overload

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from core.tracing.current import Note


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
    """psycopg's cursor with `Fields` for a description, which tells `note` of each statement.
    SQLAlchemy's own events would say it too, at several times the cost."""

    __slots__ = ("_note",)

    def __init__(self, connection: psycopg.Connection[Any], note: Note | None = None) -> None:
        super().__init__(connection)
        self._note = note

    def execute(self, query: Any, params: Any = None, **options: Any) -> Cursor:
        began, failed = perf_counter(), True
        try:
            super().execute(query, params, **options)
            failed = False
        finally:
            if self._note is not None:
                self._note(query, perf_counter() - began, failed)
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        began, failed = perf_counter(), True
        try:
            super().executemany(query, params_seq, **options)
            failed = False
        finally:
            if self._note is not None:
                self._note(query, perf_counter() - began, failed)

    @contextmanager
    def copy(self, statement: Any, params: Any = None, **options: Any) -> Iterator[psycopg.Copy]:
        began, failed = perf_counter(), True
        try:
            with super().copy(statement, params, **options) as copy:
                yield copy
            failed = False
        finally:
            if self._note is not None:
                self._note(statement, perf_counter() - began, failed)

    @property
    def description(self) -> Fields | None:  # type: ignore[override]
        """The columns of the result, or None where the statement gave none."""
        result = self.pgresult
        if result is None or not (result.nfields or result.status == ExecStatus.TUPLES_OK):
            return None
        return Fields(result)
