"""What the kernel is told of backups, from the control plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.kernel import Kernel
from core.tenancy.safekeeping import KeptBackup
from core.tenancy.tenant import Tenant
from tenants.backups.models import Backup
from tenants.control import control

SHOWN: Final = 8


class ControlSafekeeping:
    """The `Safekeeping` of a process."""

    def known(self, kernel: Kernel, company: Tenant) -> Sequence[KeptBackup]:
        """The company's last backups, the newest first."""
        mine = (
            select(Backup)
            .options(joinedload(Backup.destination))
            .where(Backup.tenant_id == company.id, Backup.status != "expired")
            .order_by(Backup.begun_at.desc())
            .limit(SHOWN)
        )
        with kernel.session(control(kernel), readonly=True) as session:
            return [_kept(row) for row in session.scalars(mine)]

    def ask(self, kernel: Kernel, company: Tenant, by: str) -> None:
        """Have one made soon; one at a time. Raises Conflict where nothing takes backups."""
        # Not before somebody asks: it brings the storages with it, which take a while to load.
        from tenants.backups.tending import ask

        with kernel.session(control(kernel)) as session:
            ask(session, company.id, asked_by=by)


def _kept(row: Backup) -> KeptBackup:
    return KeptBackup(
        at=row.taken_at or row.begun_at,
        status=row.status,
        proof=row.proof,
        size=row.size,
        place=row.destination.name,
    )
