"""What the office asks of a till: to close its day when it next calls."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.pos.models import Register
from core.api import Conflict, phrase, utc_now


def ask_to_close(session: Session, register: Register) -> None:
    """Ask the till to close: its feed says so until it did. Raises Conflict where it was asked
    already."""
    if register.close_asked_at is not None:
        raise Conflict(phrase("The till was asked to close already."))
    register.close_asked_at = utc_now()
    session.flush()


def take_back(session: Session, register: Register) -> None:
    """Let the till go on: nobody wants it to close any more."""
    register.close_asked_at = None
    session.flush()
