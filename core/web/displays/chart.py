"""Charts as plain geometry, drawn by a template as SVG: no script, printable, each mark a link.

Across, everything is in percent and down in pixels, so that a chart fits any width without its
letters growing or shrinking. Amounts become floats here and nowhere else: a bar is no ledger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from core.declare import ChartKind

HEIGHT: Final = 240
SERIES: Final = 8
"""Colours there are; the smallest series beyond them are left to the table."""
LARGEST: Final = 24
"""Bars of names side by side; the table below has all of them."""
_TOP: Final = 20
_GAP: Final = 0.24
_LABELS: Final = 12

Amount = Decimal | int
Say = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one colour, each an amount and the address of its records."""

    title: str
    points: tuple[tuple[Amount, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar, a point of a line or a piece of a pie. `x` and `width` are percents, `path` is the
    outline of a piece; `to` is where the line goes on."""

    series: int
    label: str
    text: str
    url: str
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    path: str = ""
    to: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid or a name below it; a `minor` one is left out on a phone."""

    at: float
    text: str
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """All that a template draws. `legend` names the colours; `omitted` counts what is only in
    the table. `rows` is for names: their bars lie, each beside its name."""

    kind: str
    currency: str
    marks: tuple[Mark, ...]
    grid: tuple[Tick, ...] = ()
    names: tuple[Tick, ...] = ()
    legend: tuple[tuple[int, str], ...] = ()
    omitted: int = 0
    zero: float = 0


def chart_of(
    kind: ChartKind,
    currency: str,
    titles: Sequence[str],
    series: Sequence[Series],
    say: Say,
    *,
    dated: bool,
    rtl: bool,
) -> Chart:
    """The chart of these series over these titles."""
    largest = sorted(series, key=lambda item: -sum(abs(float(a)) for a, _ in item.points))
    kept = [item for item in series if item in largest[:SERIES]]
    legend = tuple((number, item.title) for number, item in enumerate(kept)) * (len(series) > 1)
    omitted = len(series) - len(kept)
    if kind == "pie":
        return _pie(currency, titles, kept, say)
    if kind == "bar" and not dated:
        return _lying_bars(currency, titles, kept, say, legend, omitted, rtl)
    draw = _line if kind == "line" else _standing_bars
    low, high, grid = _scale(kept, say)
    marks = draw(titles, kept, say, lambda amount: _down(amount, low, high))
    names = _names(titles)
    if rtl:
        marks = [_mirrored(mark) for mark in marks]
        names = [Tick(100 - name.at, name.text, name.minor) for name in names]
    return Chart(
        kind=kind,
        currency=currency,
        marks=tuple(marks),
        grid=grid,
        names=tuple(names),
        legend=legend,
        omitted=omitted,
        zero=_down(0, low, high),
    )


def _scale(series: Sequence[Series], say: Say) -> tuple[float, float, tuple[Tick, ...]]:
    """The lowest and highest value of the axis, and the lines between at round numbers."""
    amounts = [float(amount) for item in series for amount, _ in item.points] or [0.0]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    if low == high:
        high = 1.0
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1.0, 2.0, 2.5, 5.0, 10.0) if power * nice >= rough)
    if all(amount.is_integer() for amount in amounts):
        step = float(max(1, math.ceil(step)))
    first, last = math.floor(low / step), math.ceil(high / step)
    values = [place * step for place in range(first, last + 1)]
    low, high = values[0], values[-1]
    ticks = (Tick(_down(value, low, high), say(_plain(value))) for value in values)
    return low, high, tuple(ticks)


def _plain(value: float) -> Amount:
    return int(value) if value.is_integer() else Decimal(f"{value:.10g}")


def _down(amount: Amount | float, low: float, high: float) -> float:
    return round(_TOP + (high - float(amount)) / (high - low) * (HEIGHT - _TOP), 2)


def _standing_bars(
    titles: Sequence[str], series: Sequence[Series], say: Say, down: Callable[[Any], float]
) -> list[Mark]:
    slot = 100 / max(1, len(titles))
    width = slot * (1 - _GAP) / max(1, len(series))
    marks = []
    for number, item in enumerate(series):
        for place, (amount, url) in enumerate(item.points):
            top, bottom = sorted((down(amount), down(0)))
            marks.append(
                Mark(
                    series=number,
                    label=_label(titles[place], item.title),
                    text=say(amount),
                    url=url,
                    x=round(slot * (place + _GAP / 2) + number * width, 3),
                    y=top,
                    width=round(width * 0.94, 3),
                    height=round(bottom - top, 2),
                )
            )
    return marks


