"""Jobs that collect what is too dear to ask for whenever somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, LiteralString

import psycopg
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import Job, Schedule, msg
from core.errors import Unavailable
from core.kernel import Kernel
from core.secrets import SealError
from tenants.backups.alarms import standing as backups_standing
from tenants.models import DatabaseServer, Organization, ServerHealth
from tenants.operation.models import FleetFigure
from tenants.provisioning import servers
from tenants.upgrading import behind

LOOK: Final = "tenants.look_at_fleet"
MEASURE: Final = "tenants.measure_storage"
_OUT_OF_REACH: Final = (Unavailable, SealError, psycopg.Error)
# Of those that the role may not connect to, the server does not tell it the size.
_SIZES: Final[LiteralString] = """
SELECT datname, pg_database_size(oid) FROM pg_database
 WHERE datallowconn AND has_database_privilege(oid, 'CONNECT')
"""
_KEEP: Final = text("""
INSERT INTO tenants.storage_figure AS kept
       (organization_id, day, database_bytes, file_bytes, growth_bytes)
SELECT new.id, current_date, new.size, new.files,
       new.size + new.files - coalesce(earlier.total_bytes, new.size + new.files)
  FROM unnest(cast(:ids AS text[]), cast(:sizes AS bigint[]), cast(:files AS bigint[]))
    AS new (id, size, files)
  JOIN tenants.organization ON organization.id = new.id
  LEFT JOIN LATERAL (
    SELECT total_bytes FROM tenants.storage_figure AS old
     WHERE old.organization_id = new.id AND old.day BETWEEN current_date - 7 AND current_date - 1
     ORDER BY old.day LIMIT 1) AS earlier ON true
ON CONFLICT (organization_id, day) DO UPDATE SET
  database_bytes = excluded.database_bytes, file_bytes = excluded.file_bytes,
  growth_bytes = excluded.growth_bytes, measured_at = now()
""")
_TOTALS: Final = text("""
SELECT coalesce(sum(total_bytes), 0), coalesce(sum(growth_bytes), 0)
  FROM tenants.storage_figure WHERE day = (SELECT max(day) FROM tenants.storage_figure)
""")
_FORGET: Final = text("DELETE FROM tenants.storage_figure WHERE day < current_date - 35")


def look_at_fleet(session: Session) -> None:
    """Backups that are not well, and organizations that are behind the release."""
    kernel: Kernel = binding(session).context["kernel"]
    stuck = behind.suspended(session)
    figures = {
        "upgrades_behind": sum(each.behind for each in behind.standings(kernel)),
        "upgrades_failed": len({each.slug for each in stuck}),
        **backups_standing(session),
    }
    _keep_figures(session, figures)


def measure_storage(session: Session) -> None:
    """The databases and files of every organization, and of each server the sum."""
    kernel: Kernel = binding(session).context["kernel"]
    for server in session.scalars(select(DatabaseServer).order_by(DatabaseServer.id)).all():
        try:
            with servers.connect(server, kernel.secrets) as admin:
                sizes: dict[str, int] = dict(admin.execute(_SIZES).fetchall())
        except _OUT_OF_REACH:
            continue  # whoever looks at the servers says of one that is out of reach
        mine = select(Organization.id, Organization.database_name).where(
            Organization.server_id == server.id, Organization.status.in_(("active", "suspended"))
        )
        _keep_sizes(session, kernel, session.execute(mine), sizes)
        session.execute(
            update(ServerHealth)
            .where(ServerHealth.server_id == server.id)
            .values(size=sum(sizes.values()))
        )
    session.execute(_FORGET)
    total, growth = session.execute(_TOTALS).one()
    _keep_figures(session, {"storage_bytes": float(total), "storage_growth_bytes": float(growth)})


def _keep_figures(session: Session, figures: Mapping[str, float]) -> None:
    new = insert(FleetFigure)
    rows = [{"name": name, "value": value} for name, value in figures.items()]
    changed = {"value": new.excluded.value, "looked_at": func.now()}
    session.execute(new.values(rows).on_conflict_do_update(index_elements=["name"], set_=changed))


def _keep_sizes(
    session: Session, kernel: Kernel, mine: Iterable[tuple[str, str]], sizes: dict[str, int]
) -> None:
    found = [(each, sizes[database]) for each, database in mine if database in sizes]
    values = {
        "ids": [each for each, _ in found],
        "sizes": [size for _, size in found],
        "files": [kernel.files.size(each) for each, _ in found],
    }
    session.execute(_KEEP, values)


JOBS: Final = (
    Job(
        LOOK,
        msg("Look at backups and upgrades of all organizations"),
        look_at_fleet,
        schedule=Schedule("*/2 * * * *"),
    ),
    Job(
        MEASURE,
        msg("Measure what organizations store"),
        measure_storage,
        schedule=Schedule("17 */6 * * *"),
        # Looking at all files of a thousand organizations is one pause of the job.
        timeout_seconds=3600,
    ),
)
