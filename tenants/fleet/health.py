"""Keeps what companies' processes tell of their addons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final, LiteralString

import psycopg
import structlog

from core.tenancy.fleet_health import AddonDay, FleetGauge
from tenants.control_connection import ControlConnection

# Figures of a day only grow; two processes that tell at once must not take one's away.
_TELL: Final[LiteralString] = """
INSERT INTO tenants.addon_health AS kept
  (organization_id, addon, day, errors, slow, job_failures, quarantined, storage)
SELECT organization.id, %(addon)s, %(day)s, %(errors)s, %(slow)s, %(job_failures)s,
       %(quarantined)s, %(storage)s
  FROM tenants.organization AS organization WHERE organization.id = %(company)s
ON CONFLICT (organization_id, addon, day) DO UPDATE SET
  errors = greatest(kept.errors, excluded.errors),
  slow = greatest(kept.slow, excluded.slow),
  job_failures = greatest(kept.job_failures, excluded.job_failures),
  quarantined = excluded.quarantined,
  storage = coalesce(excluded.storage, kept.storage),
  reported_at = now()
"""
_TELL_DEAD: Final[LiteralString] = """
UPDATE tenants.work_signal SET dead = %(jobs)s WHERE tenant_id = %(company)s
"""
# Collected by tenants.operation.collecting, so that being asked often costs little.
_GAUGES: Final[LiteralString] = """
SELECT 'tenants', 'status', status, count(*)::float FROM tenants.organization GROUP BY status
UNION ALL SELECT 'dead_jobs', '', '', coalesce(sum(dead), 0)::float
  FROM tenants.work_signal WHERE dead > 0
UNION ALL SELECT name, '', '', value FROM tenants.fleet_figure
UNION ALL SELECT 'figures_age_seconds', '', '', extract(epoch FROM now() - min(looked_at))::float
  FROM tenants.fleet_figure WHERE name = 'upgrades_behind' HAVING count(*) > 0
UNION ALL SELECT 'server_up', 'server', server.name, (figure.problem = '')::int::float
  FROM tenants.server_health AS figure JOIN tenants.database_server AS server ON id = server_id
UNION ALL SELECT 'server_connections', 'server', server.name, figure.connections::float
  FROM tenants.server_health AS figure JOIN tenants.database_server AS server ON id = server_id
UNION ALL SELECT 'server_connections_allowed', 'server', server.name, figure.max_connections::float
  FROM tenants.server_health AS figure JOIN tenants.database_server AS server ON id = server_id
UNION ALL SELECT 'server_bytes', 'server', server.name, figure.size::float
  FROM tenants.server_health AS figure JOIN tenants.database_server AS server ON id = server_id
 WHERE figure.size IS NOT NULL
"""
_TEXTS: Final = {
    "tenants": "Organizations by status",
    "dead_jobs": "Jobs that failed for good and wait for somebody",
    "backups_late": "Organizations whose last backup is more than a day late",
    "backups_failed": "Organizations whose last backup failed or is much smaller than before",
    "backups_unproven": "Organizations whose backup could not be restored with all adding up",
    "backups_oldest_seconds": "Age of the oldest among the newest backups of organizations",
    "upgrades_behind": "Organizations that are behind this release",
    "upgrades_failed": "Organizations in which an addon rests since its upgrade failed",
    "storage_bytes": "Bytes of the databases and files of all organizations",
    "storage_growth_bytes": "Bytes that were added within a week",
    "figures_age_seconds": "Seconds since figures about backups and upgrades were collected",
    "server_up": "Whether the database server could be reached when last looked at",
    "server_connections": "Connections open at the database server",
    "server_connections_allowed": "Connections that the database server allows",
    "server_bytes": "Bytes of all databases of the server",
}

log = structlog.get_logger(__name__)


class ControlFleetHealth:
    """The `FleetHealth` of a process."""

    def __init__(self, connection: ControlConnection) -> None:
        self._connection = connection

    def tell(self, company_id: str, days: Sequence[AddonDay]) -> None:
        """Keep the figures; the log says so where the control plane is out of reach."""
        try:
            for day in days:
                self._connection.run(_TELL, {"company": company_id, **asdict(day)})
        except psycopg.Error as error:
            log.warning("health not told", tenant=company_id, reason=str(error).strip())

    def tell_dead(self, company_id: str, jobs: int) -> None:
        """Keep the count beside when to look at the company again."""
        try:
            self._connection.run(_TELL_DEAD, {"company": company_id, "jobs": jobs})
        except psycopg.Error as error:
            log.warning("dead jobs not told", tenant=company_id, reason=str(error).strip())

    def gauges(self) -> list[FleetGauge]:
        """How all organizations stand."""
        rows = self._connection.run(_GAUGES)
        return [
            FleetGauge(name, _TEXTS[name], value, ((label, which),) if label else ())
            for name, label, which, value in rows
            if name in _TEXTS
        ]
