"""Taking one company of a run at a time, so that nobody else takes it meanwhile.

A claim is a transaction of the control plane that stays open while the company is upgraded: it
holds the step's row, one of the places of the run, and a lock that shows who is being worked on.
A process that is killed loses its connection, and with it all three: nothing has to be timed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, LiteralString

import psycopg

from tenants.upgrading.runs import STEP_LOCKS

_PLACES: Final = 7_215_012
"""The class of the advisory locks of a run's places: as many as it may have at work at once."""

# How long an upgrade takes is its own affair; the transaction only holds its place meanwhile.
_PLACE: Final[LiteralString] = """
SELECT run.ring, set_config('idle_in_transaction_session_timeout', '0', true),
       (SELECT place FROM generate_series(1, run.parallel) AS place
         WHERE pg_try_advisory_xact_lock(%(places)s, place::int) LIMIT 1)
  FROM tenants.upgrade_run AS run WHERE run.id = %(run)s AND run.status = 'running'
"""
# The lock that shows it is taken of the one step that is left, and of none that was passed over.
_NEXT: Final[LiteralString] = """
SELECT step.*, pg_advisory_xact_lock(%(shown)s, step.id::int)
  FROM (SELECT id, organization_id, retry, attempts, suspended FROM tenants.upgrade_step
         WHERE run_id = %(run)s AND ring = %(ring)s AND status = 'waiting' AND not_before <= now()
         ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) AS step
"""
_END: Final[LiteralString] = """
UPDATE tenants.upgrade_step
   SET status = %(status)s, addons = %(addons)s, suspended = %(suspended)s,
       reason = %(reason)s, seconds = %(seconds)s, finished_at = now(), retry = false
 WHERE id = %(id)s
"""
_PUT_BACK: Final[LiteralString] = """
UPDATE tenants.upgrade_step
   SET attempts = attempts + 1, reason = %(reason)s, not_before = now() + %(pause)s
 WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A company that is this process's to upgrade. `retry` names the addons that failed before and
    that a person wants to have tried again; `attempts` is how often it could not be reached."""

    step: int
    tenant_id: str
    retry: tuple[str, ...]
    again: bool
    attempts: int
    _connection: psycopg.Connection

    def end(
        self,
        *,
        failed: bool,
        seconds: float,
        addons: tuple[str, ...] = (),
        suspended: tuple[str, ...] = (),
        reason: str = "",
    ) -> None:
        """Say what came of it."""
        values = {
            "id": self.step,
            "status": "failed" if failed else "done",
            "addons": list(addons),
            "suspended": list(suspended),
            "reason": reason,
            "seconds": seconds,
        }
        self._connection.execute(_END, values)

    def put_back(self, reason: str, pause: timedelta) -> None:
        """Let it be tried again after a pause."""
        values = {"id": self.step, "reason": reason, "pause": pause}
        self._connection.execute(_PUT_BACK, values)


@contextmanager
def claimed(connection: psycopg.Connection, run_id: int) -> Iterator[Claim | None]:
    """The next company of the run, until the block ends; None while nobody can be begun with,
    because the run rests, its places are taken, or the others are on it."""
    with connection.transaction():
        yield _claim(connection, run_id)


def _claim(connection: psycopg.Connection, run_id: int) -> Claim | None:
    values = {"run": run_id, "places": _PLACES, "shown": STEP_LOCKS}
    run = connection.execute(_PLACE, values).fetchone()
    if run is None or run[2] is None:
        return None
    row = connection.execute(_NEXT, {**values, "ring": run[0]}).fetchone()
    if row is None:
        return None
    step, tenant_id, again, attempts, suspended, _ = row
    return Claim(step, tenant_id, tuple(suspended) if again else (), again, attempts, connection)
