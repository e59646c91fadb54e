"""Trade's benchmarks: whole sales, the last pieces, stock from ten million moves, products."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.figure import Figure
from benchmarks.stage import Stage, stage
from benchmarks.trade import flows, last_pieces, products, stock

FAMILIES: Final[dict[str, Callable[[Stage], Iterator[Figure]]]] = {
    "sale_flows": flows.measure,
    "last_pieces": last_pieces.measure,
    "variants_open": products.measure_opening,
    "import_products": products.measure_import,
    "on_hand": stock.measure,
}


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose family begins with `only`."""
    with stage() as here:
        for name, measure in FAMILIES.items():
            if name.startswith(only):
                yield from measure(here)
