"""The books' benchmarks: posting, sixteen writers, reports while others post, imports, VAT."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.accounting import imports, reports, vat, writers
from benchmarks.figure import Figure
from benchmarks.kernel import journal
from benchmarks.stage import Stage, stage

FAMILIES: Final[dict[str, Callable[[Stage], Iterator[Figure]]]] = {
    "post_single": journal.measure_single,
    "post_16_writers": writers.measure,
    "import_lines_per_s": imports.measure,
    "trial_balance_1m_ms": reports.measure_million,
    "trial_balance_10m_ms": reports.measure_ten_million,
    "vat_return_s": vat.measure,
}


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    with stage() as here:
        for name, measure in FAMILIES.items():
            if name.startswith(only):
                yield from measure(here)
