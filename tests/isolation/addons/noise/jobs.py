"""A job that leaves a mark."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import Job, msg

from .models import Mark


def leave_mark(session: Session, word: str) -> None:
    session.add(Mark(word=word, via="job"))


MARK = Job("noise.mark", msg("Leave a mark"), leave_mark)
