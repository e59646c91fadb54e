"""Reports that could not be sent, for the page of repairs."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import SEND_REPORTS
from addons.reporting.models import ReportSchedule
from addons.reporting.services.scheduling import send_now, set_paused
from core.api import Remedy, Trouble, can_send, msg, phrase


def failed_reports(session: Session) -> list[Trouble]:
    """Each schedule whose last sending failed, and that is not paused since."""
    failed = select(ReportSchedule).where(
        ReportSchedule.result == "failed", ReportSchedule.paused.is_(False)
    )
    return [_trouble(session, schedule) for schedule in session.scalars(failed)]


def _trouble(session: Session, schedule: ReportSchedule) -> Trouble:
    if can_send(session):
        remedy = Remedy(msg("Send it again"), SEND_REPORTS, partial(_again, key=schedule.id))
    else:
        remedy = Remedy(msg("Pause it"), SEND_REPORTS, partial(_pause, key=schedule.id))
    return Trouble(
        key=f"schedule:{schedule.id}",
        title=phrase("The report {name} was not sent", name=schedule.saved_report.name),
        cause=schedule.error,
        severity="warning",
        url=f"/reporting/schedules/{schedule.id}",
        remedy=remedy,
    )


def _again(session: Session, key: int) -> str:
    send_now(session, session.get_one(ReportSchedule, key))
    return phrase("It is sent again.")


def _pause(session: Session, key: int) -> str:
    set_paused(session, session.get_one(ReportSchedule, key), paused=True)
    return phrase("It is paused.")
