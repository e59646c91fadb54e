"""Takes one due job of a tenant for a worker, and notices jobs whose worker was lost.

While a job runs, its transaction holds an advisory lock. The server drops that lock exactly
when the transaction can no longer commit, however the worker died, so the lock and not the
clock decides whether a job may run again. The lease only says when to look: who finds it
expired and the lock held renews it, who finds the lock free puts the job back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db.session import binding
from core.jobs.models import MAX_LOSSES

LEASE_SECONDS: Final = 30
TRACED_TOGETHER: Final = 3600
"""Seconds: a job that is tried later than that begins a trace of its own. Who looks for a trace
looks at about the time of its request."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker is to run. `worker` names the claim; no two are named alike."""

    id: int
    name: str
    arguments: dict[str, Any]
    worker: str
    attempts: int
    max_attempts: int
    losses: int
    requested_by: str
    requested_by_id: int | None
    trace: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a tenant found: perhaps a job to run, whether more of them are due, whether
    those may run beside this one, and when to look again."""

    claim: Claim | None
    more: bool
    at_limit: bool
    again_at: datetime | None


def claim(session: Session, worker: str, *, limit: int, now: datetime | None = None) -> Look:
    """Claim the job of this tenant that is due first, unless `limit` of them are running.

    What is due by `now` counts too: tests pass a clock of their own.
    """
    values = {
        "worker": worker,
        "limit": limit,
        "now": now,
        "waiting": sorted(waiting_addons(session)),
        "lease": LEASE_SECONDS,
        "losses": MAX_LOSSES,
        "together": TRACED_TOGETHER,
    }
    connection = session.connection()
    connection.execute(_ONE_AT_A_TIME)
    connection.execute(_RECOVER, values)
    row = connection.execute(_CLAIM, values).one_or_none()
    claimed = None if row is None else Claim(**row._mapping, worker=worker)
    left = connection.execute(_LEFT, values).one()
    at_limit = left.running >= limit
    if claimed is None and not at_limit:
        connection.execute(_SAY_WHY, values)
    return Look(
        claim=claimed,
        more=bool(left.due),
        at_limit=at_limit,
        again_at=min(filter(None, (left.lease_until, left.run_at)), default=None),
    )


def waiting_addons(session: Session) -> frozenset[str]:
    """Addons whose jobs wait: known to the server or the tenant, and not fit to run now."""
    context = binding(session).context
    catalog, state = context["kernel"].catalog, context["state"]
    kept = {name for name, row in state.rows.items() if row.state != "purged"}
    known = {*catalog.addons, *(refused.name for refused in catalog.refused), *kept}
    return frozenset(known - (state.enabled - state.behind))


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('core.job.claim', 0))")

_RECOVER = text("""
WITH late AS MATERIALIZED (
  SELECT id, pg_try_advisory_xact_lock(hashtextextended('core.job', id)) AS lost
    FROM core.job
   WHERE state = 'running' AND lease_until < now()
     FOR UPDATE SKIP LOCKED)
UPDATE core.job AS job
   SET state = CASE WHEN NOT late.lost THEN 'running'
                    WHEN job.losses + 1 < :losses THEN 'queued' ELSE 'dead' END,
       losses = job.losses + late.lost::int,
       worker = CASE WHEN late.lost THEN '' ELSE job.worker END,
       error = CASE WHEN late.lost THEN 'Its worker was lost while running it.' ELSE job.error END,
       lease_until = CASE WHEN late.lost THEN NULL ELSE now() + make_interval(secs => :lease) END,
       finished_at = CASE WHEN late.lost AND job.losses + 1 >= :losses THEN now() END
  FROM late
 WHERE job.id = late.id
""")

_CLAIM = text("""
UPDATE core.job
   SET state = 'running', worker = :worker, started_at = clock_timestamp(),
       lease_until = clock_timestamp() + make_interval(secs => :lease),
       progress = 0, progress_text = ''
 WHERE id = (
       SELECT id FROM core.job
        WHERE state = 'queued' AND run_at <= greatest(now(), CAST(:now AS timestamptz))
          AND NOT split_part(name, '.', 1) = ANY (:waiting)
        ORDER BY run_at, id
        LIMIT 1
          FOR UPDATE SKIP LOCKED)
   AND (SELECT count(*) FROM core.job WHERE state = 'running') < :limit
RETURNING id, name, arguments, attempts, max_attempts, losses, requested_by, requested_by_id,
          CASE WHEN created_at > now() - make_interval(secs => :together) THEN trace ELSE ''
          END AS trace
""")

_LEFT = text("""
SELECT queued.run_at, running.count AS running, running.lease_until,
       queued.run_at <= greatest(now(), CAST(:now AS timestamptz)) AS due
  FROM (SELECT min(run_at) AS run_at FROM core.job
         WHERE state = 'queued' AND NOT split_part(name, '.', 1) = ANY (:waiting)) AS queued,
       (SELECT count(*) AS count, min(lease_until) AS lease_until FROM core.job
         WHERE state = 'running') AS running
""")

_SAY_WHY = text("""
UPDATE core.job
   SET error = 'Waits until the addon ' || split_part(name, '.', 1) || ' is enabled again.'
 WHERE state = 'queued' AND split_part(name, '.', 1) = ANY (:waiting) AND error = ''
""")
