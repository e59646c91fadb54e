"""The history of a record: its conversation and its timeline, on a page of their own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.web.conversation.panel import history
from core.web.conversation.place import place_of
from core.web.replies import Reply
from core.web.request import Request
from core.web.resources.shape import Shape


def history_page(shape: Shape, session: Session, request: Request) -> Reply:
    """All that happened to a record, the newest first, with what can be said about it."""
    return history(session, request, place_of(shape, session, request))
