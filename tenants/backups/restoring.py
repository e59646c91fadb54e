"""Makes a tenant of a backup: a new one, or the one that it was taken of.

The database is restored and looked at under a name of its own. Only then does it become a
tenant's, by renaming it, which is one transaction; an old database is never overwritten, but put
aside and closed. A row says what is wanted, so that a killed restore is finished by running it
again.
"""

from __future__ import annotations

import json
import secrets

import psycopg
import structlog
from psycopg import sql
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.custody.dumping import DumpFailed
from core.db.base import utc_now
from core.db.full_disk import DiskIsFull
from core.errors import AppError, Conflict, NotFound, Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from tenants import names, organizations, wishes
from tenants.backups import adopting, contents, copies
from tenants.backups.locks import alone
from tenants.backups.making import load as load_backup
from tenants.backups.models import Backup, BackupRestore
from tenants.backups.proving import reader_of
from tenants.backups.reading import BackupReader
from tenants.backups.sealing import Damaged
from tenants.backups.servers import server_for
from tenants.control import CONTROL_ID, control
from tenants.models import Organization
from tenants.placement import rule
from tenants.provisioning import roles, scratch, servers
from tenants.provisioning.space import needing_space
from tenants.provisioning.templates import Progress, advisory_lock, quiet
from tenants.wishes import NewOrganization

log = structlog.get_logger(__name__)


def begin(
    kernel: Kernel, session: Session, backup: Backup, *, slug: str = "", asked_by: str
) -> BackupRestore:
    """Enter that a backup is to become the new tenant `slug`, or without one the tenant that it
    was taken of. Raises Conflict, NotFound or InvalidInput where that cannot be."""
    _require_restorable(backup)
    original = session.get(Organization, backup.tenant_id)
    if slug:
        wish = NewOrganization(slug, title=backup.title)
        wishes.check(wish, kernel.catalog.addons, kernel.config.base_domain)
        if session.scalar(select(Organization.id).where(Organization.slug == slug)) is not None:
            raise adopting.taken(slug)
    elif original is None:
        raise NotFound(
            phrase("{slug} is gone, so nothing can be put back into it.", slug=backup.slug),
            fix=phrase("Restore it as a new organization."),
        )
    if original is not None and not slug:
        organizations.refuse_moving(session, original)
    row = BackupRestore(
        id=secrets.token_hex(6),
        backup_id=backup.id,
        target_id=names.new_id() if slug else backup.tenant_id,
        server_id=_server_id(session, original, over=not slug),
        slug=slug or backup.slug,
        over=not slug,
        asked_by=asked_by,
    )
    if row.over:
        row.put_aside = f"aorabooks_aside_{row.target_id}_{row.id}"
    session.add(row)
    session.flush()
    return row


def _server_id(session: Session, original: Organization | None, *, over: bool) -> int:
    """In place of what is there, on its server; as a new one, where the rule puts it: in the same
    region."""
    if original is not None and over:
        return original.server_id
    region = "" if original is None else original.server.region
    return rule.choose(session, region=region).id


def restore(kernel: Kernel, restore_id: str, progress: Progress = quiet) -> BackupRestore:
    """Do it, or go on where a killed process stopped; how it stands then.

    Raises Unavailable while storage or server are out of reach, and Conflict while another process
    is at it. Anything else that is in the way is in the row.
    """
    with alone(kernel, f"restore {restore_id}") as mine:
        row = load(kernel, restore_id)
        if not mine:
            raise Conflict(phrase("This restore is being done by another process."))
        if row.status != "running":
            return row
        try:
            _restore(kernel, row, progress)
        except Unavailable as error:
            if isinstance(error, DiskIsFull):
                return _ended(kernel, row, "failed", error.message)
            raise
        except (AppError, Damaged, DumpFailed, OSError) as error:
            log.error("restore failed", backup=row.backup_id, tenant=row.slug, reason=str(error))
            return _ended(kernel, row, "failed", str(error))
        log.info("backup restored", backup=row.backup_id, tenant=row.slug)
        return _ended(kernel, row, "done", "")


