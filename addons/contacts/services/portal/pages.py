"""What addons put pages of their own into the portal with: who asks, and the frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from addons.contacts.services.portal.sessions import (
    FORM_FIELD,
    Visitor,
    is_meant,
    visitor_of,
)
from core.api import Forbidden, Page, Redirect, Request, phrase

ENTER = "/contacts/portal/enter"


def portal_contact(session: Session, request: Request) -> Visitor | None:
    """Who asks at the portal, for a route that is open to everybody (`PUBLIC`); None for who has
    to enter first, see `to_the_door`.

    Raises Forbidden for a form that was not sent by a page of the portal: each of its forms holds
    `{{ portal_field }}` beside `{{ csrf_field() }}`. What the visitor may see is what belongs to
    `visitor.contact_id`; whoever answers has to compare it.
    """
    visitor = visitor_of(session, request.cookies)
    if visitor is None or request.method in ("GET", "HEAD"):
        return visitor
    if not is_meant(visitor, request.form.get(FORM_FIELD, "")):
        raise Forbidden(
            phrase("This page is out of date, so nothing was changed."),
            fix=phrase("Reload the page and try again."),
        )
    return visitor


def to_the_door(request: Request) -> Redirect:
    """Where somebody goes who has to enter first. A page that was asked for is opened then."""
    goal = request.path if request.method == "GET" else ""
    return Redirect(f"{ENTER}?next={quote(goal)}" if goal else ENTER)


def portal_page(
    visitor: Visitor, template: str, context: Mapping[str, Any], *, title: str, status: int = 200
) -> Page:
    """A page in the portal's frame. `template` is a piece of HTML of the addon's own; it finds
    `context`, the `visitor`, and `portal_field` for its forms. `title` is a message."""
    framed = {**context, "visitor": visitor, "piece": template, "portal_title": title}
    return Page("contacts/portal/page.html", framed, status=status)


def safe_goal(wanted: str) -> str:
    """A path of this host to go on to, or the portal's first page."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if is_path and wanted.isprintable() else "/contacts/portal"
