"""When a saved report is sent, and sending it: with the rights that its owner has by then."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.api import SEND_REPORTS, VIEW_BOOKS
from addons.reporting.models import ReportSchedule, SavedReport
from addons.reporting.services.files.make import file_of
from addons.reporting.services.recipients import addresses, deliverable
from addons.reporting.services.saved import asked_of, visible
from core.api import (
    AppError,
    Conflict,
    Forbidden,
    InvalidInput,
    MailFile,
    NotFound,
    Resource,
    act_as,
    actor,
    binding,
    can_send,
    enqueue,
    mail_files,
    phrase,
    reader,
    utc_now,
)

JOB: Final = "reporting.send_report"
_MONTHS: Final = {"monthly": 1, "quarterly": 3}


def schedule_view(session: Session, saved: SavedReport) -> ReportSchedule:
    """A schedule for a saved report, paused until somebody has looked at it."""
    owner = actor(session)
    if owner.user_id is None:
        raise Forbidden(phrase("Sign in to have a report sent."))
    made = ReportSchedule(
        saved_report=saved,
        owner_id=owner.user_id,
        recipients=_own_address(session, owner.user_id),
        paused=True,
        next_at=utc_now(),
    )
    session.add(made)
    _plan(session, made)
    return made


def update_schedule(
    session: Session, schedule: ReportSchedule, values: Mapping[str, Any]
) -> ReportSchedule:
    """Change when and to whom it is sent. Whoever else changes it becomes the one with whose
    rights it is sent: nobody receives figures by the rights of another."""
    changed = {**values}
    if "recipients" in changed:
        changed["recipients"] = "\n".join(addresses(changed["recipients"], "recipients"))
    for name, value in changed.items():
        setattr(schedule, name, value)
    who = actor(session)
    if who.user_id is not None and who.user_id != schedule.owner_id:
        schedule.owner_id = who.user_id
    _plan(session, schedule)
    return schedule


def set_paused(session: Session, schedule: ReportSchedule, *, paused: bool) -> None:
    """Stop sending, or begin again with the next time."""
    schedule.paused = paused
    _plan(session, schedule)


def send_now(session: Session, schedule: ReportSchedule) -> None:
    """Send it once, besides its times."""
    if not can_send(session):
        raise Conflict(
            phrase("This installation has no mail server."),
            fix=phrase("Ask whoever runs it to name one. Download it meanwhile."),
        )
    enqueue(session, JOB, schedule_id=schedule.id, due="")


def send(session: Session, resource: Resource, *, schedule_id: int, due: str) -> str:
    """The job: make the file and mail it. `due` is the time that it was planned for, so that one
    that was paused or moved meanwhile is not sent, and none is sent twice; an empty one sends in
    any case. What keeps it from being sent is written down, not raised: trying again in a minute
    would not help, and the next time comes."""
    schedule = session.scalar(
        select(ReportSchedule).where(ReportSchedule.id == schedule_id).with_for_update()
    )
    if schedule is None or (due and (schedule.paused or schedule.next_at.isoformat() != due)):
        return phrase("Not sent: it is paused or was planned anew.")
    now = schedule.last_at = utc_now()
    if due:
        _plan(session, schedule, after=max(now, schedule.next_at))
    try:
        _mail(session, schedule, resource)
    except (AppError, OSError, SMTPException) as refused:
        schedule.result, schedule.error = "failed", str(refused)[:2000]
        session.flush()
        return phrase("Not sent: {reason}", reason=str(refused))
    return phrase("Sent.")


def next_time(schedule: ReportSchedule, after: datetime, timezone: str) -> datetime:
    """The next time after a moment, by the company's clock."""
    zone = ZoneInfo(timezone or "UTC")
    day = after.astimezone(zone).date()
    for _ in range(400):
        if _falls_on(schedule, day.year, day.month, day.day, day.isoweekday()):
            due = datetime(day.year, day.month, day.day, schedule.hour, tzinfo=zone)
            if due > after:
                return due.astimezone(utc_now().tzinfo)
        day += timedelta(days=1)
    raise InvalidInput.of("day", phrase("This time never comes."))


def _falls_on(schedule: ReportSchedule, year: int, month: int, day: int, weekday: int) -> bool:
    if schedule.cadence == "daily":
        return True
    if schedule.cadence == "weekly":
        return weekday == schedule.weekday
    last = calendar.monthrange(year, month)[1]
    in_month = (month - 1) % _MONTHS[schedule.cadence] == 0
    return in_month and day == min(schedule.day, last)


def _plan(session: Session, schedule: ReportSchedule, after: datetime | None = None) -> None:
    """Write down the next time, and ask for the job that then sends it."""
    schedule.cadence = schedule.cadence or "monthly"
    for name, least in (("weekday", 1), ("day", 1), ("hour", 7)):
        if getattr(schedule, name) is None:
            setattr(schedule, name, least)
    schedule.next_at = next_time(schedule, after or utc_now(), binding(session).tenant.timezone)
    session.flush()
    if not schedule.paused:
        due = schedule.next_at.isoformat()
        key = f"{JOB}:{schedule.id}:{due}"
        enqueue(session, JOB, key=key, run_at=schedule.next_at, schedule_id=schedule.id, due=due)


def _mail(session: Session, schedule: ReportSchedule, resource: Resource) -> None:
    who = act_as(session, schedule.owner_id)
    for permission in (VIEW_BOOKS, SEND_REPORTS):
        if not who.may(permission.code):
            raise Forbidden(
                phrase(
                    "{name} may no longer do that: {right}.", name=who.name, right=permission.title
                )
            )
    chosen = select(SavedReport).where(SavedReport.id == schedule.saved_report_id)
    saved = session.scalar(visible(session, chosen))
    if saved is None:
        raise NotFound(phrase("The saved report is no longer shared with {name}.", name=who.name))
    to = deliverable(session, schedule.recipients)
    if not can_send(session):
        raise Conflict(phrase("This installation has no mail server."))
    speaking = reader(session, schedule.language or who.locale)
    made = file_of(
        session, asked_of(saved), schedule.format or "pdf", speaking.language, who.written, resource
    )
    company = binding(session).tenant.title
    letter = speaking.say(
        phrase(
            "{name}, as it stands at {moment}, is attached.\n\nThis report is sent by {company} on"
            " a schedule of {owner}.\n",
            name=saved.name,
            moment=speaking.moment(utc_now()),
            company=company,
            owner=who.name,
        )
    )
    schedule.result, schedule.error = "sent", ""
    session.flush()
    # Last, so that nothing of ours can fail once it has left.
    mail_files(
        session,
        to=to,
        subject=f"{saved.name} · {company}",
        text=letter,
        files=(MailFile(made.name, made.media_type, made.content),),
    )


def _own_address(session: Session, user_id: int) -> str:
    found = session.scalar(
        text("SELECT email FROM core.user_account WHERE id = :user"), {"user": user_id}
    )
    return found or ""
