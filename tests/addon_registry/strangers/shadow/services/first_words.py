"""Keeping first words, and finding them again."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.api import Invariant, InvariantResult, msg

from ..models import FirstWords


def keep(session: Session, notice_id: int, title: str, body: str) -> None:
    """Keep the first words of a notice; words that come later do not replace them."""
    row = insert(FirstWords).values(notice_id=notice_id, title=title, body=body)
    session.execute(row.on_conflict_do_nothing(index_elements=[FirstWords.notice_id]))


def first_words(session: Session, notice_id: int) -> FirstWords | None:
    """What a notice said at first, where it was put up since this addon is here."""
    return session.scalar(select(FirstWords).where(FirstWords.notice_id == notice_id))


def _check(session: Session) -> InvariantResult:
    wrong = session.scalar(select(func.count()).where(FirstWords.notice_id < 1)) or 0
    return InvariantResult(wrong == 0, f"{wrong} copies of no notice")


EVERY_COPY_HAS_A_NOTICE = Invariant(
    "shadow.every_copy_has_a_notice", msg("Every copy was made of a notice"), _check
)
