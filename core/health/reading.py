"""How the addons of a company fare, as its administrator is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from core.addons.models import AddonLogEntry
from core.addons.status import AddonStatus, statuses
from core.db.base import utc_now
from core.health.measuring import storage
from core.health.models import AddonHealth

WEEK: Final = timedelta(days=7)
_MIGRATING: Final = ("enable", "upgrade", "downgrade")


@dataclass(frozen=True, slots=True)
class AddonFigures:
    """One addon and its last seven days here. `migrated_at` is when its tables were last
    brought to a version; `storage` is in bytes."""

    status: AddonStatus
    errors: int
    slow: int
    job_failures: int
    last_error: str
    last_at: datetime | None
    storage: int
    migrated_at: datetime | None

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.errors or self.slow or self.job_failures) and (
            self.status.standing != "suspended"
        )


def figures(session: Session) -> list[AddonFigures]:
    """Every addon that the company has, those with something to look at first."""
    week, newest, sizes = _week(session), _newest(session), storage(session)
    migrated = _migrated(session)
    found = [
        AddonFigures(
            status,
            *week.get(status.name, (0, 0, 0)),
            *newest.get(status.name, ("", None)),
            storage=sizes.get(status.name, 0),
            migrated_at=migrated.get(status.name),
        )
        for status in statuses(session)
        if status.standing not in ("available", "purged")
    ]
    return sorted(found, key=lambda one: (one.is_well, -one.errors))


def _week(session: Session) -> dict[str, tuple[int, int, int]]:
    kept = AddonHealth
    sums = (
        select(kept.addon, func.sum(kept.errors), func.sum(kept.slow), func.sum(kept.job_failures))
        .where(kept.minute > utc_now() - WEEK)
        .group_by(kept.addon)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in session.execute(sums)}


def _newest(session: Session) -> dict[str, tuple[str, datetime | None]]:
    kept = AddonHealth
    newest = (
        select(kept.addon, kept.last_error, kept.last_at)
        .where(kept.last_error != "", kept.minute > utc_now() - WEEK)
        .order_by(kept.addon, kept.minute.desc())
        .ext(distinct_on(kept.addon))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(newest)}


def _migrated(session: Session) -> dict[str, datetime]:
    log = AddonLogEntry
    last = (
        select(log.addon, func.max(log.at))
        .where(log.action.in_(_MIGRATING), log.outcome == "done")
        .group_by(log.addon)
    )
    return {row[0]: row[1] for row in session.execute(last)}
