"""The registry's benchmarks: verifying packages, installing them, licences, the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.figure import Figure
from benchmarks.registry import catalogue, index, install, licences, toggle, verify

FAMILIES: dict[tuple[str, ...], Callable[[], Iterator[Figure]]] = {
    verify.NAMES: verify.measure,
    index.NAMES: index.measure,
    install.NAMES: install.measure,
    catalogue.NAMES: catalogue.measure,
    licences.NAMES: licences.measure,
    toggle.NAMES: toggle.measure,
}
"""Names of figures, and what measures them; each brings what it runs on."""


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    for names, measure in FAMILIES.items():
        if any(name.startswith(only) for name in names):
            yield from measure()
