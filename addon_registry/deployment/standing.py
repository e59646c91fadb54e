"""How far each platform process of this machine is with the generation that it should run.

`aorabooks up`, `serve` and `worker` each tell it in a file of their own, on which they hold a lock
as long as they live: a file that can be locked by somebody else was left behind by a dead one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from addon_registry.deployment.files import read_json, write_json
from addon_registry.deployment.layout import Layout


@dataclass(frozen=True, slots=True)
class Standing:
    """One platform process: what it does, which generation it runs, and which it is starting.

    `failure` is why the newest generation that it tried did not start or stay.
    """

    pid: int
    does: str
    serving: int | None = None
    starting: int | None = None
    leaving: int = 0
    failure: str = ""
    failed: int | None = None


class Told:
    """Held by a platform process for as long as it lives; `tell` as often as things change."""

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.processes
        self._folder.mkdir(parents=True, exist_ok=True)
        self._alive = _locked(self._folder / f"{os.getpid()}.alive")
        self._last: Standing | None = None

    def tell(self, standing: Standing) -> None:
        """Write how things stand, if they have changed. Raises OSError when the disk is full."""
        if standing != self._last:
            write_json(self._folder / f"{os.getpid()}.json", asdict(standing))
            self._last = standing

    def close(self) -> None:
        """Take the files away: this process ends."""
        pid = os.getpid()
        for ending in ("json", "alive"):
            (self._folder / f"{pid}.{ending}").unlink(missing_ok=True)
        self._alive.close()


def everybody(layout: Layout) -> list[Standing]:
    """The platform processes that live; what dead ones left behind is removed."""
    if not layout.processes.is_dir():
        return []
    return list(_living(layout.processes))


def _locked(path: Path) -> IO[bytes]:
    """The file, locked; made again where somebody took it for a dead one's just before."""
    while True:
        file = path.open("ab")
        fcntl.flock(file, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        file.close()


def _living(folder: Path) -> Iterator[Standing]:
    for alive in sorted(folder.glob("*.alive")):
        told = alive.with_suffix(".json")
        if _is_left_behind(alive):
            told.unlink(missing_ok=True)
            alive.unlink(missing_ok=True)
        elif (data := read_json(told)) is not None:
            yield Standing(**data)


def _is_left_behind(alive: Path) -> bool:
    with contextlib.suppress(FileNotFoundError), alive.open("rb+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
    return True
