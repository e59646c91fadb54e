"""The board itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.api import Page, Request, Route, utc_now

from .permissions import SEE_NOTICES
from .services.notices import on_the_board


def board(session: Session, request: Request) -> Page:
    """What is up today."""
    notices = on_the_board(session, utc_now().date())
    return Page("notice_board/board.html", {"notices": notices})


ROUTES = (Route("GET", "/board", board, SEE_NOTICES),)
