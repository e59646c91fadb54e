"""Charts of the points that an addon gives: one for each currency, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from core.declare import ChartCard, Point
from core.i18n.formats import currency_digits, number
from core.web.displays.chart import Chart, Series, chart_of
from core.web.resources.culture import Culture
from core.web.resources.periods import Unit
from core.web.resources.showing import Translate
from core.web.resources.views.grouping import period_title

_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class ChartTable:
    """A chart's figures to be read: what the columns are called, and the rows."""

    currency: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart and its table."""

    chart: Chart
    table: ChartTable


def charted(
    card: ChartCard, points: Sequence[Point], culture: Culture, translate: Translate, *, rtl: bool
) -> list[Charted]:
    """The card's charts, by currency in the order in which they come."""
    made = []
    for currency in dict.fromkeys(point.currency for point in points):
        mine = [point for point in points if point.currency == currency]
        made.append(_charted(card, currency, mine, culture, translate, rtl))
    return made


def _charted(
    card: ChartCard,
    currency: str,
    points: Sequence[Point],
    culture: Culture,
    translate: Translate,
    rtl: bool,
) -> Charted:
    dated = all(isinstance(point.at, date) for point in points)
    places: list[Any] = list(dict.fromkeys(point.at for point in points))
    if dated:
        places.sort()
    cells = {(point.series, point.at): point for point in points}
    names = list(dict.fromkeys(point.series for point in points))
    series = []
    for name in names:
        found = [cells.get((name, place)) for place in places]
        ends = tuple((0, "") if one is None else (one.amount, one.url) for one in found)
        series.append(Series(translate(name) if name else "", ends))

    def say(amount: Decimal | int) -> str:
        whole = amount == int(amount)
        return number(culture.locale, amount, 0 if whole else currency_digits(currency or "USD"))

    short = [_short(card.by, place, len(places), culture, translate) for place in places]
    chart = chart_of(card.kind, currency, short, series, say, dated=dated, rtl=rtl)
    long = [_long(card.by, place, culture, translate) for place in places]
    rows = tuple(
        (title, tuple(say(item.points[place][0]) for item in series))
        for place, title in enumerate(long)
    )
    return Charted(chart, ChartTable(currency, tuple(item.title for item in series), rows))


def _short(by: Unit, place: Any, count: int, culture: Culture, translate: Translate) -> str:
    """For the axis; over a year or less a month needs no year."""
    if not isinstance(place, date):
        return translate(place)
    if by in ("month", "day"):
        pattern = "d MMM" if by == "day" else "LLL" if count <= _A_YEAR else "LLL yy"
        return format_date(place, pattern, locale=culture.locale)
    return period_title(by, place, culture)


def _long(by: Unit, place: Any, culture: Culture, translate: Translate) -> str:
    return period_title(by, place, culture) if isinstance(place, date) else translate(place)
