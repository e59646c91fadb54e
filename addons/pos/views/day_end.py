"""The job that sends what a till reported at its closing."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.pos.models import TillSession
from addons.pos.services.day_end import MAIL_REPORT, mail_report
from addons.pos.views.sessions import SESSIONS
from core.api import Job, msg


def mail(session: Session, session_id: int) -> None:
    """Send the Z report of a session."""
    found = session.get(TillSession, session_id)
    if found is not None:
        mail_report(session, SESSIONS, found)


JOBS: Final = (Job(MAIL_REPORT, msg("Send a till's report by e-mail"), mail),)
