"""Keeps what companies' processes tell of their addons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final, LiteralString

import psycopg
import structlog

from core.tenancy.fleet_health import AddonDay
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
