"""Says which backups are kept: of some days, weeks, months and years, and always the newest.

Grandfather, father and son: of each of the last days, weeks, months and years in which a backup
was made, the last backup is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tenants.backups.plan import BackupPlan

_PERIODS: Final[tuple[tuple[str, Callable[[date], Hashable]], ...]] = (
    ("days", lambda day: day),
    ("weeks", lambda day: day.isocalendar()[:2]),
    ("months", lambda day: (day.year, day.month)),
    ("years", lambda day: day.year),
)


def kept(moments: Sequence[datetime], plan: BackupPlan, zone: ZoneInfo) -> set[datetime]:
    """Those of these moments (with time zones) at which a backup was made that is to be kept.

    Days begin at midnight in the tenant's `zone`. Periods without a backup do not count, so that
    a tenant whose backups stopped loses none of those it has.
    """
    newest_first = sorted(moments, reverse=True)
    chosen = set(newest_first[:1])
    for name, period_of in _PERIODS:
        seen: set[Hashable] = set()
        for moment in newest_first:
            period = period_of(moment.astimezone(zone).date())
            if period in seen:
                continue
            if len(seen) == getattr(plan, name):
                break
            seen.add(period)
            chosen.add(moment)
    return chosen
