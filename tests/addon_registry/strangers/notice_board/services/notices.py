"""Putting notices up, and what is on the board on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.api import InvalidInput, Invariant, InvariantResult, emit, msg, phrase

from ..events import NoticePosted
from ..models import Notice


def post_notice(session: Session, values: Mapping[str, Any]) -> Notice:
    """A new notice, and the event that says so. Raises InvalidInput for an empty title."""
    if not str(values.get("title") or "").strip():
        raise InvalidInput.of("title", phrase("Say in a few words what it is about."))
    notice = Notice(**{**values, "body": values.get("body") or ""})
    session.add(notice)
    session.flush()
    emit(session, NoticePosted(notice.id, notice.title, notice.body))
    return notice


def on_the_board(session: Session, day: date) -> Sequence[Notice]:
    """What is up on this day: pinned notices first, then the newest."""
    up = select(Notice).where(or_(Notice.until.is_(None), Notice.until >= day))
    return session.scalars(up.order_by(Notice.pinned.desc(), Notice.id.desc())).all()


def _check(session: Session) -> InvariantResult:
    untitled = session.scalar(select(func.count()).where(func.trim(Notice.title) == "")) or 0
    return InvariantResult(untitled == 0, f"{untitled} notices without a title")


NOTICES_HAVE_TITLES: Invariant = Invariant(
    "notice_board.notices_have_titles", msg("Every notice has a title"), _check
)
