"""The table of sums as a page: titles and figures in the reader's language, every figure a link to
the very records behind it, charts above, and files of the same table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import ChartKind, msg
from core.errors import InvalidInput, Problem
from core.i18n import phrase
from core.i18n.formats import number
from core.web.displays.chart import Chart, Series, chart_of
from core.web.displays.frame import CHART, MEASURE, ask_display, list_link, panel, show
from core.web.displays.offered import offered
from core.web.displays.pivot import COUNT, Amounts, Table, ordered, pivot
from core.web.displays.titles import dimension_names, titles_for
from core.web.replies import Reply
from core.web.request import Request
from core.web.resources.links import ListAddress
from core.web.resources.shape import Shape, Shown
from core.web.resources.views.asking import Asked
from core.web.resources.views.grouping import Grouping, read_grouping, write_value

CHARTS: Final[tuple[tuple[ChartKind, str], ...]] = (
    ("", msg("Table")),
    ("bar", msg("Bars")),
    ("line", msg("Lines")),
    ("pie", msg("Pie")),
)


@dataclass(frozen=True, slots=True)
class PivotAsked:
    """A table as it was asked for. Without a `measure` the records are counted."""

    grouping: Grouping
    measure: Shown | None
    chart: ChartKind
    table: Table
    titles: tuple[dict[Any, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in each of its currencies, and the records behind it."""

    texts: tuple[str, ...]
    url: str


