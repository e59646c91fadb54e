"""A PostgreSQL server for tests alone: in memory, without the care for crashes that costs time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from core.db import embedded, embedded_process
from core.db.embedded import Embedded

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
_ENOUGH = 2**30
_PREFIX = "aorabooks-test-"

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "autovacuum": "off",
    "log_checkpoints": "off",
    # In its own folder: what a killed server leaves beside it, nobody could tell from a live one's.
    "dynamic_shared_memory_type": "mmap",
}
"""Nothing here outlives the test run, so nothing is worth waiting for."""


@contextmanager
def scratch_server(**settings: str) -> Iterator[Embedded]:
    """A running server, with settings of its own, in a folder of this process; both are gone
    afterwards."""
    with scratch_folder() as folder:
        server = embedded.start(folder / "postgres", settings=SETTINGS | settings)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def scratch_folder(room: int = _ENOUGH) -> Iterator[Path]:
    """A folder for servers that will take so many bytes, in memory where there is enough; what
    still runs in it is stopped."""
    base = _base(room)
    for left in base.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            _clear(left)  # its test run was killed
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
    folder.chmod(0o755)  # as root, the server runs as an account of its own
    try:
        yield folder
    finally:
        _clear(folder)


def _base(room: int) -> Path:
    usable = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    # What lies there is taken from the memory that the servers themselves need.
    free = psutil.virtual_memory().available // 2
    if usable and min(shutil.disk_usage(_MEMORY).free, free) > room:
        return _MEMORY
    return Path(tempfile.gettempdir())


def _clear(folder: Path) -> None:
    # Another run may be clearing the same folder: unlike a glob, a walk bears that files go.
    for place, _, names in os.walk(folder):
        if "PG_VERSION" in names and Path(place).name == "data":
            running = embedded_process.find(Path(place))
            if running is not None:
                embedded_process.stop(running)
    shutil.rmtree(folder, ignore_errors=True)
