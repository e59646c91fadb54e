"""Tells open pages that a conversation or somebody's inbox has changed: ids, never content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from core.addons.states import view
from core.belongings import forget, notify
from core.conversation.models import Conversation
from core.db.session import after_commit
from core.live.subjects import subjects_of

INBOX: Final = "inbox"


def channel_of(resource: str) -> str:
    """The channel of the conversations about a resource's records; open to who may read those."""
    return f"{resource}.conversation"


def conversation_changed(session: Session, conversation_id: int) -> None:
    """Once committed, pages that show this conversation fetch it again."""
    conversation = session.get_one(Conversation, conversation_id)
    for subject in subjects_of(view(session)).get(conversation.table_name, ()):
        if not subject.parent:
            notify(session, channel_of(subject.resource), {"ids": [conversation.record_id]})


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
    notify(session, INBOX, {"ids": [str(user_id) for user_id in users]})


def unread_key(user_id: int) -> str:
    """Under which the number of somebody's unread notices is remembered."""
    return f"inbox:{user_id}"
