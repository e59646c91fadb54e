"""The workspace's benchmarks: lists, pages, exports, search, imports, print."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.figure import Figure
from benchmarks.stage import Stage, stage
from benchmarks.workspace import exports, imports, lists, pages, printing, search

FAMILIES: dict[tuple[str, ...], Callable[[Stage], Iterator[Figure]]] = {
    ("first_visit_kb", "navigation_kb", "first_paint_ms", "interaction_ms"): pages.measure,
    lists.NAMES: lists.measure,
    exports.NAMES: exports.measure,
    ("import_rows_per_s",): imports.measure,
    ("search_ms",): search.measure,
    ("print_docs_per_s", "print_one_ms"): printing.measure,
}
"""Names of figures, and what measures them."""


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    with stage() as here:
        for names, measure in FAMILIES.items():
            if any(name.startswith(only) for name in names):
                yield from measure(here)
