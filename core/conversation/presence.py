"""Tells open pages that a conversation or somebody's inbox has changed: ids, never content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from core.belongings import forget, notify
from core.db.session import after_commit

CONVERSATION: Final = "conversation"
INBOX: Final = "inbox"


def conversation_changed(session: Session, conversation_id: int) -> None:
    """Once committed, pages that show this conversation fetch it again."""
    notify(session, CONVERSATION, {"id": conversation_id})


def inbox_changed(session: Session, user_ids: Iterable[int]) -> None:
    """Once committed, the pages of these users count their inbox again."""
    users = sorted(set(user_ids))
    if not users:
        return

    def forget_counts() -> None:
        for user_id in users:
            forget(session, unread_key(user_id))

    # Not before the commit: somebody might count, and remember, what is about to change.
    after_commit(session, forget_counts)
    notify(session, INBOX, {"users": users})


def unread_key(user_id: int) -> str:
    """Under which the number of somebody's unread notices is remembered."""
    return f"inbox:{user_id}"
