"""Creates a PostgreSQL cluster and writes its configuration; never starts it."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psutil

from core.db import embedded_account, embedded_failure
from core.db.embedded_account import Account
from core.db.embedded_binaries import Binaries
from core.db.embedded_failure import EmbeddedError

SUPERUSER = "postgres"
PORT = 5432  # names the socket file only: the server listens on no network address

MEGABYTE = 1024 * 1024


def ensure(data: Path, password: Path, *, account: Account, binaries: Binaries) -> None:
    """Creates the cluster unless there is one, and refuses one of another major version."""
    marker = data / "PG_VERSION"
    if not marker.exists():
        _create(data, password, account=account, binaries=binaries)
        return
    major = int(marker.read_text().strip())
    if major != binaries.major:
        raise EmbeddedError(
            f"The data in {data} was written by PostgreSQL {major}; "
            f"this installation has {binaries.major}.",
            fix=f"Dump it with an Aorabooks that has PostgreSQL {major} and load it here, "
            f"or move {data} away to begin with an empty database.",
        )


def configure(data: Path, socket: Path, log: Path, settings: Mapping[str, str]) -> None:
    """Writes postgresql.conf and pg_hba.conf anew, so that they never drift from this file."""
    values = default_settings() | {
        "unix_socket_directories": str(socket),
        "port": str(PORT),
        "log_directory": str(log),
        **settings,
    }
    lines = [f"{name} = '{_quoted(value)}'" for name, value in values.items()]
    _replace(data / "postgresql.conf", "\n".join(["# Written at every start.", *lines, ""]))
    _replace(data / "pg_hba.conf", "# Written at every start.\nlocal all all scram-sha-256\n")


def default_settings() -> dict[str, str]:
    """What suits a small machine with many small databases."""
    memory = psutil.virtual_memory().total // MEGABYTE
    settings = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "300",
        "shared_buffers": f"{max(64, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "maintenance_work_mem": f"{max(32, min(128, memory // 32))}MB",
        "max_wal_size": "2GB",
        "wal_compression": "pglz",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "autovacuum_max_workers": "2",
        # So that a company can be moved away while people work in it.
        "wal_level": "logical",
        # Stretching protects guessable passwords. Ours are random 256-bit secrets, and the
        # default of 4,096 rounds costs every new connection 2.5 ms.
        "scram_iterations": "1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        # One file per weekday, each overwritten a week later: the log cannot fill the disk.
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        # A failed statement would carry customers' data, or a new role's password, into the log.
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
    }
    if sys.platform == "linux":
        # After a crash, one call per file system in place of one per file: with 500 databases
        # the restart takes 0.4 s and not 14 s.
        settings["recovery_init_sync_method"] = "syncfs"
    return settings


def _create(data: Path, password: Path, *, account: Account, binaries: Binaries) -> None:
    """Builds the cluster under another name, so that a crash leaves no half-made one behind."""
    for leftover in data.parent.glob("new-*"):
        shutil.rmtree(leftover)
    draft = Path(tempfile.mkdtemp(prefix="new-", dir=data.parent))
    secret = secrets.token_urlsafe(32)
    try:
        embedded_account.give(account, draft)
        _write_private(draft / "password", secret)
        embedded_account.give(account, draft / "password")
        done = embedded_account.run(account, _initdb(binaries, draft), cwd=draft)
        if done.returncode != 0:
            raise embedded_failure.from_output(done.stdout, data.parent)
        password.unlink(missing_ok=True)
        _write_private(password, secret)
        (draft / "data").rename(data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _initdb(binaries: Binaries, draft: Path) -> list[str | Path]:
    # The built-in provider sorts the same on every machine, whatever its C library becomes; the
    # library's own UTF-8 rules are still needed by full-text search to tell letters from signs.
    ctype = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    options = [
        "--encoding=UTF8",
        "--locale=C",
        f"--lc-ctype={ctype}",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth=scram-sha-256",
        f"--username={SUPERUSER}",
        f"--pwfile={draft / 'password'}",
        "--set=scram_iterations=1",
        "--no-instructions",
    ]
    if sys.platform == "linux":
        options.append("--sync-method=syncfs")
    return [binaries.program("initdb"), *options, "--pgdata", draft / "data"]


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Writes in place of the old file in one step, with the old file's owner and mode."""
    before = path.stat()
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    _write_private(draft, text)
    os.chown(draft, before.st_uid, before.st_gid)
    draft.rename(path)


def _quoted(value: str) -> str:
    if "\n" in value:
        raise EmbeddedError(f"A PostgreSQL setting holds a line break: {value!r}.")
    return value.replace("\\", "\\\\").replace("'", "''")
