"""The company's day: which day it is there, and which of its days a moment belongs to."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.clock import utc_now
from core.db.session import binding


def today(session: Session) -> date:
    """The day that it is now where the company is."""
    return day_of(session, utc_now())


def day_of(session: Session, moment: datetime) -> date:
    """The day that it is at a moment where the company is."""
    return moment.astimezone(ZoneInfo(binding(session).tenant.timezone or "UTC")).date()
