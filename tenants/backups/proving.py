"""Proves a backup: restores it where nobody sees it, and runs every invariant on what came back.

A backup that was never restored is a hope. What comes of it is written into the row of the backup,
and into the company's own database, where its administrators read it.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import structlog
from sqlalchemy import text

from core.custody.dumping import DumpFailed
from core.custody.records import record_safekeeping
from core.db.base import utc_now
from core.errors import AppError, Conflict
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import health, names
from tenants.backups import archived_files, copies, destinations, keys
from tenants.backups.expiring import prefix_of
from tenants.backups.locks import alone
from tenants.backups.making import change, load
from tenants.backups.models import Backup
from tenants.backups.reading import BackupReader, open_backup
from tenants.backups.sealing import Damaged
from tenants.backups.servers import server_for
from tenants.control import CONTROL_ID
from tenants.health import Finding
from tenants.provisioning import servers
from tenants.provisioning.templates import Progress, quiet

log = structlog.get_logger(__name__)


def reader_of(kernel: Kernel, row: Backup) -> BackupReader:
    """The backup where it lies; raises Damaged, StorageGone, or Conflict under a wrong master
    key."""
    storage = destinations.open_storage(kernel.secrets, row.destination)
    reader = open_backup(
        lambda name: storage.get(f"{prefix_of(row)}/{name}"), partial(keys.known_key, kernel)
    )
    # Whoever keeps the storage could put one backup in the place of another.
    if (reader.manifest.tenant, reader.manifest.backup) != (row.tenant_id, row.id):
        raise Damaged("the manifest is that of another backup")
    return reader


def prove(kernel: Kernel, backup_id: str, progress: Progress = quiet) -> Backup:
    """Restore it into a scratch database, run all invariants there, and keep what they say.

    Raises StorageGone while the destination does not answer, and Conflict for a backup that is
    not whole, that another process is at, or under a wrong master key.
    """
    with alone(kernel, f"prove {backup_id}") as mine:
        row = load(kernel, backup_id)
        if not mine or row.status not in ("whole", "bad"):
            raise Conflict(phrase("This backup cannot be proven now."))
        try:
            findings = _findings(kernel, row, progress)
        except Damaged as error:
            return _bad(kernel, row, error, progress)
        except DumpFailed as error:
            findings = [Finding("restore", False, "", str(error))]
    failed = [finding for finding in findings if not finding.holds]
    problem = "; ".join(f"{each.name}: {each.detail or each.figure}" for each in failed)
    return _ended(
        kernel,
        row,
        status="whole",
        proof="failed" if failed else "held",
        problem=problem,
        findings={each.name: _figures(each) for each in findings},
    )


def _findings(kernel: Kernel, row: Backup, progress: Progress) -> list[Finding]:
    reader = reader_of(kernel, row)
    progress(f"Reading the files of {row.slug}")
    files = archived_files.check(reader)
    tenant = kernel.directory.find_id(row.tenant_id)
    allowed = tenant.allowed if tenant is not None else None
    with servers.connect(server_for(kernel, row.tenant_id), kernel.secrets) as admin:
        progress(f"Restoring the database of {row.slug}")
        name = names.scratch_name("proof")
        if row.tenant_id == CONTROL_ID:
            with copies.loaded(kernel, admin, reader, name, None) as copy:
                return [_organizations(kernel, copy)]
        with copies.restored(kernel, admin, reader, name, allowed) as copy:
            progress("Running all invariants")
            return [
                Finding("files", True, f"{files} files"),
                _addons(kernel, copy, reader),
                *health.of_tenant(kernel, copy),
            ]


def _organizations(kernel: Kernel, copy: Tenant) -> Finding:
    """The control plane has no invariants; that it is there is told by what it knows."""
    with kernel.engine.connect(copy.owner, keep=False) as connection:
        count = connection.execute(text("SELECT count(*) FROM tenants.organization")).scalar_one()
    return Finding("organizations", True, f"{count} organizations")


def _addons(kernel: Kernel, copy: Tenant, reader: BackupReader) -> Finding:
    """Whether the copy has what the manifest says, so that an empty database proves nothing."""
    with kernel.session(copy, readonly=True) as session:
        there = {name for (name,) in session.execute(text("SELECT name FROM core.addon"))}
    missing = sorted(set(reader.manifest.addons) - there)
    return Finding("addons", not missing, f"{len(there)} addons", ", ".join(missing))


def _bad(kernel: Kernel, row: Backup, error: Damaged, progress: Progress) -> Backup:
    """Look at the rest of a damaged backup, and say what of it is damaged."""
    progress("Looking what of it is damaged")
    try:
        damages = reader_of(kernel, row).damages()
    except Damaged:
        damages = []
    problem = "; ".join(dict.fromkeys(damages)) or str(error)
    return _ended(kernel, row, status="bad", proof="failed", problem=problem, findings={})


def _ended(kernel: Kernel, row: Backup, **values: Any) -> Backup:
    row = change(kernel, row, proven_at=utc_now(), **values)
    log.info("backup proven", tenant=row.slug, backup=row.id, proof=row.proof, why=row.problem)
    tenant = kernel.directory.find_id(row.tenant_id)
    if tenant is not None:
        try:
            _tell_tenant(kernel, tenant, row)
        except AppError as unsaid:  # its server may be down, which is no word on the backup
            log.warning("proof not told", tenant=tenant.slug, reason=unsaid.message)
    return row


def _tell_tenant(kernel: Kernel, tenant: Tenant, row: Backup) -> None:
    with kernel.session(tenant) as session:
        record_safekeeping(
            session,
            "restore",
            place=row.destination.name,
            size=row.size,
            asked_by="",
            succeeded=row.proof == "held",
            detail=row.id if row.proof == "held" else row.problem,
        )


def _figures(finding: Finding) -> dict[str, Any]:
    fields = asdict(finding)
    fields.pop("name")
    return fields
