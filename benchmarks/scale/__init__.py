"""What 10,000 and 100,000 companies need, from what a few cost here: `docs/scale.md` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from benchmarks.figure import Figure
from benchmarks.scale import measuring, needs
from benchmarks.stage import stage

COMPANIES: Final = 200
"""On which the inputs are measured."""
LARGE: Final = (10_000, 100_000)


def run(*, only: str = "", companies: int = COMPANIES) -> Iterator[Figure]:
    """The inputs, measured now, and what follows from them."""
    with stage() as here:
        measured, _ = measuring.measure(here, companies)
    found = [
        Figure(name, value, "", note=measuring.UNITS[name])
        for name, value in asdict(measured).items()
    ]
    for many in LARGE:
        found += needs.figures(measured, many)
    yield from (figure for figure in found if figure.name.startswith(only))
