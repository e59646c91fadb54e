"""The control plane's record of each organization's addons: the `SchemaHeads` of a process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, LiteralString

import psycopg
import structlog
from sqlalchemy.orm import Session

from core.addons.catalog import LoadedAddon
from core.addons.recorded import Found
from core.addons.states import AddonRow
from core.errors import Unavailable
from core.i18n import phrase
from tenants.control_connection import ControlConnection

# Databases that are no organization's, such as templates, leave no record.
_DOUBT: Final[LiteralString] = """
INSERT INTO tenants.schema_record (organization_id, doubt)
SELECT id, %(token)s FROM tenants.organization WHERE id = %(tenant)s
ON CONFLICT (organization_id) DO UPDATE SET doubt = excluded.doubt, told_at = now()
"""
# A doubt that lasts was left by a process that was killed.
_DIFFERS: Final[LiteralString] = """
SELECT CASE WHEN record.doubt IS NULL
            THEN coalesce(record.fingerprint, '') <> %(fingerprint)s
            ELSE record.told_at < now() - interval '15 minutes' END
  FROM tenants.organization AS organization
  LEFT JOIN tenants.schema_record AS record ON record.organization_id = organization.id
 WHERE organization.id = %(tenant)s
"""
# Only by whoever has doubted last: two that tell at once cannot take each other's word away.
# What a server loses of it when it fails stays in doubt, so nobody waits for the disk.
_TELL: Final[LiteralString] = """
WITH told AS (
  UPDATE tenants.schema_record
     SET database = %(database)s, fingerprint = %(fingerprint)s, doubt = NULL, told_at = now()
   WHERE organization_id = %(tenant)s AND doubt = %(token)s
  RETURNING organization_id),
gone AS (
  DELETE FROM tenants.schema_head AS old USING told
   WHERE old.organization_id = told.organization_id AND NOT old.addon = ANY (%(names)s))
INSERT INTO tenants.schema_head AS kept
       (organization_id, addon, state, version, head, digest, reason)
SELECT told.organization_id, head.*
  FROM told, unnest(%(names)s::text[], %(states)s::text[], %(versions)s::text[],
                    %(heads)s::text[], %(digests)s::text[], %(reasons)s::text[]) AS head
ON CONFLICT (organization_id, addon) DO UPDATE
   SET state = excluded.state, version = excluded.version, head = excluded.head,
       digest = excluded.digest, reason = excluded.reason
RETURNING set_config('synchronous_commit', 'off', true)
"""

log = structlog.get_logger(__name__)


class ControlSchemaHeads:
    """Keeps the record in the control plane's database. Thread-safe; one per process."""

    def __init__(self, connection: ControlConnection) -> None:
        self._connection = connection

    def doubt(self, tenant_id: str, token: str) -> None:
        """Mark the record, so that whoever reads it looks into the database itself."""
        try:
            self._connection.run(_DOUBT, {"tenant": tenant_id, "token": token})
        except psycopg.Error as error:
            raise Unavailable(
                phrase("The control plane cannot be reached. Nothing was changed."), retry_after=5
            ) from error

    def tell(self, tenant_id: str, token: str, found: Found) -> None:
        """Record what is there, if no later change is under way."""
        try:
            self._connection.run(_TELL, _values(tenant_id, token, found))
        except psycopg.Error as error:
            log.warning("addons not recorded", tenant=tenant_id, reason=str(error).strip())

    def differs(self, tenant_id: str, fingerprint: str) -> bool:
        """Whether the record is another; one in doubt is left to whoever is changing it."""
        try:
            values = {"tenant": tenant_id, "fingerprint": fingerprint}
            rows = self._connection.run(_DIFFERS, values)
        except psycopg.Error as error:
            log.warning("record not compared", tenant=tenant_id, reason=str(error).strip())
            return False
        return bool(rows and rows[0][0])


def record_new(
    session: Session, organization_id: str, database: int, addons: Iterable[LoadedAddon]
) -> None:
    """Record the addons of a database that was just made of a template, on a session of the control
    plane and together with the word that the organization is ready."""
    rows = (
        AddonRow(
            addon.name,
            "enabled",
            version=addon.manifest.version,
            head=addon.head,
            digest=addon.digest,
        )
        for addon in addons
    )
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    values = _values(organization_id, "new", Found(database, tuple(rows)))
    driver.execute(_DOUBT, values)
    driver.execute(_TELL, values)


def _values(tenant_id: str, token: str, found: Found) -> dict[str, Any]:
    rows = found.addons
    return {
        "tenant": tenant_id,
        "token": token,
        "database": found.database,
        "fingerprint": found.fingerprint,
        "names": [row.name for row in rows],
        "states": [row.state for row in rows],
        "versions": [row.version for row in rows],
        "heads": [row.head for row in rows],
        "digests": [row.digest for row in rows],
        "reasons": [str(row.reason) for row in rows],
    }
