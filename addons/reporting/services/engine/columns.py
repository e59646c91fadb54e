"""The columns of a statement: the period asked for, what it is compared with, or its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from addons.accounting.api import report_dimensions, year_start
from addons.reporting.services.definitions.values import Measure
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.periods import Days, before, months_in, year_earlier
from addons.reporting.services.sheet import Head
from core.api import InvalidInput, msg, phrase

MOST_MONTHS: Final = 24
_MEASURES: Final[dict[Measure, str]] = {
    "amount": "",
    "opening": msg("Opening"),
    "debit": msg("Debit"),
    "credit": msg("Credit"),
    "closing": msg("Closing"),
    "opening_debit": msg("Opening debit"),
    "opening_credit": msg("Opening credit"),
    "closing_debit": msg("Closing debit"),
    "closing_credit": msg("Closing credit"),
    "result": msg("Result"),
    "increase": msg("Increases"),
    "decrease": msg("Decreases"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """Figures of some days, and of some branches or of a value of a dimension; or a budget.
    `year` is the first day of the fiscal year that it ends in, `first_year` that of the one it
    begins in, where a row asks for them."""

    key: str
    days: Days
    title: str = ""
    branches: frozenset[int] | None = None
    dimension: int | None = None
    value: int | None = None
    source: Literal["books", "budget"] = "books"
    year: date | None = None
    first_year: date | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns with figures, and the heads of all columns. A head that is not worked out from
    others stands for a column and a measure, in `of`."""

    columns: tuple[Column, ...]
    heads: tuple[Head, ...]
    of: dict[str, tuple[Column, Measure]]


def layout(ground: Ground) -> Layout:
    """The columns that were asked for."""
    columns = tuple(_with_years(ground, _columns(ground)))
    heads: list[Head] = []
    of: dict[str, tuple[Column, Measure]] = {}
    measures = ground.definition.measures
    for column in columns:
        for measure in measures:
            key = column.key if len(measures) == 1 else f"{column.key}.{measure}"
            heads.append(_head(ground, key, column, measure))
            of[key] = (column, measure)
    asked = ground.asked
    if asked.compare and not asked.by and asked.count == 1 and len(measures) == 1:
        heads += _variance(columns[0].key, columns[1].key)
    return Layout(columns, tuple(heads), of)


def _with_years(ground: Ground, columns: Iterable[Column]) -> Iterator[Column]:
    definition = ground.definition
    bases = {row.basis for row in definition.rows}
    starts: dict[date, date] = {}

    def year_of(day: date | None, needed: bool) -> date | None:
        if day is None or not needed:
            return None
        if day not in starts:
            starts[day] = year_start(ground.session, day)
        return starts[day]

    by_end = bool(bases & {"year", "before_year"})
    by_start = definition.opens_results or "before_first_year" in bases
    for column in columns:
        yield replace(
            column,
            year=year_of(column.days.end, by_end),
            first_year=year_of(column.days.start, by_start),
        )


def _head(ground: Ground, key: str, column: Column, measure: Measure) -> Head:
    days = column.days
    if len(ground.definition.measures) > 1:
        return Head(key, _MEASURES[measure], start=days.start, end=days.end, group=column.title)
    # A balance is that of a day, a movement that of many.
    start = days.end if ground.definition.basis == "closing" else days.start
    return Head(key, column.title, start=start, end=days.end)


def _variance(first: str, second: str) -> tuple[Head, Head]:
    return (
        Head("change", msg("Change"), less=(first, second)),
        Head("percent", msg("Change %"), kind="percent", ratio=(first, second)),
    )


def _columns(ground: Ground) -> Iterator[Column]:
    asked, days, all_of_it = ground.asked, ground.days, ground.branches
    match asked.by:
        case "month":
            for place, month in enumerate(months_in(days, MOST_MONTHS)):
                yield Column(f"m{place}", month, branches=all_of_it)
            yield Column("c0", days, msg("Whole period"), all_of_it)
        case "branch":
            yield from _by_branch(ground)
        case "dimension":
            yield from _by_dimension(ground)
        case _:
            yield Column("c0", days, branches=all_of_it)
            yield from _compared(ground)


def _by_branch(ground: Ground) -> Iterator[Column]:
    shown = [
        branch
        for branch in ground.reach.branches
        if ground.branches is None or branch.id in ground.branches
    ]
    for branch in shown:
        yield Column(f"b{branch.id}", ground.days, branch.name, frozenset({branch.id}))
    yield Column("c0", ground.days, msg("Together"), ground.branches)


def _by_dimension(ground: Ground) -> Iterator[Column]:
    dimensions = report_dimensions(ground.session)
    wanted = next((one for one in dimensions if one.id == ground.asked.dimension), None)
    if wanted is None:
        raise InvalidInput.of("dimension", phrase("Choose a dimension."))
    for value_id, name in wanted.values:
        yield Column(f"d{value_id}", ground.days, name, ground.branches, wanted.id, value_id)
    none = msg("Without a value")
    yield Column("d0", ground.days, none, ground.branches, wanted.id, None)
    yield Column("c0", ground.days, msg("Together"), ground.branches)


def _compared(ground: Ground) -> Iterator[Column]:
    asked, days = ground.asked, ground.days
    if asked.compare == "budget":
        yield Column("budget", days, msg("Budget"), ground.branches, source="budget")
        return
    if not asked.compare:
        return
    for place in range(asked.count):
        days = before(days) if asked.compare == "previous" else year_earlier(days)
        yield Column(f"p{place + 1}", days, branches=ground.branches)
