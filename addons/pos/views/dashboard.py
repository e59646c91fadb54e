"""The page that shows all tills at a glance."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import VIEW_PRODUCTS
from addons.pos.permissions import BIND_DEVICES, CLOSE_SESSIONS, REPAIR, VIEW_SESSIONS
from addons.pos.services.dashboard import standings
from core.api import Page, Request, Route


def dashboard(session: Session, request: Request) -> Page:
    """Every till: whether it is there, what it holds, its cash and its sales of today."""
    may = request.actor.may
    return Page(
        "pos/dashboard.html",
        {
            "tills": standings(session),
            "may_bind": may(BIND_DEVICES.code),
            "may_close": may(CLOSE_SESSIONS.code),
            "may_repair": may(REPAIR.code),
            "may_print": may(VIEW_PRODUCTS.code),
        },
    )


ROUTES: Final = (Route("GET", "/tills", dashboard, VIEW_SESSIONS),)