def pivot_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The table, its charts, and what it can be made of."""
    asked = ask_display(session, shape, request, "pivot")
    opened = panel(asked, session, request)
    if opened is not None:
        return opened
    try:
        found = None if asked.problems else read_pivot(asked, session, request)
    except InvalidInput as error:
        asked, found = _with_problem(asked, error), None
    context = _choices(asked, request, found)
    if found is not None:
        context |= _drawn(asked, request, found)
    return show(asked, session, request, "pivot", context)


def read_pivot(asked: Asked, session: Session, request: Request) -> PivotAsked:
    """The table that a request asks for, put in order; raises InvalidInput."""
    shape, declared = asked.shape, offered(asked.shape).pivot
    assert declared is not None
    grouping = asked.state.grouping
    if not grouping:
        texts = [declared.rows, declared.across]
        problems: list[Problem] = []
        grouping = read_grouping(asked.fields, texts, asked.criteria.order, problems)
        if problems or not grouping:
            raise InvalidInput(phrase("Choose a field for the rows."))
    first = next((item.name for item in shape.columns if item.total), COUNT)
    name = request.query.get(MEASURE) or declared.measure or first
    measure = asked.fields.columns.get(name)
    if name != COUNT and (measure is None or not measure.total):
        raise InvalidInput.of(MEASURE, phrase("There is no such sum."))
    chart = request.query.get(CHART, declared.chart)
    table = pivot(session, shape, asked.criteria, grouping, measure)
    titles = []
    for place, level in enumerate(grouping):
        values = table.across if place else table.rows
        titles.append(titles_for(session, level, values, asked.culture, asked.translate))
        values[:] = ordered(values, level, titles[-1])
    kinds: dict[str, ChartKind] = {name: name for name, _ in CHARTS}
    kind: ChartKind = kinds.get(chart, "")
    return PivotAsked(grouping, measure, kind, table, tuple(titles))


def _with_problem(asked: Asked, error: InvalidInput) -> Asked:
    problem, way_out = phrase(error.message), phrase(error.fix)
    sentence = phrase("{problem} {way_out}", problem=problem, way_out=way_out)
    told = error.problems or (Problem("", sentence if error.fix else error.message),)
    return replace(asked, problems=told)


def amount_text(asked: Asked, found: PivotAsked, amount: Any) -> str:
    """An amount as its column shows it."""
    if found.measure is None:
        return number(asked.culture.locale, amount)
    return found.measure.kind.show(amount, asked.culture)


def _choices(asked: Asked, request: Request, found: PivotAsked | None) -> dict[str, Any]:
    """What the controls above the table offer, and what they hold."""
    names = [level.name for level in found.grouping] if found else []
    measures = [(COUNT, asked.translate(msg("Number of records")))]
    measures += [
        (item.name, asked.translate(item.title))
        for item in asked.fields.columns.values()
        if item.total
    ]
    chart = found.chart if found else ""
    plain = asked.address.without(CHART)
    return {
        "dimensions": dimension_names(asked.fields, asked.translate),
        "chosen_rows": names[0] if names else "",
        "chosen_across": names[1] if len(names) > 1 else "",
        "measures": measures,
        "chosen_measure": COUNT if found is None or found.measure is None else found.measure.name,
        "chart_kinds": [
            (kind, title, plain.having(CHART, kind or "none").url(), kind == chart)
            for kind, title in CHARTS
        ],
        "table": None,
        "charts": (),
        "files": {
            form: replace(asked.address, path=f"{asked.shape.url}/pivot.{form}").without().url()
            for form in ("csv", "xlsx")
        },
    }


def _drawn(asked: Asked, request: Request, found: PivotAsked) -> dict[str, Any]:
    table, drill = found.table, _Drill(asked, found)
    rows = []
    for row in table.rows:
        cells = [
            _figure(asked, found, table.cells.get((row, column), {}), drill.cell(row, column))
            for column in table.across
        ]
        total = _figure(asked, found, table.row_totals[row], drill.row(row))
        rows.append((found.titles[0].get(row, ""), cells, total))
    crossed = len(found.grouping) > 1
    totals = [
        _figure(asked, found, table.column_totals[column], drill.column(column))
        for column in table.across
    ]
    return {
        "table": table,
        "crossed": crossed,
        "row_title": asked.translate(found.grouping[0].filtered.title),
        "heads": [found.titles[1].get(column, "") for column in table.across] if crossed else [],
        "rows": rows,
        "totals": totals,
        "total": _figure(asked, found, table.total, list_link(asked).without("group", "in").url()),
        "currencies": table.currencies if table.currencies != [""] else [],
        "charts": charts_of(asked, request, found) if found.chart else (),
    }


def _figure(asked: Asked, found: PivotAsked, amounts: Amounts, url: str) -> Figure:
    """One line for each currency of the table, so that the lines of a row stand side by side."""
    texts = tuple(
        amount_text(asked, found, amounts[currency]) if currency in amounts else ""
        for currency in found.table.currencies
    )
    return Figure(texts, url if amounts else "")


class _Drill:
    """Links from figures to the list of their records: a group of the list, by its values."""

    def __init__(self, asked: Asked, found: PivotAsked) -> None:
        self._grouping = found.grouping
        self._base = list_link(asked).without("group", "in")

    def cell(self, row: Any, column: Any) -> str:
        """The records where a row and a column meet."""
        return self._link((0, row), (1, column)) if len(self._grouping) > 1 else self.row(row)

    def row(self, row: Any) -> str:
        """The records of a row."""
        return self._link((0, row))

    def column(self, column: Any) -> str:
        """The records of a column."""
        return self._link((1, column)) if len(self._grouping) > 1 else self._base.url()

    def _link(self, *places: tuple[int, Any]) -> str:
        levels = [(self._grouping[place], value) for place, value in places]
        address: ListAddress = self._base.having("group", ",".join(x.name for x, _ in levels))
        return replace(
            address,
            items=(*address.items, *(("in", write_value(level, value)) for level, value in levels)),
        ).url()


def charts_of(asked: Asked, request: Request, found: PivotAsked) -> list[Chart]:
    """A chart for each currency: amounts of several cannot stand on one scale."""
    drill = _Drill(asked, found)
    table, rtl = found.table, request.locale.startswith("ar")
    crossed = len(found.grouping) > 1
    # Time runs along the chart, whichever of the two fields it is.
    swapped = crossed and found.grouping[1].unit is not None and found.chart != "pie"
    places, lines = (table.across, table.rows) if swapped else (table.rows, table.across)
    place_titles, line_titles = found.titles[0], found.titles[1] if crossed else {(): ""}
    if swapped:
        place_titles, line_titles = line_titles, place_titles
    charts = []
    for currency in table.currencies:
        series = []
        for line in lines if found.chart != "pie" else [()]:
            points = []
            for place in places:
                row, column = (line, place) if swapped else (place, line)
                whole = found.chart == "pie"
                amounts = table.row_totals[row] if whole else table.cells.get((row, column), {})
                url = drill.row(row) if whole else drill.cell(row, column)
                points.append((amounts.get(currency, 0), url if currency in amounts else ""))
            series.append(Series(line_titles.get(line, ""), tuple(points)))
        titles = [place_titles.get(place, "") for place in places]
        dated = found.grouping[int(swapped)].unit is not None
        charts.append(
            chart_of(
                found.chart,
                currency,
                titles,
                series,
                lambda amount: amount_text(asked, found, amount),
                dated=dated,
                rtl=rtl,
            )
        )
    return charts
