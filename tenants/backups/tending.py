"""What is done by itself: backups that are due every minute, proofs and leftovers every ten.

Who is due is asked of the control plane in one statement, so that ten thousand tenants with
nothing to do cost nothing. Each piece of work is a job of its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, LiteralString

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.addons.options import options
from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job, Schedule, msg
from core.errors import Conflict, Unavailable
from core.i18n import phrase
from core.jobs.progress import report_progress
from core.jobs.queue import enqueue
from core.kernel import Kernel
from tenants.backups import making, proving, restoring
from tenants.backups.models import Backup, BackupDestination, BackupRestore
from tenants.backups.plan import BackupPlan
from tenants.control import CONTROL_ID
from tenants.models import DatabaseServer
from tenants.provisioning import scratch, servers
from tenants.provisioning.templates import Progress

MAKE: Final = "tenants.make_backup"
PROVE: Final = "tenants.prove_backup"
RESTORE: Final = "tenants.restore_backup"
BATCH: Final = 1000
"""Backups and proofs that are asked for in one turn."""
QUEUE: Final = 2000
"""Backups that are asked for and not yet whole, at the most: what workers do in some minutes. A row
says `running` from when it is asked for, so those that wait for hours are not asked for yet."""
STALLED: Final = timedelta(minutes=10)
"""After which somebody looks whether a backup that is not whole is still being made."""
_LATER: Final = (Conflict, Unavailable)
"""What `tend` asks for again: a storage does not answer, or another process is at it."""
_LONG: Final = 12 * 3600

_DUE: Final[LiteralString] = """
WITH tenant AS (
  SELECT id, timezone FROM tenants.organization
   WHERE status IN ('active', 'suspended') AND sample_of IS NULL
  UNION ALL SELECT :control, 'UTC'
), slot AS (
  SELECT id, (date_trunc('day', now() AT TIME ZONE timezone - make_interval(hours => :hour))
              + make_interval(hours => :hour)) AT TIME ZONE timezone AS since
    FROM tenant
)
SELECT id FROM slot
 WHERE NOT EXISTS (
   SELECT FROM tenants.backup AS made
    WHERE made.tenant_id = slot.id AND made.begun_at >= slot.since
      AND (made.status <> 'failed' OR made.begun_at > now() - interval '1 hour'))
   AND NOT EXISTS (
   SELECT FROM tenants.backup AS unfinished
    WHERE unfinished.tenant_id = slot.id AND unfinished.status IN ('running', 'uploading'))
 LIMIT :batch
"""
_UNPROVEN: Final[LiteralString] = """
SELECT newest.id FROM (
  SELECT DISTINCT ON (tenant_id) id, tenant_id, proven_at FROM tenants.backup
   WHERE status = 'whole'
   ORDER BY tenant_id, begun_at DESC) AS newest
 WHERE newest.proven_at IS NULL AND NOT EXISTS (
   SELECT FROM tenants.backup AS proven
    WHERE proven.tenant_id = newest.tenant_id
      AND proven.proven_at > now() - make_interval(days => :days))
 LIMIT :batch
"""

log = structlog.get_logger(__name__)


def tend(session: Session) -> None:
    """Ask for the jobs that are due, and clear up after killed processes."""
    kernel: Kernel = binding(session).context["kernel"]
    plan = options(session, BackupPlan)
    for server in session.scalars(select(DatabaseServer)):
        try:
            with servers.connect(server, kernel.secrets) as admin:
                scratch.sweep(admin)
        except Unavailable as error:
            log.warning("leftovers stay", server=server.name, reason=error.message)
    making.sweep_spools(kernel)
    _go_on(session)
    unproven = {"days": plan.prove_days, "batch": BATCH}
    for (backup_id,) in session.execute(text(_UNPROVEN), unproven).all():
        # Once more in the next hour where its storage does not answer.
        key = f"{PROVE}:{backup_id}:{utc_now():%Y%m%d%H}"
        enqueue(session, PROVE, key=key, backup_id=backup_id)


def begin_due(session: Session) -> None:
    """Ask for the backups that are due, as many as there is room for in the queue."""
    places = select(BackupDestination.id).where(BackupDestination.status == "active")
    unfinished = select(func.count()).where(Backup.status.in_(making.UNFINISHED))
    room = min(BATCH, QUEUE - (session.scalar(unfinished) or 0))
    if room <= 0 or session.scalar(places.limit(1)) is None:
        return
    hour = options(session, BackupPlan).hour
    due = {"control": CONTROL_ID, "hour": hour, "batch": room}
    for (tenant_id,) in session.execute(text(_DUE), due).all():
        ask(session, tenant_id)


def ask(session: Session, tenant_id: str, *, asked_by: str = "") -> Backup | None:
    """Have a backup of the tenant made in the background; None where there is no such tenant."""
    kernel: Kernel = binding(session).context["kernel"]
    tenant = kernel.directory.find_id(tenant_id)
    if tenant is None:
        return None
    row = making.begin(session, tenant, asked_by=asked_by)
    title = phrase("Back up {slug}", slug=tenant.slug)
    enqueue(session, MAKE, key=f"{MAKE}:{row.id}", title=title, backup_id=row.id)
    return row


def _go_on(session: Session) -> None:
    """Ask again for what killed processes and absent storages left unfinished."""
    stalled = utc_now() - STALLED
    minute = f"{utc_now():%Y%m%d%H%M}"
    unfinished = select(Backup.id).where(
        Backup.status.in_(making.UNFINISHED), Backup.begun_at < stalled
    )
    for backup_id in session.scalars(unfinished):
        enqueue(session, MAKE, key=f"{MAKE}:{backup_id}:{minute}", backup_id=backup_id)
    waiting = select(BackupRestore.id).where(
        BackupRestore.status == "running", BackupRestore.begun_at < stalled
    )
    for restore_id in session.scalars(waiting):
        enqueue(session, RESTORE, key=f"{RESTORE}:{restore_id}:{minute}", restore_id=restore_id)


def _make(session: Session, backup_id: str) -> None:
    try:
        making.make(_kernel(session), backup_id, _reporting(session))
    except _LATER as error:
        log.warning("backup not made", backup=backup_id, reason=error.message)


def _prove(session: Session, backup_id: str) -> None:
    try:
        proving.prove(_kernel(session), backup_id, _reporting(session))
    except _LATER as error:
        log.warning("backup not proven", backup=backup_id, reason=error.message)


def _restore(session: Session, restore_id: str) -> None:
    try:
        restoring.restore(_kernel(session), restore_id, _reporting(session))
    except _LATER as error:
        log.warning("backup not restored", restore=restore_id, reason=error.message)


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


def _reporting(session: Session) -> Progress:
    return lambda step: report_progress(session, 0.5, step)


JOBS: Final = (
    Job("tenants.begin_backups", msg("Begin backups"), begin_due, schedule=Schedule("* * * * *")),
    Job("tenants.tend_backups", msg("Look after backups"), tend, schedule=Schedule("*/10 * * * *")),
    Job(MAKE, msg("Make a backup"), _make, timeout_seconds=_LONG),
    Job(PROVE, msg("Prove a backup"), _prove, timeout_seconds=_LONG),
    Job(RESTORE, msg("Restore a backup"), _restore, timeout_seconds=_LONG),
)
