"""Copies the data of one organization into the database of another, while people work on.

The copy has a name of its own until it is whole, so that a half-made one is told apart and made
anew. What leads from a company to others (queued work, signed-in browsers, tokens, keys) is left
out: a copy acts for nobody.
"""

from __future__ import annotations

from typing import Final, LiteralString

import psycopg
from psycopg import sql

from core.db.base import Model
from core.db.grants import OWNER_GROUP
from core.errors import Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress
from tenants import names
from tenants.models import DatabaseServer, Organization
from tenants.provisioning import masking, roles, servers, standby
from tenants.provisioning.pouring import pour
from tenants.provisioning.templates import Progress

_LEFT_OUT: Final[tuple[LiteralString, ...]] = (
    "UPDATE core.job SET state = 'cancelled' WHERE state IN ('queued', 'running')",
    "UPDATE core.webhook SET is_active = false",
    "UPDATE core.webhook_delivery SET state = 'failed' WHERE state = 'queued'",
    "UPDATE core.api_token SET revoked_at = now() WHERE revoked_at IS NULL",
    "DELETE FROM core.login_session",
    "DELETE FROM core.pending_login",
    "DELETE FROM core.known_device",
    "DELETE FROM core.password_reset",
    "DELETE FROM core.sample_ticket",
    "DELETE FROM core.guest_ticket",
    "UPDATE core.guest_access SET state = 'ended' WHERE state IN ('asked', 'open')",
    "DELETE FROM core.operator_access",
    "DELETE FROM core.safekeeping",
)
_SEALED_OPTION: Final = (
    "UPDATE core.option SET values = (SELECT coalesce(jsonb_object_agg(key, value), '{}')"
    " FROM jsonb_each(values) WHERE NOT (jsonb_typeof(value) = 'object' AND value ? 'sealed'))"
)


def copy(
    kernel: Kernel,
    admin: psycopg.Connection,
    organization: Organization,
    server: DatabaseServer,
    progress: Progress,
) -> None:
    """Make the database of an organization that is a copy, to which nobody can connect yet. Needs
    the lock of that database; raises Unavailable where the original cannot be read."""
    source = kernel.directory.find_id(organization.copy_of or "")
    if source is None:
        raise Unavailable(
            phrase("The organization that {slug} is a copy of is gone.", slug=organization.slug),
            fix=phrase("Remove the copy, and make one of another."),
        )
    draft = names.copy_name(organization.id)
    make_empty(admin, draft)
    target = servers.admin_address(server, kernel.secrets, draft)
    progress(phrase("Copying the database"))
    pour(source.owner, target, "--no-owner", f"--role={OWNER_GROUP}")
    progress(phrase("Leaving out what would act for the original"))
    act_for_nobody(target, masked=organization.copy_masked)
    if not organization.copy_masked:
        progress(phrase("Copying the files"))
        kernel.files.copy_all(source.id, organization.id)
    closed = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
    admin.execute(closed.format(sql.Identifier(draft)))
    standby.rename(admin, draft, organization.database_name)


def act_for_nobody(target: DatabaseAddress, *, masked: bool = False) -> None:
    """Leave out of a copied database, at an administrator's address, what would act for the
    original; where it is to be `masked`, replace names and addresses too."""
    with roles.connect_as_admin(target) as connection, connection.transaction():
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER_GROUP)))
        with masking.triggers_silent(connection):
            _leave_out(connection)
            if masked:
                masking.mask(connection)


def make_empty(admin: psycopg.Connection, draft: str) -> None:
    """A database that the administrator alone can reach."""
    name = sql.Identifier(draft)
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    create = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' ALLOW_CONNECTIONS false"
    admin.execute(sql.SQL(create).format(name))
    with admin.transaction():
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        group = sql.Identifier(OWNER_GROUP)
        admin.execute(sql.SQL("GRANT CREATE, TEMPORARY ON DATABASE {} TO {}").format(name, group))
        admin.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(name))


def _leave_out(connection: psycopg.Connection) -> None:
    for statement in _LEFT_OUT:
        connection.execute(statement)
    connection.execute(_SEALED_OPTION)
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if "sealed_for" in column.info and not column.info.get("inward"):
                _blank(connection, table.schema or "", table.name, column.name)


def _blank(connection: psycopg.Connection, schema: str, table: str, column: str) -> None:
    """Forget a key with which the copy could speak for the original."""
    there = connection.execute("SELECT to_regclass(%s)", (f"{schema}.{table}",)).fetchone()
    if there is not None and there[0] is not None:
        blank = sql.SQL("UPDATE {} SET {} = '' WHERE {} <> ''").format(
            sql.Identifier(schema, table), sql.Identifier(column), sql.Identifier(column)
        )
        connection.execute(blank)
