"""One database into another as it is at one moment, in constant memory and past no disk.

PostgreSQL's own dump reads it, while people go on working in it, and is restored as it comes.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from typing import Final

from core.custody.dumping import DumpFailed, program
from core.tenancy.tenant import DatabaseAddress

_COMPLAINT: Final = 2000
_LOOK_EVERY: Final = 0.5


def pour(
    source: DatabaseAddress,
    target: DatabaseAddress,
    *restoring: str,
    dumping: Sequence[str] = (),
    watch: Callable[[], None] | None = None,
) -> None:
    """Fill the empty database `target`, with options of pg_restore's and of pg_dump's. Raises
    DumpFailed with what the programs said, or what `watch` raises, which is called meanwhile."""
    dump = [program("pg_dump"), "--format=custom", "--compress=none", *dumping, *_where(source)]
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
            try:
                while watch is not None and writing.poll() is None:
                    watch()
                    _wait(writing)
            except BaseException:
                writing.kill()
                reading.kill()
                raise
            ended = writing.wait(), reading.wait()
        if any(ended):
            complaints.seek(0)
            raise DumpFailed(complaints.read(_COMPLAINT).decode(errors="replace").strip())


def _wait(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_LOOK_EVERY)


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
