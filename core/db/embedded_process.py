"""Starts and stops the server process of a cluster, and tells whether one is running."""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from core.db import embedded_account, embedded_failure
from core.db.embedded_account import Account
from core.db.embedded_binaries import Binaries
from core.db.embedded_cluster import PORT
from core.db.embedded_failure import EmbeddedError

# Recovery after a crash may take minutes on a slow disk; giving up early would help nobody.
START_SECONDS = 300
# Backends of a killed server notice within moments; until then their memory blocks a new one.
LEFTOVER_SECONDS = 10
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Running:
    """A live server, as its pid file describes it."""

    process: psutil.Process
    socket: Path


def find(data: Path) -> Running | None:
    """The live server of this cluster; a pid file of a dead one is removed."""
    pid_file = data / "postmaster.pid"
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return None
    # Lines, by PostgreSQL's storage layout: pid, data folder, start time, port, socket folder, ...
    # The pid is negative of a backend without a server, such as one that initdb was killed with.
    process = _server(abs(int(lines[0])), data) if lines else None
    if process is None:
        # PostgreSQL itself would refuse to start when a stranger has got the dead server's pid,
        # which is the rule and not the exception after a container restarts.
        pid_file.unlink(missing_ok=True)
        return None
    return Running(process, Path(lines[4]))


def find_ready(data: Path) -> Running | None:
    """The same, once it takes connections: it may be starting up still, or dying already."""
    deadline = time.monotonic() + START_SECONDS
    while running := find(data):
        address = make_conninfo(host=str(running.socket), port=PORT)
        if PGconn.ping(address.encode()) == Ping.OK:
            return running
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"The PostgreSQL server in {data.parent} (process {running.process.pid}) "
                "runs but takes no connections.",
                fix=f"Read {data.parent / 'log'}; ending that process and starting again is safe.",
            )
        time.sleep(0.05)
    return None


def start(data: Path, socket: Path, log: Path, *, account: Account, binaries: Binaries) -> None:
    """Starts the server in a session of its own and returns when it takes connections."""
    # No server of this cluster is alive, so its socket and that one's lock are a dead one's.
    for leftover in socket.glob(".s.PGSQL.*"):
        leftover.unlink()
    # pg_ctl detaches the server from us: Ctrl-C in our terminal, or our death, does not reach it.
    command: list[str | Path] = [
        *(binaries.program("pg_ctl"), "start", "--wait", "--silent"),
        *(f"--timeout={START_SECONDS}", "--pgdata", data, "--log", log / "start.log"),
    ]
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while True:
        before = _sizes(log)
        done = embedded_account.run(account, command, cwd=data)
        if done.returncode == 0:
            return
        said = _said_since(before, log) or done.stdout
        if "is still in use" not in said or time.monotonic() > deadline:
            raise embedded_failure.from_output(said, data.parent)
        time.sleep(0.2)


def stop(running: Running) -> None:
    """Ends open sessions and shuts down cleanly; after a minute, without ceremony."""
    for sign in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(psutil.NoSuchProcess):
            running.process.send_signal(sign)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if not _is_alive(running.process):
                return
            time.sleep(0.01)
    raise EmbeddedError(f"The PostgreSQL server (process {running.process.pid}) does not stop.")


def _is_alive(process: psutil.Process) -> bool:
    try:
        # A server that has ended may wait long for an idle init to collect it.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _server(pid: int, data: Path) -> psutil.Process | None:
    if pid <= 0:  # how PostgreSQL marks the single user of a cluster that is being made
        return None
    try:
        process = psutil.Process(pid)
        if not _is_alive(process) or process.name() != "postgres":
            return None
        # The server's working folder is its data folder; another server may have got the pid.
        return process if Path(process.cwd()) == data.resolve() else None
    except psutil.NoSuchProcess:
        return None


def _sizes(log: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in log.glob("*.log")}


def _said_since(before: dict[Path, int], log: Path) -> str:
    """What the server said on its way down, to its standard error and to its log."""
    return "\n".join(
        path.read_bytes()[before.get(path, 0) :].decode(errors="replace")
        for path in sorted(log.glob("*.log"))
    ).strip()
