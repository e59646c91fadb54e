"""What reporting does by itself: sending reports at their times."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.reporting.services import scheduling
from addons.reporting.services.schedules import SCHEDULES
from core.api import Job, msg


def send_report(session: Session, *, schedule_id: int, due: str) -> str:
    """Send one report."""
    return scheduling.send(session, SCHEDULES, schedule_id=schedule_id, due=due)


JOBS: Final = (Job(scheduling.JOB, msg("Send a report"), send_report),)
