"""Makes a restored database a tenant's: its files, its entry, and who may connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg
from sqlalchemy import delete, select, text, update

from core.custody.records import record_safekeeping
from core.errors import Conflict
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants import names, organizations
from tenants.backups import archived_files
from tenants.backups.models import Backup, BackupRestore
from tenants.backups.reading import BackupReader
from tenants.backups.servers import server_for
from tenants.control import control
from tenants.models import Organization
from tenants.outside_models import WitnessedChain
from tenants.provisioning import copying, roles
from tenants.provisioning.create import logins

_STOP_JOBS = text(
    "UPDATE core.job SET state = 'cancelled', lease_until = NULL, finished_at = now(),"
    " error = 'The company was restored as another one.'"
    " WHERE state IN ('queued', 'running')"
)


def prepare(
    kernel: Kernel,
    admin: psycopg.Connection,
    copy: Tenant,
    row: BackupRestore,
    reader: BackupReader,
) -> None:
    """Before anybody is let in: files beside it, and a line about where it comes from. Beside the
    company that it was taken of it acts for nobody; one whose company is gone keeps its keys."""
    if not row.over and _is_there(kernel, reader.manifest.tenant):
        info = admin.info
        address = DatabaseAddress(
            info.host, info.port, copy.owner.database, info.user, info.password
        )
        copying.act_for_nobody(address)
    with kernel.session(copy) as session:
        if not row.over:
            session.execute(_STOP_JOBS)
        record_safekeeping(
            session,
            "restore",
            place=reader.manifest.backup,
            size=reader.manifest.size,
            asked_by=row.asked_by,
        )
    archived_files.put_back(kernel, replace(copy, id=row.target_id), reader)


def adopt(
    kernel: Kernel,
    admin: psycopg.Connection,
    row: BackupRestore,
    backup: Backup,
    known: Mapping[str, Any],
    addons: tuple[str, ...],
) -> None:
    """Enter the new organization whose database is there, and open it. Repeatable."""
    with kernel.session(control(kernel)) as session:
        organization = session.get(Organization, row.target_id)
        if organization is None:
            if session.scalar(select(Organization.id).where(Organization.slug == row.slug)):
                raise taken(row.slug)
            original = session.get(Organization, backup.tenant_id)
            organization = Organization(
                id=row.target_id,
                slug=row.slug,
                title=known["title"],
                server_id=row.server_id or server_for(kernel, backup.tenant_id).id,
                database_name=names.database_name(row.target_id),
                generation=0,
                addons=[name for name in addons if name != "core"],
                allowed_addons=known["package"],
                timezone=known["timezone"],
                locale=known["locale"],
                reseller_id=original.reseller_id if original is not None else None,
            )
            organizations.renew_credentials(organization, kernel.secrets)
            session.add(organization)
            session.flush()
    reopen(kernel, admin, row.target_id)
    with kernel.session(control(kernel)) as session:
        session.execute(
            update(Organization)
            .where(Organization.id == row.target_id, Organization.status == "creating")
            .values(status="active", version=Organization.version + 1)
        )
    kernel.directory.forget(row.target_id)


def taken(slug: str) -> Conflict:
    """Another organization has this slug."""
    return Conflict(phrase("The slug {slug} is taken.", slug=repr(slug)), fix="Choose another.")


def _is_there(kernel: Kernel, organization_id: str) -> bool:
    with kernel.session(control(kernel), readonly=True) as session:
        return session.get(Organization, organization_id) is not None


def forget_witness(kernel: Kernel, organization_id: str) -> None:
    """Let the witness begin anew: what came after the backup is gone from the books on purpose."""
    with kernel.session(control(kernel)) as session:
        session.execute(
            delete(WitnessedChain).where(WitnessedChain.organization_id == organization_id)
        )


def reopen(kernel: Kernel, admin: psycopg.Connection, organization_id: str) -> None:
    """Let an organization's own roles into its database, and nobody else. Repeatable."""
    with kernel.session(control(kernel), readonly=True) as session:
        organization = session.get(Organization, organization_id)
    if organization is None:
        raise Conflict(phrase("The organization was removed meanwhile."))
    roles.open_database(admin, organization.database_name, logins(kernel, organization))
    kernel.engine.broker.forget(organization.database_name)
    kernel.states.forget(organization_id)
    kernel.directory.forget(organization_id)
