"""The days on which something recurs.

They are counted from the first day, so that the 31st comes back after a February: 31 January,
28 February, 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every so many units from `start` on, until `end`; `on_last_day` means the last day of each
    month, whatever day the first one is."""

    start: date
    unit: str
    every: int = 1
    end: date | None = None
    on_last_day: bool = False

    def day(self, count: int) -> date | None:
        """The day after so many steps, the first being 0; None beyond the calendar."""
        steps = count * self.every
        try:
            if self.unit in _DAYS:
                return self.start + timedelta(days=steps * _DAYS[self.unit])
            return self._in_month(steps * _MONTHS[self.unit])
        except (OverflowError, ValueError):
            return None

    def next_after(self, last: date | None) -> date | None:
        """The first day of the schedule that comes after `last`; None when it has ended."""
        count = 0 if last is None else self._steps_before(last)
        found = self.day(count)
        while found is not None and last is not None and found <= last:
            count += 1
            found = self.day(count)
        return found if found is None or self.end is None or found <= self.end else None

    def _steps_before(self, last: date) -> int:
        """A number of steps that surely does not lead beyond the day."""
        if self.unit in _DAYS:
            steps = (last - self.start).days // (_DAYS[self.unit] * self.every)
        else:
            months = (last.year - self.start.year) * 12 + last.month - self.start.month
            steps = months // (_MONTHS[self.unit] * self.every)
        return max(steps - 1, 0)

    def _in_month(self, months: int) -> date:
        year, month = divmod(self.start.year * 12 + self.start.month - 1 + months, 12)
        length = monthrange(year, month + 1)[1]
        day = length if self.on_last_day else min(self.start.day, length)
        return date(year, month + 1, day)
