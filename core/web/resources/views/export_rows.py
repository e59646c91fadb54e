"""All lines of a list from one moment, one after the other: its rows, and over each group its
title, count and sums, as the page shows them.

Everything comes through cursors on the server in one snapshot, so that neither memory nor a
change meanwhile limits what is read. Groups and rows come from cursors of the same order, and
are put together as they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Row, Select, func
from sqlalchemy.orm import Session

from core.web.resources.counting import Total
from core.web.resources.keyset import sorted_by
from core.web.resources.list_rows import Titles, titles_in
from core.web.resources.list_table import read_totals
from core.web.resources.listing import column_rows, shown_attributes
from core.web.resources.selection import narrow
from core.web.resources.shape import Shown
from core.web.resources.views.asking import Asked
from core.web.resources.views.group_pages import group_titles
from core.web.resources.views.group_rows import keyed_by
from core.web.resources.views.grouping import Grouping

BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The line over a group. `titles` are those of all levels down to its own."""

    titles: tuple[str, ...]
    count: int
    totals: tuple[Total, ...]

    @property
    def level(self) -> int:
        """0 for an outer group."""
        return len(self.titles) - 1


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that follow each other without a group between them: the key first, then the
    columns' values. `titles` are those of the records that they refer to."""

    rows: Sequence[Sequence[Any]]
    titles: Titles


Lines = Iterator[GroupLine | Rows]


@contextmanager
def snapshot(session: Session) -> Iterator[None]:
    """One moment for all that is read meanwhile. A session that only reads has no transaction
    of its own, which a cursor lives in."""
    connection = session.connection()
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        connection.exec_driver_sql("ROLLBACK")


@contextmanager
def lines_of(session: Session, asked: Asked) -> Iterator[Lines]:
    """The lines of a list, in its order; to be used within a snapshot."""
    levels = asked.state.grouping[asked.state.level :]
    with ExitStack() as stack:
        if levels:
            yield _grouped(session, asked, levels, stack)
        else:
            yield _plain(session, asked, stack)


def totals_of(session: Session, asked: Asked) -> list[Total]:
    """The sums of the columns over all lines."""
    summed = [column for column in asked.state.columns if column.total]
    return read_totals(session, asked, summed) if summed else []


def _plain(session: Session, asked: Asked, stack: ExitStack) -> Lines:
    columns, order = asked.state.columns, asked.criteria.order
    shown = shown_attributes(columns, order)
    statement = narrow(
        session, asked.shape, column_rows(asked.shape, columns), asked.criteria, *shown
    )
    for rows in _batches(session, sorted_by(statement, order), stack):
        yield Rows(rows, titles_in(session, columns, rows))


def _grouped(session: Session, asked: Asked, levels: Grouping, stack: ExitStack) -> Lines:
    columns, order = asked.state.columns, asked.criteria.order
    keyed = keyed_by(session, asked.shape, asked.state, levels, columns, order)
    selected = [column.attribute.expression for column in columns]
    statement = keyed.statement.with_only_columns(
        asked.shape.key.expression, *selected, *keyed.keys
    ).order_by(*keyed.order)
    heads = [_Heads(session, asked, levels[:depth], stack) for depth in range(1, len(levels) + 1)]
    present: tuple[Any, ...] | None = None
    width = len(columns) + 1
    for batch in _batches(session, sorted_by(statement, order), stack):
        titles, run = titles_in(session, columns, batch), list[Row[Any]]()
        for row in batch:
            keys = tuple(row[width:])
            if keys != present:
                if run:
                    yield Rows(run, titles)
                run = []
                for depth, head in enumerate(heads, 1):
                    if present is None or keys[:depth] != present[:depth]:
                        yield head.next_line()
                present = keys
            run.append(row)
        yield Rows(run, titles)


def _batches(session: Session, statement: Select[Any], stack: ExitStack) -> Iterator[list[Row]]:
    result = session.execute(statement, execution_options={"yield_per": BATCH})
    stack.callback(result.close)
    for partition in result.partitions(BATCH):
        yield list(partition)


class _Heads:
    """The lines over the groups of one level, in the order in which the rows come to them."""

    def __init__(self, session: Session, asked: Asked, levels: Grouping, stack: ExitStack) -> None:
        self._session, self._asked, self._levels = session, asked, levels
        summed = [column for column in asked.state.columns if column.total]
        plain = [column for column in summed if column.currency is None]
        keyed = keyed_by(session, asked.shape, asked.state, levels, summed)
        counted = keyed.statement.with_only_columns(
            *keyed.keys, func.count(), *(func.sum(item.attribute.expression) for item in plain)
        )
        grouped = (*keyed.keys, *keyed.sorting)
        self._plain = plain
        self._counts = self._flat(counted.group_by(*grouped).order_by(*keyed.order), stack)
        self._sums = [
            _Sums(columns, len(levels), self._flat(statement, stack))
            for columns, statement in _sum_statements(keyed, summed)
        ]
        self._ready: list[GroupLine] = []

    def next_line(self) -> GroupLine:
        """The line of the next group."""
        if not self._ready:
            self._ready = self._made(list(islice(self._counts, BATCH)))
            self._ready.reverse()
        return self._ready.pop()

    def _made(self, rows: list[Row[Any]]) -> list[GroupLine]:
        depth = len(self._levels)
        called: list[Mapping[Any, str]] = [
            group_titles(self._session, self._asked, level, [row[place] for row in rows])
            for place, level in enumerate(self._levels)
        ]
        made = []
        for row in rows:
            keys, count, amounts = tuple(row[:depth]), row[depth], row[depth + 1 :]
            totals = [
                Total(column.name, amount, "")
                for column, amount in zip(self._plain, amounts, strict=True)
                if amount is not None
            ]
            for sums in self._sums:
                totals += sums.of(keys)
            titles = tuple(titles[key] for titles, key in zip(called, keys, strict=True))
            made.append(GroupLine(titles, count, tuple(totals)))
        return made

    def _flat(self, statement: Select[Any], stack: ExitStack) -> Iterator[Row[Any]]:
        for batch in _batches(self._session, statement, stack):
            yield from batch


class _Sums:
    """Sums by currency, group after group."""

    def __init__(self, columns: Sequence[Shown], depth: int, rows: Iterator[Row[Any]]) -> None:
        self._columns, self._depth, self._rows = columns, depth, rows
        self._row = next(rows, None)

    def of(self, keys: tuple[Any, ...]) -> Iterator[Total]:
        """The sums of this group, which is not before one that was asked for."""
        while self._row is not None and tuple(self._row[: self._depth]) == keys:
            currency, amounts = self._row[self._depth], self._row[self._depth + 1 :]
            for column, amount in zip(self._columns, amounts, strict=True):
                if amount is not None:
                    yield Total(column.name, amount, currency or "")
            self._row = next(self._rows, None)


def _sum_statements(keyed: Any, summed: Sequence[Shown]) -> Iterator[tuple[list[Shown], Any]]:
    for currency in dict.fromkeys(column.currency for column in summed if column.currency):
        columns = [column for column in summed if column.currency is currency]
        code = currency.expression
        sums = (func.sum(column.attribute.expression) for column in columns)
        statement = keyed.statement.with_only_columns(*keyed.keys, code, *sums)
        grouped = statement.group_by(*keyed.keys, *keyed.sorting, code)
        yield columns, grouped.order_by(*keyed.order, code)
