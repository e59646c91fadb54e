"""The fleet's benchmarks: what it takes to have many companies."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.figure import Figure
from benchmarks.fleet import backup, moving, signing_up, upgrades

FAMILIES: dict[tuple[str, ...], Callable[[], Iterator[Figure]]] = {
    signing_up.NAMES: signing_up.measure,
    upgrades.NAMES: upgrades.measure,
    backup.NAMES: backup.measure,
    moving.NAMES: moving.measure,
}
"""Names of figures, and what measures them; each brings what it runs on."""


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    for names, measure in FAMILIES.items():
        if any(name.startswith(only) for name in names):
            yield from measure()
