"""The benchmarks of electronic invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.figure import Figure
from benchmarks.zatca import documents, rules, till

FAMILIES: dict[tuple[str, ...], Callable[[], Iterator[Figure]]] = {
    documents.NAMES: documents.measure,
    rules.NAMES: rules.measure,
    till.NAMES: till.measure,
}
"""Names of figures, and what measures them."""


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    for names, measure in FAMILIES.items():
        if any(name.startswith(only) for name in names):
            yield from measure()
