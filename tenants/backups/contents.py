"""What a backup holds of a tenant, as three streams that are read piece by piece.

about       JSON: what the control plane knows of the tenant
files       a tar archive: `files/…` as core.files names them, `exports/…`
database    pg_dump's custom format
"""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from core.custody.dumping import dump_command, printed, refuse_failed, restore_command
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant

ABOUT: Final = "about"
FILES: Final = "files"
DATABASE: Final = "database"
READ: Final = 1024 * 1024
_BLOCK: Final = tarfile.BLOCKSIZE


@dataclass(frozen=True, slots=True)
class Moment:
    """What was read of the database at the moment that the backup holds."""

    at: Any
    postgresql: str
    addons: dict[str, str]


def moment_of(connection: psycopg.Connection, *, recovered: bool = False) -> Moment:
    """The moment that this transaction sees. On a server that was recovered to an earlier moment
    that is the last one of which its log told."""
    row = connection.execute(
        "SELECT CASE WHEN %s THEN coalesce(pg_last_xact_replay_timestamp(), now()) ELSE now() END,"
        " current_setting('server_version')",
        (recovered,),
    ).fetchone()
    assert row is not None
    addons = connection.execute("SELECT name, version FROM core.addon ORDER BY name").fetchall()
    return Moment(row[0], row[1], dict(addons))


def about(tenant: Tenant) -> Iterator[bytes]:
    """What is needed to make it a tenant again."""
    allowed = None if tenant.allowed is None else sorted(tenant.allowed)
    known = {
        "slug": tenant.slug,
        "title": tenant.title,
        "timezone": tenant.timezone,
        "locale": tenant.locale,
        "package": allowed,
    }
    yield json.dumps(known, ensure_ascii=False).encode()


def files_of(kernel: Kernel, tenant: Tenant) -> list[tuple[str, Path]]:
    """Every file of the tenant: its name in the archive, and where it lies."""
    exports = kernel.config.var / tenant.id / "exports"
    found = [(f"files/{name}", path) for name, path in kernel.files.all(tenant)]
    if exports.is_dir():
        found += [(f"exports/{each.name}", each) for each in sorted(exports.iterdir())]
    return [(name, path) for name, path in found if path.is_file()]


def archive(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """A tar archive of these files. Those that somebody deletes meanwhile are left out."""
    for name, path in files:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(file.fileno()).st_size
            yield info.tobuf(tarfile.PAX_FORMAT)
            while chunk := file.read(READ):
                yield chunk
            yield bytes(-info.size % _BLOCK)
    yield bytes(2 * _BLOCK)


def dump(address: DatabaseAddress, snapshot: str) -> Generator[bytes]:
    """The whole database, until it is closed; raises DumpFailed with PostgreSQL's own words."""
    with printed(dump_command(address, snapshot), address) as dumped:
        while chunk := dumped.read(READ):
            yield chunk


def load(address: DatabaseAddress, content: Iterable[bytes]) -> None:
    """Such a dump into an empty database; raises DumpFailed with PostgreSQL's own words, or what
    reading the content raises."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            restore_command(address),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env={**os.environ, "PGPASSWORD": address.password},
        ) as process,
    ):
        assert process.stdin is not None
        try:
            for chunk in content:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it says by itself why it does not read on
        except BaseException:
            process.kill()
            raise
        refuse_failed(process, complaints)
