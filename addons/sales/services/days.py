"""The company's day."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.api import binding, utc_now


def today(session: Session) -> date:
    """The day it is where the company is."""
    return utc_now().astimezone(ZoneInfo(binding(session).tenant.timezone)).date()
