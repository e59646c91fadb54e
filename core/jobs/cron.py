"""When a schedule runs next, by the clock on the tenant's wall.

Twice a year that clock jumps in many countries. A time that the jump leaves out is run right
after it, one that comes twice is run the first time only; a schedule of every hour, or every
few minutes, just runs on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterError, croniter


class ScheduleError(ValueError):
    """A cron expression or a time zone cannot be used."""


def next_run(cron: str, timezone: str, after: datetime) -> datetime:
    """The first planned time after this moment, in UTC; raises ScheduleError."""
    try:
        times = croniter(cron, after.astimezone(ZoneInfo(timezone)))
        found: datetime = times.get_next(datetime)
        while found.fold and not _every_hour(cron):
            found = times.get_next(datetime)
    except (CroniterError, ZoneInfoNotFoundError, ValueError) as error:
        raise ScheduleError(f"cannot plan {cron!r} in {timezone!r}: {error}") from error
    return found.astimezone(UTC)


def _every_hour(cron: str) -> bool:
    return "*" in croniter.expand(cron)[0][1]
