"""Says in one sentence why the embedded PostgreSQL cannot run, and what to do about it."""

from __future__ import annotations

import errno
from pathlib import Path

from core.errors import Unavailable

# A short write is reported by the hint alone.
SIGNS_OF_A_FULL_DISK = ("No space left on device", "Disk quota exceeded", "Check free disk space")


class EmbeddedError(Unavailable):
    """The embedded PostgreSQL cannot be started, found or stopped."""


def from_os_error(error: OSError, folder: Path) -> EmbeddedError:
    """The same for a failure of our own work on the file system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EmbeddedError(
            f"{error.filename or folder} cannot be written: {error.strerror}.",
            fix="Give this user the folder, or name another one in AORABOOKS_VAR.",
        )
    return EmbeddedError(f"PostgreSQL could not be set up in {folder}: {error}.")


def from_output(output: str, folder: Path) -> EmbeddedError:
    """Reads what initdb, pg_ctl or the server's log said last."""
    if any(sign in output for sign in SIGNS_OF_A_FULL_DISK):
        return disk_full(folder)
    if "could not create shared memory segment" in output or "Cannot allocate memory" in output:
        return EmbeddedError(
            "There is not enough memory to start PostgreSQL.",
            fix="Free some memory, or use another server by AORABOOKS_DATABASE_URL.",
        )
    said = "\n".join(line for line in output.strip().splitlines()[-8:])
    return EmbeddedError(
        f"PostgreSQL did not start in {folder}. It said:\n{said or '(nothing)'}",
        fix=f"The whole log is in {folder / 'log'}.",
    )


def disk_full(folder: Path) -> EmbeddedError:
    return EmbeddedError(
        f"The disk that holds {folder} is full.",
        fix="Free some space, or name a folder on another disk in AORABOOKS_VAR.",
    )
