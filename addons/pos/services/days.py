"""The company's day, and which of its days a moment belongs to."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.api import binding, utc_now


def day_of(session: Session, moment: datetime) -> date:
    """The day that it is then where the company is."""
    return moment.astimezone(ZoneInfo(binding(session).tenant.timezone)).date()


def today(session: Session) -> date:
    """The day that it is now where the company is."""
    return day_of(session, utc_now())
