"""When a notice is put up."""

from __future__ import annotations

from notice_board.api import NoticePosted
from sqlalchemy.orm import Session

from core.api import on

from ..services.first_words import keep


@on(NoticePosted)
def keep_first_words(session: Session, event: NoticePosted) -> None:
    """Keep its words, in the transaction that puts it up."""
    keep(session, event.notice_id, event.title, event.body)