def _line(
    titles: Sequence[str], series: Sequence[Series], say: Say, down: Callable[[Any], float]
) -> list[Mark]:
    slot = 100 / max(1, len(titles))
    marks = []
    for number, item in enumerate(series):
        spots = [
            (round(slot * (place + 0.5), 3), down(amount))
            for place, (amount, _) in enumerate(item.points)
        ]
        for place, (amount, url) in enumerate(item.points):
            marks.append(
                Mark(
                    series=number,
                    label=_label(titles[place], item.title),
                    text=say(amount),
                    url=url,
                    x=spots[place][0],
                    y=spots[place][1],
                    to=spots[place + 1] if place + 1 < len(spots) else None,
                )
            )
    return marks


def _lying_bars(
    currency: str,
    titles: Sequence[str],
    series: Sequence[Series],
    say: Say,
    legend: tuple[tuple[int, str], ...],
    omitted: int,
    rtl: bool,
) -> Chart:
    """Bars beside their names, the largest first: names are longer than a column is wide."""
    sizes = [sum(abs(float(item.points[n][0])) for item in series) for n in range(len(titles))]
    places = sorted(range(len(titles)), key=lambda n: -sizes[n])[:LARGEST]
    amounts = [float(item.points[n][0]) for item in series for n in places] or [0.0]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    span = (high - low) or 1.0
    zero = -low / span * 100
    marks = []
    for row, place in enumerate(places):
        for number, item in enumerate(series):
            amount, url = item.points[place]
            share = float(amount) / span * 100
            marks.append(
                Mark(
                    series=number,
                    label=_label(titles[place], item.title),
                    text=say(amount),
                    url=url,
                    x=round(min(zero, zero + share), 3),
                    y=row,
                    width=round(abs(share), 3),
                )
            )
    if rtl:
        marks = [_mirrored(mark) for mark in marks]
    return Chart(
        kind="rows",
        currency=currency,
        marks=tuple(marks),
        names=tuple(Tick(row, titles[place]) for row, place in enumerate(places)),
        legend=legend,
        omitted=omitted + len(titles) - len(places),
    )


def _pie(currency: str, titles: Sequence[str], series: Sequence[Series], say: Say) -> Chart:
    """Pieces of what is above nothing: a share of less than nothing cannot be drawn."""
    points = [(titles[n], *point) for n, point in enumerate(series[0].points)] if series else []
    shown = sorted((p for p in points if p[1] > 0), key=lambda p: -float(p[1]))
    kept = shown[:SERIES]
    whole = sum(float(amount) for _, amount, _ in kept) or 1.0
    marks, turned = [], 0.0
    for number, (title, amount, url) in enumerate(kept):
        share = float(amount) / whole
        path = _piece(turned, turned + share)
        text = f"{say(amount)} ({share:.0%})"
        marks.append(Mark(number, title, text, url, path=path))
        turned += share
    return Chart("pie", currency, tuple(marks), omitted=len(points) - len(kept))


def _piece(start: float, end: float) -> str:
    """The outline of a piece of a ring of radius 1, from the top and clockwise."""
    if end - start > 0.9999:
        return "M0 -1A1 1 0 1 1 0 1A1 1 0 1 1 0 -1ZM0 -.6A.6 .6 0 1 0 0 .6A.6 .6 0 1 0 0 -.6Z"

    def spot(turn: float, radius: float) -> str:
        angle = 2 * math.pi * turn
        return f"{radius * math.sin(angle):.4f} {-radius * math.cos(angle):.4f}"

    large = int(end - start > 0.5)
    return (
        f"M{spot(start, 1)}A1 1 0 {large} 1 {spot(end, 1)}"
        f"L{spot(end, 0.6)}A.6 .6 0 {large} 0 {spot(start, 0.6)}Z"
    )


def _names(titles: Sequence[str]) -> list[Tick]:
    slot, every = 100 / max(1, len(titles)), math.ceil(len(titles) / _LABELS)
    return [
        Tick(round(slot * (place + 0.5), 3), title, minor=bool(place // every % 3))
        for place, title in enumerate(titles)
        if place % every == 0
    ]


def _label(title: str, series: str) -> str:
    return f"{title}, {series}" if series else title


def _mirrored(mark: Mark) -> Mark:
    to = None if mark.to is None else (100 - mark.to[0], mark.to[1])
    return Mark(
        mark.series, mark.label, mark.text, mark.url, round(100 - mark.x - mark.width, 3),
        mark.y, mark.width, mark.height, mark.path, to,
    )  # fmt: skip
