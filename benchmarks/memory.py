"""How much memory a piece of work takes on top of what the process held before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psutil

_EVERY: Final = 0.05
_MEGABYTE: Final = 2**20


@dataclass(slots=True)
class Peak:
    """Megabytes resident: before the work, and at the most during it."""

    before: float
    highest: float

    @property
    def grown(self) -> float:
        """What the work took at the most."""
        return self.highest - self.before


@contextmanager
def peak_mb() -> Iterator[Peak]:
    """Watch this process until the end of the block."""
    process = psutil.Process()
    resident = process.memory_info().rss / _MEGABYTE
    peak, ended = Peak(resident, resident), threading.Event()

    def watch() -> None:
        while not ended.wait(_EVERY):
            peak.highest = max(peak.highest, process.memory_info().rss / _MEGABYTE)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()
