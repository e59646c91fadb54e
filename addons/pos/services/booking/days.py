"""On which day something that a till did is in the books."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from addons.catalog.api import require_open
from addons.pos.options import TillOptions
from core.api import AppError, InvalidInput, day_of, options, phrase, today


@dataclass(slots=True)
class Calendar:
    """Days as a till has them, led to days on which something can be posted; asked once each."""

    session: Session
    open_days: dict[date, date] = field(default_factory=dict)

    def book_on(self, occurred_at: datetime, received_at: datetime) -> tuple[date, list[str]]:
        """The day in the books, and flags: "clock" where the till's clock cannot have been right,
        "closed_period" where its own day is closed. Raises InvalidInput where no day is open."""
        decided = options(self.session, TillOptions)
        flags: list[str] = []
        moment = occurred_at
        if occurred_at > received_at + timedelta(minutes=decided.clock_minutes):
            moment = received_at
            flags.append("clock")
        elif occurred_at < received_at - timedelta(days=decided.ancient_days):
            flags.append("clock")
        wanted = day_of(self.session, moment)
        day = self._first_open(wanted)
        if day != wanted:
            flags.append("closed_period")
        return day, flags

    def _first_open(self, wanted: date) -> date:
        known = self.open_days.get(wanted)
        if known is None:
            known = self.open_days[wanted] = self._find_open(wanted)
        return known

    def _find_open(self, wanted: date) -> date:
        if self._is_open(wanted):
            return wanted
        # What is closed is closed up to some day: the first open one is found by halving.
        closed, opened = wanted, today(self.session)
        if opened <= wanted or not self._is_open(opened):
            raise InvalidInput.of(
                "occurred_at",
                phrase("Nothing can be posted on {day}, nor today.", day=wanted),
                fix=phrase("Open the period under Accounting, and replay this."),
            )
        while (opened - closed).days > 1:
            middle = closed + (opened - closed) // 2
            if self._is_open(middle):
                opened = middle
            else:
                closed = middle
        return opened

    def _is_open(self, day: date) -> bool:
        try:
            require_open(self.session, day, "sale")
            require_open(self.session, day)
        except AppError:
            return False
        return True
