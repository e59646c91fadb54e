"""Makes a backup: what is asked for is a row first, and the row says how far it came.

Whoever is killed leaves either half a dump, which is begun anew, or pieces that are not uploaded
yet, which are uploaded by the next who looks. Nothing counts as a backup before its manifest lies
at the destination.
"""

from __future__ import annotations

import platform
import secrets
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.custody.dumping import DumpFailed
from core.custody.records import record_safekeeping
from core.custody.takeout import snapshot_of
from core.db.base import utc_now
from core.errors import Conflict, NotFound, Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from core.secrets import key_id_of
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants import organizations
from tenants.backups import contents, destinations, expiring, keys
from tenants.backups import manifest as manifests
from tenants.backups.locks import alone
from tenants.backups.manifest import Manifest
from tenants.backups.models import Backup
from tenants.backups.spool import Spool
from tenants.backups.storage import Storage, StorageGone
from tenants.control import control
from tenants.models import Organization
from tenants.provisioning.templates import Progress, quiet

UNFINISHED: Final = ("running", "uploading")
SMALL: Final = 2
"""A dump of less than one part in so many of the one before is much smaller."""

log = structlog.get_logger(__name__)


class Interrupted(Exception):
    """Whoever made it was killed, and nobody else knows the way to where it was made of."""

    def __str__(self) -> str:
        return phrase("It was interrupted. Give the command again.")


def begin(
    session: Session, tenant: Tenant, *, asked_by: str = "", recovered_from: str = ""
) -> Backup:
    """Enter a backup of the tenant that is to be made, or find the one that is under way. Raises
    Conflict where no destination takes any, or where another one is under way than that of the
    server which it is `recovered_from`."""
    found = session.scalar(
        select(Backup).where(Backup.tenant_id == tenant.id, Backup.status.in_(UNFINISHED))
    )
    if found is not None:
        if found.recovered_from != recovered_from:
            raise Conflict(
                phrase("A backup of {slug} is being made.", slug=tenant.slug),
                fix=phrase("Wait for its end; `aorabooks backup list` shows it."),
            )
        return found
    row = Backup(
        id=f"{utc_now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        tenant_id=tenant.id,
        slug=tenant.slug,
        title=tenant.title,
        destination_id=destinations.for_new(session).id,
        asked_by=asked_by,
        recovered_from=recovered_from,
    )
    session.add(row)
    session.flush()
    return row


def make(
    kernel: Kernel,
    backup_id: str,
    progress: Progress = quiet,
    *,
    source: DatabaseAddress | None = None,
) -> Backup:
    """Make it, or go on where a killed process stopped; how it stands then. `source` leads to the
    company's database on the server that it is recovered from, if it is.

    Raises StorageGone while the destination does not take it, and Conflict while another process
    is at it, or under a wrong master key. What cannot be mended by waiting is in the row.
    """
    with alone(kernel, f"make {backup_id}") as mine:
        if not mine:
            raise Conflict(phrase("This backup is being made by another process."))
        row = load(kernel, backup_id)
        if row.status not in UNFINISHED:
            return row
        tenant = kernel.directory.find_id(row.tenant_id)
        _refuse_moving(kernel, row)
        if tenant is None:
            return change(kernel, row, status="failed", problem="The organization is gone.")
        try:
            _make(kernel, row, tenant, progress, source)
        except StorageGone as error:
            change(kernel, row, problem=error.message)
            raise
    return load(kernel, backup_id)


def _refuse_moving(kernel: Kernel, row: Backup) -> None:
    """A dump that has begun is let come to its end; none is begun of a database that is about to be
    put aside."""
    if row.status == "running" and row.machine == "":
        with kernel.session(control(kernel), readonly=True) as session:
            organization = session.get(Organization, row.tenant_id)
            if organization is not None:
                organizations.refuse_moving(session, organization)


def load(kernel: Kernel, backup_id: str) -> Backup:
    """The row with its destination; raises NotFound."""
    with kernel.session(control(kernel), readonly=True) as session:
        row = session.get(Backup, backup_id)
        if row is None:
            raise NotFound(
                phrase("There is no backup {id}.", id=repr(backup_id)),
                fix="`aorabooks backup list` shows them all.",
            )
        _ = row.destination
        return row


def change(kernel: Kernel, row: Backup, **values: Any) -> Backup:
    """Write down how it stands; seen by others at once."""
    with kernel.session(control(kernel)) as session:
        session.execute(update(Backup).where(Backup.id == row.id).values(**values))
    return load(kernel, row.id)


def spool_folder(kernel: Kernel, backup_id: str) -> Path:
    """Where its pieces wait on this machine."""
    return kernel.config.var / "backups" / backup_id


def sweep_spools(kernel: Kernel) -> None:
    """Remove pieces that wait on this machine for a backup that is made, or was given up."""
    # Looked at first: whoever makes a backup enters it before there is a folder.
    folders = list((kernel.config.var / "backups").glob("*"))
    with kernel.session(control(kernel), readonly=True) as session:
        wanted = set(session.scalars(select(Backup.id).where(Backup.status.in_(UNFINISHED))))
    for folder in folders:
        if folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)


