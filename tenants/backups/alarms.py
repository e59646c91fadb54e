"""What is wrong with backups: late, small, failed, bad, not proven; for doctor and repairs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, LiteralString

import psycopg
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.declare import Trouble
from core.errors import Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from tenants.backups.models import BackupDestination
from tenants.control import CONTROL_ID, control
from tenants.health import Finding
from tenants.models import DatabaseServer
from tenants.provisioning import servers

PAGE: Final = "/tenants/backups"
SHOWN: Final = 20
LATE_HOURS: Final = 36
"""Since the last backup that is whole; a tenant that is younger has no reason to have one."""

MOST_WAITING: Final = 16
"""Pieces of a server's log, 16 MB each, that may wait for its archive."""
_ARCHIVER: Final[LiteralString] = """
SELECT current_setting('archive_mode') <> 'off', last_archived_time,
       coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL),
       CASE WHEN last_archived_wal ~ '^[0-9A-F]{24}$' THEN greatest(0,
         (pg_split_walfile_name(pg_walfile_name(pg_current_wal_lsn()))).segment_number - 1
         - (pg_split_walfile_name(last_archived_wal)).segment_number) ELSE 0 END
  FROM pg_stat_archiver
"""
"""The piece that is being written is not counted among those that wait."""

_LAST: Final[LiteralString] = """
WITH tenant AS (
  SELECT id, slug, created_at FROM tenants.organization
   WHERE status IN ('active', 'suspended') AND sample_of IS NULL
  UNION ALL SELECT :control, 'app', (SELECT min(created_at) FROM tenants.backup_destination)
)
SELECT tenant.slug,
       greatest(whole.begun_at, tenant.created_at) < now() - make_interval(hours => :hours) AS late,
       extract(epoch FROM now() - whole.begun_at)::float AS age,
       whole.small AS small, last.status AS status, last.problem AS problem, whole.proof AS proof,
       whole.problem AS doubt
  FROM tenant
  LEFT JOIN LATERAL (
    SELECT * FROM tenants.backup AS b WHERE b.tenant_id = tenant.id AND b.status = 'whole'
     ORDER BY b.begun_at DESC LIMIT 1) AS whole ON true
  LEFT JOIN LATERAL (
    SELECT * FROM tenants.backup AS b
     WHERE b.tenant_id = tenant.id AND b.status IN ('whole', 'failed', 'bad', 'uploading')
     ORDER BY b.begun_at DESC LIMIT 1) AS last ON true
 ORDER BY tenant.slug
"""


def alarms(session: Session) -> list[tuple[str, str]]:
    """Each tenant whose backups are not well, and why; none where backups go nowhere at all."""
    if session.scalar(select(BackupDestination.id).limit(1)) is None:
        return []
    given = {"control": CONTROL_ID, "hours": LATE_HOURS}
    found = []
    for row in session.execute(text(_LAST), given):
        if row.late:
            found.append((row.slug, phrase("The last backup is more than a day late.")))
        if row.small:
            found.append((row.slug, phrase("The last backup is much smaller than the one before.")))
        if row.problem and row.status != "whole":
            found.append((row.slug, phrase("The last backup failed: {why}", why=row.problem)))
        if row.proof == "failed":
            found.append((row.slug, phrase("It could not be proven: {why}", why=row.doubt)))
    return found


def standing(session: Session) -> dict[str, float]:
    """How many tenants have which alarm, for the dashboard: those late or without any, those whose
    last one failed or is small, and those that could not be proven; and the age in seconds of the
    oldest among the newest whole ones."""
    counts = dict.fromkeys(("backups_late", "backups_failed", "backups_unproven"), 0.0)
    if session.scalar(select(BackupDestination.id).limit(1)) is None:
        return {**counts, "backups_oldest_seconds": 0.0}
    oldest = 0.0
    for row in session.execute(text(_LAST), {"control": CONTROL_ID, "hours": LATE_HOURS}):
        counts["backups_late"] += bool(row.late)
        counts["backups_failed"] += bool(row.small or (row.problem and row.status != "whole"))
        counts["backups_unproven"] += row.proof == "failed"
        oldest = max(oldest, row.age or 0.0)
    return {**counts, "backups_oldest_seconds": oldest}


def troubles(session: Session) -> list[Trouble]:
    """The same on the page of repairs, and destinations that do not work."""
    found = [
        Trouble(
            key=f"backup-destination:{each.name}",
            title=phrase("Backups do not reach {name}", name=each.name),
            cause=each.problem,
            url="/tenants/backup-destinations",
        )
        for each in session.scalars(select(BackupDestination).where(BackupDestination.problem > ""))
    ]
    return found + [
        Trouble(
            key=f"backup:{slug}:{number}",
            title=phrase("The backups of {slug} are not well", slug=slug),
            cause=why,
            url=PAGE,
        )
        for number, (slug, why) in enumerate(alarms(session)[:SHOWN])
    ]


def _archive(server: DatabaseServer, admin: psycopg.Connection) -> Finding:
    """Whether the server archives its log, with which any moment can be gone back to."""
    row = admin.execute(_ARCHIVER).fetchone()
    assert row is not None
    archives, last, fails, behind = row
    figure = f"last piece {last:%Y-%m-%d %H:%M %Z}" if last else "no piece yet"
    if behind:
        figure = f"{figure}, {behind} waiting"
    detail = "The server's archive_command fails; its log says why."
    if not fails:
        detail = "The archive does not keep up: what waits for it fills the server's disk."
    return Finding(
        f"log archive of {server.name}",
        not (archives and (fails or behind > MOST_WAITING)),
        figure if archives else "off: backups are of one moment each night",
        detail,
    )


def _archives(kernel: Kernel) -> Iterator[Finding]:
    with kernel.session(control(kernel), readonly=True) as session:
        known = list(session.scalars(select(DatabaseServer).order_by(DatabaseServer.id)))
    for server in known:
        # Doctor says of a server that is out of reach by itself.
        with suppress(Unavailable), servers.connect(server, kernel.secrets) as admin:
            yield _archive(server, admin)


def look(kernel: Kernel) -> Iterator[Finding]:
    """What doctor says."""
    with kernel.session(control(kernel), readonly=True) as session:
        places = list(session.scalars(select(BackupDestination).order_by(BackupDestination.id)))
        found = alarms(session)
    yield from _archives(kernel)
    if not places:
        yield Finding("backups", True, "none: no destination is declared")
        return
    for place in places:
        yield Finding(f"backup destination {place.name}", not place.problem, "", place.problem)
    said = "; ".join(f"{slug}: {why}" for slug, why in found[:SHOWN])
    yield Finding("backups", not found, f"{len(found)} alarms", said)
