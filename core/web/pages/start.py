"""The start page: figures of the enabled addons, and the ways on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.tiles import tiles_of


def show_start(session: Session, request: Request) -> Reply:
    """Tiles, and what addons put beside them."""
    return Page("core/start.html", {"tiles": tiles_of(session)})
