"""One process at a time at one backup, wherever it runs: a killed one's lock goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.db.connecting import connect
from core.kernel import Kernel
from tenants.control import control


@contextmanager
def alone(kernel: Kernel, what: str) -> Iterator[bool]:
    """Whether nobody else is at this; nobody else begins until the block ends."""
    connection = connect(control(kernel).runtime)
    try:
        connection.autocommit = True
        row = connection.execute(
            "SELECT pg_try_advisory_lock(hashtext('tenants.backups'), hashtext(%s))", (what,)
        ).fetchone()
        yield row is not None and row[0]
    finally:
        connection.close()
