"""Keeps the tables of a company as they are while they are copied, and gives way where somebody
wants to change them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, LiteralString

import psycopg

from core.addons.transaction import LIFECYCLE_LOCK

_WAITERS: Final[LiteralString] = """
SELECT EXISTS (
  SELECT FROM pg_locks JOIN pg_database AS d ON d.oid = database
   WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
     AND classid = 0 AND objid = %s)
"""


class GiveWay(Exception):
    """Somebody upgrades, enables or disables addons: that goes first, and the copy is made anew."""


@contextmanager
def unchanged(source: psycopg.Connection) -> Iterator[None]:
    """Nobody changes the addons of this database until the block ends. Raises GiveWay where
    somebody is at it."""
    row = source.execute("SELECT pg_try_advisory_lock(%s)", (LIFECYCLE_LOCK,)).fetchone()
    if row != (True,):
        raise GiveWay
    try:
        yield
    finally:
        # After the switch nobody is in the old database any more, and neither is the lock.
        with suppress(psycopg.OperationalError):
            source.execute("SELECT pg_advisory_unlock(%s)", (LIFECYCLE_LOCK,))


def give_way(source: psycopg.Connection) -> None:
    """Raise GiveWay where somebody waits for it."""
    if source.execute(_WAITERS, (LIFECYCLE_LOCK,)).fetchone() == (True,):
        raise GiveWay
