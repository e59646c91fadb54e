"""The till's benchmarks: sales synced and posted, batches acknowledged, one sale online, and the
app in Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.figure import Figure
from benchmarks.pos import browser, syncing
from benchmarks.stage import Stage, stage

FAMILIES: Final[dict[str, Callable[[Stage], Iterator[Figure]]]] = {
    "sync_sales": syncing.measure,
    "sync_20_tenants": syncing.measure_tenants,
    "ack_1000_ms": syncing.measure_acknowledged,
    "single_sale": syncing.measure_single,
    "key_to_screen": browser.measure_keys,
    "cold_start_offline": browser.measure_starts,
    "search_100k": browser.measure_full,
}


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose family begins with `only`."""
    with stage() as here:
        for name, measure in FAMILIES.items():
            if name.startswith(only) or only.startswith(name):
                yield from measure(here)
