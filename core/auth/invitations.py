"""An invitation: a mailed link by which a new user chooses a first password. It is a link for a new
password that lasts longer; its secret exists in the mail alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.auth.models import User
from core.jobs.queue import enqueue

DAYS: Final = 7
LIFETIME: Final = timedelta(days=DAYS)
MAIL_JOB: Final = "core.send_invitation"


def invite(session: Session, user: User, *, origin: str) -> None:
    """Have the link mailed to a user who has no password yet."""
    enqueue(session, MAIL_JOB, user_id=user.id, origin=origin)
