"""Says which server's disk is full where a database is made there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from core.custody.dumping import DumpFailed
from core.db.full_disk import DiskIsFull, fills_the_disk


@contextmanager
def needing_space(server: str) -> Iterator[None]:
    """Raises DiskIsFull, naming the server, where the block ends for want of space."""
    try:
        yield
    except (psycopg.Error, DBAPIError, DumpFailed) as error:
        if fills_the_disk(error):
            raise DiskIsFull(server) from error
        raise
