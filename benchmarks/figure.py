"""One measured figure beside its limit, and how it is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`limit` is the bare or peer figure of the same run, in the same unit; `ratio` is ours
    against it (for rates higher is better, for times and sizes lower)."""

    name: str
    figure: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    note: str = ""


def against(name: str, figure: float, unit: str, limit: float, note: str = "") -> Figure:
    """A figure with its ratio to the limit."""
    return Figure(name, figure, unit, limit, figure / limit if limit else None, note)


def show(figures: Iterable[Figure], *, as_json: bool) -> None:
    """Print figures as they are measured, a JSON object or a table row a line."""
    for item in figures:
        if as_json:
            row = {key: _rounded(value) for key, value in asdict(item).items() if key != "note"}
            print(json.dumps(row), flush=True)
        else:
            limit = "" if item.limit is None else f"beside {item.limit:,.1f} {item.unit}"
            ratio = "" if item.ratio is None else f"ratio {item.ratio:.2f}"
            row = f"{item.name:24} {item.figure:>12,.2f} {item.unit:8} {limit:28} {ratio:12}"
            print(f"{row} {item.note}".rstrip(), flush=True)


def progress(text: str) -> None:
    """Say on the terminal what is being prepared; never on standard output."""
    print(f"· {text}", file=sys.stderr, flush=True)


def _rounded(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value


Benchmark = Callable[..., Iterable[Figure]]