def load(kernel: Kernel, restore_id: str) -> BackupRestore:
    """The row; raises NotFound."""
    with kernel.session(control(kernel), readonly=True) as session:
        row = session.get(BackupRestore, restore_id)
        if row is None:
            raise NotFound(phrase("There is no such restore."))
        _ = row.server
        return row


def _restore(kernel: Kernel, row: BackupRestore, progress: Progress) -> None:
    backup = load_backup(kernel, row.backup_id)
    reader = reader_of(kernel, backup)
    target = names.database_name(row.target_id)
    server = row.server or server_for(kernel, backup.tenant_id)
    with servers.connect(server, kernel.secrets) as admin, advisory_lock(admin, target):
        arrived = row.put_aside if row.over else target
        try:
            if not roles.database_exists(admin, arrived):
                progress(f"Restoring the database of {backup.slug}")
                with needing_space(server.name):
                    _build(kernel, admin, row, reader, target)
            if row.over:
                adopting.forget_witness(kernel, row.target_id)
                progress("Letting people in again")
                adopting.reopen(kernel, admin, row.target_id)
            else:
                known = json.loads(b"".join(reader.content(contents.ABOUT)))
                adopting.adopt(kernel, admin, row, backup, known, tuple(reader.manifest.addons))
        except (Conflict, Damaged, DiskIsFull, DumpFailed, OSError):
            if not row.over:
                _clear(kernel, admin, row.target_id)
            raise


def _clear(kernel: Kernel, admin: psycopg.Connection, target_id: str) -> None:
    """Leave nothing of a restore that became no organization."""
    with kernel.session(control(kernel), readonly=True) as session:
        if session.get(Organization, target_id) is not None:
            return
    scratch.drop(admin, names.database_name(target_id))
    kernel.files.remove_all(target_id)


def _build(
    kernel: Kernel,
    admin: psycopg.Connection,
    row: BackupRestore,
    reader: BackupReader,
    target: str,
) -> None:
    """The database under its final name, and the files beside those that are there."""
    name = names.scratch_name("restore")
    with copies.restored(kernel, admin, reader, name, None) as copy:
        adopting.prepare(kernel, admin, copy, row, reader)
        kernel.engine.broker.forget(name)
        if row.over and roles.database_exists(admin, target):
            _put_aside(kernel, admin, row, target, name)
        else:
            _rename(admin, name, target)


def _put_aside(
    kernel: Kernel, admin: psycopg.Connection, row: BackupRestore, target: str, name: str
) -> None:
    """Close the old database and give its name to the new one, in one transaction; if that cannot
    be, people are let in again."""
    kernel.engine.broker.forget(target)
    closed = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(
        sql.Identifier(target)
    )
    admin.execute(closed)
    try:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (target,),
        )
        with admin.transaction():
            _rename(admin, target, row.put_aside)
            _rename(admin, name, target)
    except BaseException:
        adopting.reopen(kernel, admin, row.target_id)
        raise


def _rename(admin: psycopg.Connection, name: str, new: str) -> None:
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    admin.execute(statement.format(sql.Identifier(name), sql.Identifier(new)))


def _require_restorable(backup: Backup) -> None:
    if backup.tenant_id == CONTROL_ID:
        raise Conflict(
            phrase("The control plane cannot be restored while it runs."),
            fix="`aorabooks backup decrypt` and docs/operator.md say how it is put back.",
        )
    if backup.status != "whole":
        raise Conflict(
            phrase("This backup cannot be restored: {why}", why=backup.problem or backup.status),
            fix=phrase("Take another one."),
        )


def _ended(kernel: Kernel, row: BackupRestore, status: str, problem: str) -> BackupRestore:
    with kernel.session(control(kernel)) as session:
        session.execute(
            update(BackupRestore)
            .where(BackupRestore.id == row.id)
            .values(status=status, problem=problem, ended_at=utc_now())
        )
    return load(kernel, row.id)
