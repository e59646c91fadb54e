"""The fleet's benchmarks: backups."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.fleet import backup
from benchmarks.stage import stage

FAMILIES = {"backup": ("backup", "backup_memory_mb")}


def run(*, only: str = "") -> Iterator[Figure]:
    """Every figure of the group, or those whose name begins with `only`."""
    wanted = {
        family for family, names in FAMILIES.items() if any(n.startswith(only) for n in names)
    }
    with stage() as here:
        if "backup" in wanted:
            yield from backup.measure(here)
