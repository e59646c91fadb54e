"""The workspace's benchmarks: lists, pages, exports, search, imports, print."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.figure import Figure
from benchmarks.stage import Stage, stage

FAMILIES: dict[tuple[str, ...], Callable[[Stage], Iterator[Figure]]] = {}
"""Names of figures, and what measures them."""


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    with stage() as here:
        for names, measure in FAMILIES.items():
            if any(name.startswith(only) for name in names):
                yield from measure(here)
