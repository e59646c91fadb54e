"""Removes what of a tenant's backups need not be kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select

from core.addons.options import options
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.backups import destinations, manifest
from tenants.backups.models import Backup
from tenants.backups.plan import BackupPlan
from tenants.backups.retention import kept
from tenants.backups.spool import piece_name
from tenants.backups.storage import Storage, StorageGone
from tenants.control import control

log = structlog.get_logger(__name__)


def expire(kernel: Kernel, tenant: Tenant) -> int:
    """Remove the tenant's backups that the plan does not keep; how many there were. What a
    storage does not let go is tried again after the next backup."""
    removed = 0
    with kernel.session(control(kernel)) as session:
        mine = select(Backup).where(Backup.tenant_id == tenant.id, Backup.status == "whole")
        rows = session.scalars(mine).all()
        plan = options(session, BackupPlan)
        nightly = [row.begun_at for row in rows if not row.recovered_from]
        stay = kept(nightly, plan, ZoneInfo(tenant.timezone))
        for row in rows:
            if row.begun_at in stay or (row.recovered_from and row.begun_at > _of_late(plan)):
                continue
            try:
                erase(destinations.open_storage(kernel.secrets, row.destination), row)
            except StorageGone as error:
                log.warning("old backup stays", backup=row.id, reason=error.message)
                continue
            row.status = "expired"
            removed += 1
    return removed


def _of_late(plan: BackupPlan) -> datetime:
    """Since when those of a recovered server are kept; they take no nightly one's place."""
    return utc_now() - timedelta(days=plan.days)


def erase(storage: Storage, row: Backup) -> None:
    """Remove its objects, the manifest first; raises StorageGone. Repeatable."""
    storage.delete(f"{prefix_of(row)}/{manifest.NAME}")
    for number in range(1, row.pieces + 1):
        storage.delete(f"{prefix_of(row)}/{piece_name(number)}")


def prefix_of(row: Backup) -> str:
    """Where its objects lie at the destination."""
    return f"{row.tenant_id}/{row.id}"
