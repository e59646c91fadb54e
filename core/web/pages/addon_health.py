"""How the addons of the company fare: what failed, what was slow, what they take."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.health.reading import figures
from core.web.replies import Page, Reply
from core.web.request import Request

URL: Final = "/settings/addon-health"


def show_health(session: Session, request: Request) -> Reply:
    """One line for each addon that the company has, the troubled ones first."""
    return Page("core/settings/addon_health.html", {"found": figures(session)})
