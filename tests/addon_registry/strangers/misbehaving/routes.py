"""One page, whose words are not escaped."""

from __future__ import annotations

from markupsafe import Markup
from sqlalchemy.orm import Session

from core.api import Page, Permission, Request, Route, msg

SEE = Permission("misbehaving.page.see", msg("See the page"))


def page(session: Session, request: Request) -> Page:
    return Page("misbehaving/page.html", {"words": Markup(request.query.get("words", ""))})


ROUTES = (Route("GET", "/page", page, SEE),)
