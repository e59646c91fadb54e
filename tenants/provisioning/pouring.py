"""One database into another as it is at one moment, in constant memory and past no disk.

PostgreSQL's own dump reads it, while people go on working in it, and is restored as it comes.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import Final

from core.custody.dumping import DumpFailed, program
from core.tenancy.tenant import DatabaseAddress

_COMPLAINT: Final = 2000


def pour(source: DatabaseAddress, target: DatabaseAddress, *restoring: str) -> None:
    """Fill the empty database `target`, with options of pg_restore's. Raises DumpFailed with what
    the programs said."""
    dump = [program("pg_dump"), "--format=custom", "--compress=none", *_where(source)]
    restore = [
        *(program("pg_restore"), "--exit-on-error", *restoring),
        *_where(target, "--dbname="),
    ]
    with tempfile.TemporaryFile() as complaints:
        with (
            subprocess.Popen(
                dump,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=_environment(source),
            ) as reading,
            subprocess.Popen(
                restore, stdin=reading.stdout, stderr=complaints, env=_environment(target)
            ) as writing,
        ):
            assert reading.stdout is not None
            reading.stdout.close()  # so that the end of one ends the other
            ended = writing.wait(), reading.wait()
        if any(ended):
            complaints.seek(0)
            raise DumpFailed(complaints.read(_COMPLAINT).decode(errors="replace").strip())


def _where(address: DatabaseAddress, database: str = "") -> list[str]:
    return [
        "--no-password",
        f"--host={address.host}",
        f"--port={address.port}",
        f"--username={address.user}",
        f"{database}{address.database}",
    ]


def _environment(address: DatabaseAddress) -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": address.password}
