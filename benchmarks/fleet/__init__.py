"""The fleet's benchmarks: what is done to many companies at once."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.fleet import upgrades

FAMILIES = {upgrades.measure: upgrades.NAMES}


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    for measure, names in FAMILIES.items():
        if any(name.startswith(only) for name in names):
            yield from measure()
