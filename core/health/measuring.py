"""Once a day: what addons take on disk, told to the operator, and old minutes forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import after_commit, binding
from core.health.keeping import day_figures
from core.health.models import AddonHealth
from core.jobs.outcome import dead_jobs
from core.tenancy.fleet_health import FleetHealth

KEPT: Final = timedelta(days=30)

_SIZES: Final = text("""
SELECT n.nspname AS addon, sum(pg_total_relation_size(c.oid))::bigint AS bytes
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND n.nspname = ANY(:addons) GROUP BY n.nspname
""")


def storage(session: Session) -> dict[str, int]:
    """The bytes that the tables of each addon take here, with their indexes."""
    rows = binding(session).context["state"].rows
    found = session.execute(_SIZES, {"addons": list(rows)}).all()
    return {row.addon: row.bytes for row in found}


def measure_addons(session: Session) -> None:
    """Forget what is old, and tell the operator what each addon takes."""
    now = utc_now()
    session.execute(delete(AddonHealth).where(AddonHealth.minute < now - KEPT))
    sizes = storage(session)
    figures = [
        replace(figure, storage=sizes.get(figure.addon))
        for figure in day_figures(session, sizes, now.date())
    ]
    bound = binding(session)
    fleet: FleetHealth = bound.context["kernel"].fleet_health
    dead = dead_jobs(session)
    after_commit(session, lambda: fleet.tell(bound.tenant.id, figures))
    after_commit(session, lambda: fleet.tell_dead(bound.tenant.id, dead))
