"""The PostgreSQL server that comes with Aorabooks: one folder holds it, one call starts it.

Several processes may use the same folder. The first starts the server, the others find it
running, and it is stopped by the last one that lets go. A killed process takes nothing with it:
the server runs on, and the next `start` finds it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlencode

from core.db import embedded_account, embedded_cluster, embedded_failure, embedded_process
from core.db.embedded_account import Account
from core.db.embedded_binaries import SYSTEM_HOME, Binaries, locate
from core.db.embedded_failure import EmbeddedError

__all__ = ["Embedded", "EmbeddedError", "start"]

# The kernel's limit for a socket's path is 108 bytes on Linux and 104 on macOS, zero included.
SOCKET_PATH_LIMIT = 103


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running server that this process uses until `stop`."""

    folder: Path
    socket: Path
    binaries: Binaries
    password: str
    _in_use: IO[bytes]

    def url(self, dbname: str = "postgres") -> str:
        """The superuser's URL of one database, over the unix socket."""
        where = urlencode({"host": str(self.socket), "port": str(embedded_cluster.PORT)})
        user, password = embedded_cluster.SUPERUSER, quote(self.password, safe="")
        return f"postgresql://{user}:{password}@/{quote(dbname, safe='')}?{where}"

    def bin(self, name: str) -> Path:
        """The path of one of PostgreSQL's own programs, such as pg_dump."""
        return self.binaries.program(name)

    def stop(self) -> bool:
        """Lets go of the server and stops it if nobody else uses it; says whether it did."""
        if self._in_use.closed:
            return False
        with _locked(self.folder):
            try:
                fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                self._in_use.close()
            running = embedded_process.find(self.folder / "data")
            if running:
                embedded_process.stop(running)
            if self.socket.parent != self.folder:
                shutil.rmtree(self.socket, ignore_errors=True)
            return True


def start(folder: Path, *, settings: Mapping[str, str] | None = None) -> Embedded:
    """Finds the server of `folder` running or starts it, creating the cluster on first use.

    `settings` overrides PostgreSQL's configuration; it has no effect on a server found running.
    """
    try:
        return _start(folder.absolute(), settings or {})
    except OSError as error:
        raise embedded_failure.from_os_error(error, folder) from error


def _start(folder: Path, settings: Mapping[str, str]) -> Embedded:
    folder.mkdir(parents=True, exist_ok=True)
    account = embedded_account.choose((folder / "data").resolve())
    home = _home(folder, account)
    binaries = locate(account)
    data, log, password = home / "data", home / "log", home / "password"
    with _locked(home):
        embedded_cluster.ensure(data, password, account=account, binaries=binaries)
        running = embedded_process.find_ready(data)
        if running:
            socket = running.socket
        else:
            socket = _socket_folder(home, account)
            _private_folder(log, account)
            embedded_cluster.configure(data, socket, log, settings)
            embedded_process.start(data, socket, log, account=account, binaries=binaries)
        # The kernel drops this lock when the process dies, however it dies, so that a crash
        # never leaves the server looking used.
        in_use = (home / "in-use").open("ab")
        fcntl.flock(in_use, fcntl.LOCK_SH)
    return Embedded(home, socket, binaries, password.read_text(), in_use)


def _home(folder: Path, account: Account) -> Path:
    """Where the cluster lies: `folder`, or a place that root's account can enter, linked there."""
    link = folder / "home"
    if link.is_symlink():
        return link.resolve()
    if embedded_account.can_reach(account, folder.parent):
        _private_folder(folder, account)
        return folder
    SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="cluster-", dir=SYSTEM_HOME))
    _private_folder(home, account)
    link.symlink_to(home)
    return home


def _socket_folder(home: Path, account: Account) -> Path:
    socket = home / "socket"
    if len(os.fsencode(socket / f".s.PGSQL.{embedded_cluster.PORT}")) > SOCKET_PATH_LIMIT:
        key = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        socket = Path(tempfile.gettempdir()) / f"aorabooks-{account.uid}-{key}"
    _private_folder(socket, account)
    return socket


def _private_folder(path: Path, account: Account) -> None:
    """Makes a folder that `account` alone may enter, or takes one that already is like that."""
    path.mkdir(mode=0o700, exist_ok=True)
    owner = path.lstat()
    # A stranger may have put a folder, or a link, of this name into the shared /tmp before us.
    if path.is_symlink() or owner.st_uid not in (account.uid, os.geteuid()):
        raise EmbeddedError(
            f"{path} belongs to somebody else.", fix="Remove it, or run as its owner."
        )
    path.chmod(0o700)
    embedded_account.give(account, path)


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Keeps two processes from starting or stopping the same server at once."""
    with (home / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
