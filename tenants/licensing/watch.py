"""Keeps the highest time that the control plane has seen, so that a clock set back is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.states import CLOCK_TOLERANCE
from core.db.base import utc_now
from tenants.licensing.models import LicenceWatch

_ROW: Final = 1

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, the highest that was seen, and by how much the clock is behind if it was
    set back by more than a day."""

    now: datetime
    seen_at: datetime
    behind: timedelta

    @property
    def is_set_back(self) -> bool:
        return bool(self.behind)


def note_time(session: Session) -> Clock:
    """Keep the present moment, unless a later one is known; the job of each hour."""
    now = utc_now()
    new = insert(LicenceWatch).values(id=_ROW, seen_at=now)
    highest = func.greatest(LicenceWatch.seen_at, new.excluded.seen_at)
    session.execute(
        new.on_conflict_do_update(index_elements=[LicenceWatch.id], set_={"seen_at": highest})
    )
    clock = read_clock(session)
    if clock.is_set_back:
        log.warning("the clock was set back", now=clock.now, seen=clock.seen_at)
    return clock


def read_clock(session: Session) -> Clock:
    """How the clock stands to the highest time seen."""
    now = utc_now()
    watch = session.get(LicenceWatch, _ROW, populate_existing=True)
    seen = now if watch is None else max(now, watch.seen_at)
    behind = seen - now
    return Clock(now, seen, behind if behind > CLOCK_TOLERANCE else timedelta())


def watch_row(session: Session) -> LicenceWatch:
    """The one row, made if it is not there."""
    note_time(session)
    return session.get_one(LicenceWatch, _ROW, populate_existing=True)
