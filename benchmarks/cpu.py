"""Processor time, which says more than the clock where others use the same cores."""

from __future__ import annotations

import os
import time
from pathlib import Path

from benchmarks.stage import Stage

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def python_seconds() -> float:
    """What this process has used."""
    return time.process_time()


def children_seconds() -> float:
    """What the processes have used that this one started and that have ended, with theirs."""
    used = os.times()
    return used.children_user + used.children_system


def server_seconds(stage: Stage) -> float:
    """What the stage's PostgreSQL has used, with backends that have ended; 0 where /proc tells
    nothing."""
    with stage.admin() as admin:
        row = admin.execute(
            "SELECT pg_backend_pid(), (SELECT setting FROM pg_settings WHERE name ="
            " 'data_directory')"
        ).fetchone()
    assert row is not None
    try:
        postmaster = int(Path(row[1], "postmaster.pid").read_text().split()[0])
        families = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    except (OSError, ValueError):
        return 0.0
    return sum(_used(path, postmaster) for path in families) / _TICKS


def _used(process: Path, postmaster: int) -> int:
    """The ticks of a process of this server; for the first one with its ended children."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    own = int(fields[11]) + int(fields[12])
    if int(process.name) == postmaster:
        return own + int(fields[13]) + int(fields[14])
    return own if int(fields[1]) == postmaster else 0