def _make(
    kernel: Kernel,
    row: Backup,
    tenant: Tenant,
    progress: Progress,
    source: DatabaseAddress | None,
) -> None:
    storage = destinations.open_storage(kernel.secrets, row.destination)
    spool = Spool(
        spool_folder(kernel, row.id),
        storage,
        expiring.prefix_of(row),
        lambda count: _count(kernel, row.id, count),
    )
    key = keys.key_of(kernel, tenant.id)
    if not spool.manifest.exists():
        if row.recovered_from and source is None:
            _give_up(kernel, row, spool, storage, Interrupted())
            return
        change(kernel, row, status="running", machine=platform.node(), problem="")
        try:
            of = tenant if source is None else replace(tenant, owner=source)
            _fill(kernel, of, spool, key, row, progress)
        except Unavailable as error:
            if source is None:
                raise
            _give_up(kernel, row, spool, storage, error)
            return
        except (DumpFailed, OSError) as error:
            _give_up(kernel, row, spool, storage, error)
            return
    change(kernel, row, status="uploading", problem="")
    progress("Uploading")
    manifest = manifests.read(spool.manifest.read_bytes(), key)
    spool.finish()
    done = change(kernel, row, **_outcome(kernel, row, manifest))
    log.info("backup made", tenant=tenant.slug, backup=row.id, size=done.size)
    _tell_tenant(kernel, tenant, done)
    expiring.expire(kernel, tenant)


def _fill(
    kernel: Kernel, tenant: Tenant, spool: Spool, key: bytes, row: Backup, progress: Progress
) -> None:
    """Everything of one moment into the spool, which uploads it meanwhile."""
    spool.begin()
    try:
        with snapshot_of(kernel.engine, tenant) as (connection, snapshot):
            moment = contents.moment_of(connection, recovered=bool(row.recovered_from))
            # Before the dump: of what is deleted while it runs, the files are still needed.
            files = contents.files_of(kernel, tenant)
            streams = [spool.write(contents.ABOUT, contents.about(tenant), key)]
            progress(f"Files of {tenant.slug}")
            streams.append(spool.write(contents.FILES, contents.archive(files), key))
            progress(f"Database of {tenant.slug}")
            with closing(contents.dump(tenant.owner, snapshot)) as dumped:
                streams.append(spool.write(contents.DATABASE, dumped, key))
    finally:
        spool.settle()
    manifest = Manifest(
        backup=row.id,
        tenant=tenant.id,
        taken_at=moment.at,
        key=keys.seal(kernel.secrets, tenant.id, key),
        postgresql=moment.postgresql,
        addons=moment.addons,
        files=len(files),
        streams=tuple(streams),
    )
    spool.seal(manifests.write(manifest, key))


def _give_up(kernel: Kernel, row: Backup, spool: Spool, storage: Storage, error: Exception) -> None:
    """Say why, and leave nothing of it anywhere."""
    log.error("backup failed", tenant=row.slug, backup=row.id, reason=str(error))
    spool.clear()
    change(kernel, row, status="failed", problem=str(error), ended_at=utc_now())
    try:
        expiring.erase(storage, load(kernel, row.id))
    except StorageGone as gone:
        log.warning("pieces of a failed backup stay", backup=row.id, reason=gone.message)


def _count(kernel: Kernel, backup_id: str, count: int) -> None:
    """Know of every piece that may lie at the destination, also of an earlier attempt."""
    with kernel.session(control(kernel)) as session:
        known = update(Backup).where(Backup.id == backup_id, Backup.pieces < count)
        session.execute(known.values(pieces=count))


def _outcome(kernel: Kernel, row: Backup, manifest: Manifest) -> dict[str, Any]:
    dump_size = manifest.stream(contents.DATABASE).size
    with kernel.session(control(kernel), readonly=True) as session:
        before = session.scalar(
            select(Backup.dump_size)
            .where(Backup.tenant_id == row.tenant_id, Backup.status == "whole")
            .order_by(Backup.begun_at.desc())
            .limit(1)
        )
    return {
        "status": "whole",
        "taken_at": manifest.taken_at,
        "ended_at": utc_now(),
        "size": manifest.size,
        "dump_size": dump_size,
        "files": manifest.files,
        "postgresql": manifest.postgresql,
        "master_key": key_id_of(manifest.key),
        "addons": dict(manifest.addons),
        "small": before is not None and dump_size * SMALL < before,
        "problem": "",
    }


def _tell_tenant(kernel: Kernel, tenant: Tenant, row: Backup) -> None:
    """So that the company sees it under "Where is my data?"."""
    with kernel.session(tenant) as session:
        record_safekeeping(
            session,
            "backup",
            place=row.destination.name,
            size=row.size,
            asked_by=row.asked_by,
            detail=row.id,
        )
