"""The SQL of the work board. Each statement is its own transaction and may run twice."""

from __future__ import annotations

from typing import Final, LiteralString

ANNOUNCE: Final[LiteralString] = """
INSERT INTO tenants.work_signal AS signal (tenant_id, due_at)
VALUES (%(tenant)s, coalesce(%(due)s::timestamptz, now()))
ON CONFLICT (tenant_id) DO UPDATE
   SET due_at = least(signal.due_at, excluded.due_at), touched_at = now()
"""

WAKE: Final[LiteralString] = """
INSERT INTO tenants.work_signal AS signal (tenant_id, due_at, ticket, sent_at)
VALUES (%(tenant)s, now(), %(ticket)s, now())
ON CONFLICT (tenant_id) DO UPDATE
   SET due_at = least(signal.due_at, now()), ticket = excluded.ticket, sent_at = now()
 WHERE signal.ticket IS NULL
RETURNING ticket
"""

TAKE: Final[LiteralString] = """
UPDATE tenants.work_signal SET ticket = NULL
 WHERE tenant_id = %(tenant)s AND ticket = %(ticket)s
RETURNING extract(epoch FROM now() - sent_at)::float, plan
"""

TAKE_BACK: Final[LiteralString] = """
UPDATE tenants.work_signal SET ticket = NULL WHERE ticket = ANY (%(tickets)s)
"""

# Announced less than a minute ago: that transaction may still be about to commit.
SETTLE: Final[LiteralString] = """
UPDATE tenants.work_signal
   SET due_at = greatest(now() + interval '2 seconds', least(
         coalesce(%(due)s::timestamptz, 'infinity'),
         now() + interval '1 hour' + random() * interval '10 minutes',
         CASE WHEN touched_at > now() - interval '1 minute'
              THEN now() + interval '15 seconds' END))
 WHERE tenant_id = %(tenant)s
"""

ADOPT: Final[LiteralString] = """
INSERT INTO tenants.work_signal (tenant_id, due_at, touched_at)
SELECT tenant.id, now(), '-infinity'
  FROM (SELECT id FROM tenants.organization WHERE status = 'active'
        UNION ALL SELECT %(control)s) AS tenant (id)
 WHERE NOT EXISTS (SELECT 1 FROM tenants.work_signal WHERE tenant_id = tenant.id)
ON CONFLICT DO NOTHING
"""

# A copy of a wake-up that was sent again keeps its ticket: whichever arrives first is good.
SWEEP: Final[LiteralString] = """
UPDATE tenants.work_signal
   SET ticket = coalesce(ticket, floor(random() * 9e15)::bigint), sent_at = now()
 WHERE tenant_id IN (
       SELECT signal.tenant_id
         FROM tenants.work_signal AS signal
         LEFT JOIN tenants.organization AS organization ON organization.id = signal.tenant_id
        WHERE signal.due_at <= now()
          AND coalesce(organization.status, 'active') = 'active'
          AND (signal.ticket IS NULL
               OR signal.sent_at < now() - make_interval(secs => %(resend)s))
        ORDER BY signal.due_at
        LIMIT 500
          FOR UPDATE OF signal SKIP LOCKED)
RETURNING tenant_id, ticket
"""

FORGET_SIGNAL: Final[LiteralString] = """
DELETE FROM tenants.work_signal
 WHERE tenant_id = %(tenant)s
   AND NOT EXISTS (SELECT 1 FROM tenants.organization WHERE id = %(tenant)s)
"""

FORGET_SCHEDULES: Final[LiteralString] = """
DELETE FROM tenants.schedule
 WHERE tenant_id = %(tenant)s
   AND NOT EXISTS (SELECT 1 FROM tenants.organization WHERE id = %(tenant)s)
"""

UNPLAN: Final[LiteralString] = """
DELETE FROM tenants.schedule WHERE tenant_id = %(tenant)s AND NOT job = ANY (%(jobs)s)
"""

