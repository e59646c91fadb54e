"""A job that notes how long its statements may take."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.api import Job

SEEN: list[str] = []


def look_at_the_clock(session: Session) -> None:
    SEEN.append(str(session.scalar(text("SHOW statement_timeout"))))


JOBS = [Job("webprobe.look_at_the_clock", "Look at the clock", look_at_the_clock)]
