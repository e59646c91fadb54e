"""The control plane's side of the jobs: which tenant to look at when, and what is planned.

A tenant's signal says when to look. Announcing work before its commit and settling after a
look may cross each other, so a tenant whose signal was touched within the last minute is looked
at again 15 seconds later, whatever the look found. And each tenant is looked at once an hour,
so that no job is lost for good by a note that was not written.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import psycopg
import structlog

from core.jobs.board import BoardFigures, DueSchedule, Planned, Turn, WorkerBeat
from core.jobs.carrier import Carrier
from core.jobs.wake_up import WakeUp
from tenants import work_statements as sql
from tenants.control import CONTROL_ID
from tenants.control_connection import ControlConnection

REMEMBERED: Final = 20.0
"""Seconds for which this process does not repeat an announcement: well below the minute for
which an announced transaction is looked for."""
REMEMBERED_TENANTS: Final = 10_000
SCHEDULE_RETRY: Final = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class ControlWorkBoard:
    """The `WorkBoard` over the control plane's database. Thread-safe; one per process."""

    def __init__(self, connection: ControlConnection, carrier: Carrier) -> None:
        self._connection = connection
        self._carrier = carrier
        self._announced: dict[str, tuple[float, datetime | None]] = {}

    @property
    def carrier(self) -> Carrier:
        """What carries the wake-ups to the workers."""
        return self._carrier

    def announce(self, tenant_id: str, due_at: datetime | None = None) -> None:
        """Note that the tenant has work, unless this process said so a moment ago."""
        at, told = self._announced.get(tenant_id, (float("-inf"), None))
        fresh = time.monotonic() - at < REMEMBERED
        if fresh and (told is None or (due_at is not None and told <= due_at)):
            return
        try:
            self._connection.run(sql.ANNOUNCE, {"tenant": tenant_id, "due": due_at})
        except psycopg.Error as error:
            _report("work could not be announced", tenant_id, error)
            return
        if len(self._announced) >= REMEMBERED_TENANTS:
            self._announced.clear()
        self._announced[tenant_id] = (time.monotonic(), due_at)

    def wake(self, tenant_id: str) -> None:
        """Send a wake-up unless one is on its way; the sweeper does it if this fails."""
        try:
            ticket = secrets.randbits(53)
            rows = self._connection.run(sql.WAKE, {"tenant": tenant_id, "ticket": ticket})
        except psycopg.Error as error:
            _report("tenant could not be woken", tenant_id, error)
            return
        if rows:
            self._send([WakeUp(tenant_id, ticket)])

    def take(self, wake_up: WakeUp) -> Turn | None:
        """Redeem a wake-up; None for a copy."""
        values = {"tenant": wake_up.tenant_id, "ticket": wake_up.ticket}
        rows = self._connection.run(sql.TAKE, values)
        return Turn(*rows[0]) if rows else None

    def settle(self, tenant_id: str, due_at: datetime | None) -> None:
        """Note when to look again."""
        self._connection.run(sql.SETTLE, {"tenant": tenant_id, "due": due_at})

    def forget(self, tenant_id: str) -> None:
        """Drop signal and schedules, if the organization is really gone."""
        self._connection.run(sql.FORGET_SCHEDULES, {"tenant": tenant_id})
        self._connection.run(sql.FORGET_SIGNAL, {"tenant": tenant_id})

    def sweep(self, *, resend_after: float) -> int:
        """Wake every active tenant that is due; suspended ones wait until they are resumed."""
        self._connection.run(sql.ADOPT, {"control": CONTROL_ID})
        rows = self._connection.run(sql.SWEEP, {"resend": resend_after})
        return self._send([WakeUp(*row) for row in rows])

    def plan(self, tenant_id: str, name: str, wanted: Mapping[str, Planned]) -> None:
        """Make these the tenant's schedules, by job."""
        values = {
            "tenant": tenant_id,
            "plan": name,
            "jobs": list(wanted),
            "crons": [planned.cron for planned in wanted.values()],
            "timezones": [planned.timezone for planned in wanted.values()],
            "next": [planned.next_run_at for planned in wanted.values()],
        }
        self._connection.run(sql.UNPLAN, values)
        self._connection.run(sql.PLAN, values)
        self._connection.run(sql.NAME_PLAN, values)

    def run_due_schedule(self, now: datetime, start: Callable[[DueSchedule], datetime]) -> bool:
        """Claim the schedule that is due first and start it; see `WorkBoard`."""
        if not self._connection.run(sql.ANY_SCHEDULE_DUE, {"now": now}):
            return False
        # A transaction of its own: starting the job announces it on the shared connection.
        with self._connection.open() as connection:
            row = connection.execute(sql.CLAIM_SCHEDULE, {"now": now}).fetchone()
            if row is None:
                return False
            tenant_id, job, cron, timezone, planned_at = row
            due = DueSchedule(tenant_id, job, Planned(cron, timezone, planned_at))
            values = {"tenant": tenant_id, "job": job, "planned": planned_at}
            try:
                following = start(due)
            except Exception:  # one tenant's trouble must not stop the others' schedules
                log.exception("schedule could not be started", tenant=tenant_id, job=job)
                connection.execute(sql.POSTPONE, {**values, "due": now + SCHEDULE_RETRY})
                return True
            connection.execute(sql.MOVE_SCHEDULE, {**values, "next": following})
        return True

    def beat(self, beat: WorkerBeat) -> None:
        """Record a worker's sign of life, and forget those that died long ago."""
        values = {
            "name": beat.worker,
            "threads": beat.threads,
            "running": beat.running,
            "done": beat.done,
            "failed": beat.failed,
        }
        self._connection.run(sql.BEAT, values)
        self._connection.run(sql.BURY_WORKERS)

    def figures(self) -> BoardFigures:
        """Counts for the metrics page."""
        [row] = self._connection.run(sql.FIGURES, {"control": CONTROL_ID})
        return BoardFigures(*row)

    def close(self) -> None:
        """Hang up."""
        self._carrier.close()
        self._connection.close()

    def _send(self, wake_ups: list[WakeUp]) -> int:
        """Send them, and take back the tickets of those that could not be sent."""
        unsent = [wake_up.ticket for wake_up in wake_ups if not self._carrier.send(wake_up)]
        if unsent:
            try:
                self._connection.run(sql.TAKE_BACK, {"tickets": unsent})
            except psycopg.Error as error:
                _report("tickets could not be taken back", "", error)
        return len(wake_ups) - len(unsent)


def _report(what: str, tenant_id: str, error: psycopg.Error) -> None:
    log.warning(what, tenant=tenant_id, reason=str(error).strip())