PLAN: Final[LiteralString] = """
INSERT INTO tenants.schedule AS schedule
       (tenant_id, job, cron, timezone, next_run_at, due_at)
SELECT %(tenant)s, job, cron, timezone, next, next
  FROM unnest(%(jobs)s::text[], %(crons)s::text[], %(timezones)s::text[],
              %(next)s::timestamptz[]) AS wanted (job, cron, timezone, next)
ON CONFLICT (tenant_id, job) DO UPDATE
   SET cron = excluded.cron, timezone = excluded.timezone,
       next_run_at = excluded.next_run_at, due_at = excluded.due_at
 WHERE (schedule.cron, schedule.timezone) IS DISTINCT FROM (excluded.cron, excluded.timezone)
"""

NAME_PLAN: Final[LiteralString] = """
INSERT INTO tenants.work_signal AS signal (tenant_id, due_at, plan)
VALUES (%(tenant)s, now(), %(plan)s)
ON CONFLICT (tenant_id) DO UPDATE SET plan = excluded.plan
"""

ANY_SCHEDULE_DUE: Final[LiteralString] = """
SELECT 1
  FROM tenants.schedule AS schedule
  LEFT JOIN tenants.organization AS organization ON organization.id = schedule.tenant_id
 WHERE schedule.due_at <= %(now)s AND coalesce(organization.status, 'active') = 'active'
 LIMIT 1
"""

CLAIM_SCHEDULE: Final[LiteralString] = """
SELECT schedule.tenant_id, schedule.job, schedule.cron, schedule.timezone, schedule.next_run_at
  FROM tenants.schedule AS schedule
  LEFT JOIN tenants.organization AS organization ON organization.id = schedule.tenant_id
 WHERE schedule.due_at <= %(now)s AND coalesce(organization.status, 'active') = 'active'
 ORDER BY schedule.due_at
 LIMIT 1
   FOR UPDATE OF schedule SKIP LOCKED
"""

POSTPONE: Final[LiteralString] = """
UPDATE tenants.schedule SET due_at = %(due)s WHERE tenant_id = %(tenant)s AND job = %(job)s
"""

MOVE_SCHEDULE: Final[LiteralString] = """
UPDATE tenants.schedule
   SET next_run_at = %(next)s, due_at = %(next)s, last_run_at = %(planned)s
 WHERE tenant_id = %(tenant)s AND job = %(job)s
"""

BEAT: Final[LiteralString] = """
INSERT INTO tenants.worker (name, threads, running, done, failed)
VALUES (%(name)s, %(threads)s, %(running)s, %(done)s, %(failed)s)
ON CONFLICT (name) DO UPDATE
   SET seen_at = now(), threads = excluded.threads, running = excluded.running,
       done = excluded.done, failed = excluded.failed
"""

BURY_WORKERS: Final[LiteralString] = """
DELETE FROM tenants.worker WHERE seen_at < now() - interval '1 day'
"""

FIGURES: Final[LiteralString] = """
WITH served (id) AS (
  SELECT id FROM tenants.organization WHERE status = 'active' UNION ALL SELECT %(control)s)
SELECT due.tenants, due.late, overdue.schedules,
       alive.workers, alive.running, alive.done, alive.failed
  FROM (SELECT count(*) AS tenants,
               coalesce(extract(epoch FROM now() - min(due_at)), 0)::float AS late
          FROM tenants.work_signal JOIN served ON id = tenant_id
         WHERE due_at <= now()) AS due,
       (SELECT count(*) AS schedules
          FROM tenants.schedule JOIN served ON id = tenant_id
         WHERE due_at < now() - interval '1 minute') AS overdue,
       (SELECT count(*) AS workers, coalesce(sum(running), 0)::bigint AS running,
               coalesce(sum(done), 0)::bigint AS done,
               coalesce(sum(failed), 0)::bigint AS failed
          FROM tenants.worker WHERE seen_at > now() - interval '30 seconds') AS alive
"""
