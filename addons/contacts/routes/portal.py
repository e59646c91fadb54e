"""The portal's own pages: entering by a mailed link, the first page, leaving.

They are open to everybody, and each looks for itself who asks (services.portal.sessions).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.contacts.services.portal import links, sessions
from addons.contacts.services.portal.pages import (
    ENTER,
    portal_contact,
    portal_page,
    safe_goal,
    to_the_door,
)
from core.api import (
    PUBLIC,
    Cookie,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    TooManyRequests,
    can_send,
    client_of,
    msg,
    phrase,
)

HOME: Final = "/contacts/portal"


def home(session: Session, request: Request) -> Reply:
    """The first page, filled by whoever has something to show (the slot `contacts.portal.home`)."""
    visitor = portal_contact(session, request)
    if visitor is None:
        return to_the_door(request)
    return portal_page(visitor, "contacts/portal/home.html", {}, title=msg("Welcome"))


def door(session: Session, request: Request) -> Reply:
    """Ask for a link, or go straight on for who is inside already."""
    goal = safe_goal(request.query.get("next", ""))
    if portal_contact(session, request) is not None:
        return Redirect(goal)
    return _door_page(session)


def ask(session: Session, request: Request) -> Reply:
    """Have a link mailed; the answer is the same for every address."""
    email = request.form.get("email", "")
    try:
        links.ask_for_link(session, email=email, client=client_of(request), origin=request.origin)
    except InvalidInput as error:
        return _door_page(session, email=email, error=error.message, status=422)
    except TooManyRequests as error:
        page = _door_page(session, email=email, error=error.message, status=429)
        return _told_to_wait(page, error.retry_after)
    return Page("contacts/portal/sent.html", {"email": email})


def show_link(session: Session, request: Request) -> Reply:
    """The page of a link: a button that uses it, since programs open the links of mails too."""
    token = request.query.get("token", "")
    try:
        contact = links.contact_of_link(session, token)
    except NotFound as error:
        return Page("contacts/portal/spent.html", {"error": error}, status=404)
    context = {"name": contact.name, "token": token}
    return Page("contacts/portal/link.html", context)


def enter(session: Session, request: Request) -> Reply:
    """Use a link, and begin a session in this browser. An earlier session of it ends."""
    try:
        access_id = links.use_link(session, request.form.get("token", ""))
    except NotFound as error:
        return Page("contacts/portal/spent.html", {"error": error}, status=404)
    sessions.end(session, request.cookies)
    secret = sessions.begin(session, access_id, client_of(request))
    lifetime = int(sessions.LIFETIME.total_seconds())
    return Redirect(HOME, cookies=(Cookie(sessions.COOKIE, secret, max_age=lifetime),))


def leave(session: Session, request: Request) -> Reply:
    """End this browser's session at the portal."""
    if portal_contact(session, request) is not None:
        sessions.end(session, request.cookies)
    return Redirect(
        ENTER,
        phrase("You have left the portal."),
        cookies=(Cookie(sessions.COOKIE, max_age=0),),
    )


def _door_page(session: Session, *, email: str = "", error: str = "", status: int = 200) -> Page:
    context = {"email": email, "error": error, "can_send": can_send(session)}
    return Page("contacts/portal/enter.html", context, status=status)


def _told_to_wait(page: Page, seconds: int) -> Page:
    return Page(
        page.template, page.context, status=page.status, headers={"Retry-After": str(seconds)}
    )


# Customers are let in whatever became of the company's licence: they pay what they owe there.
ROUTES: Final = (
    Route("GET", "/portal", home, PUBLIC),
    Route("GET", "/portal/enter", door, PUBLIC),
    Route("POST", "/portal/enter", ask, PUBLIC, never_blocked=True),
    Route("GET", "/portal/link", show_link, PUBLIC),
    Route("POST", "/portal/link", enter, PUBLIC, never_blocked=True),
    Route("POST", "/portal/leave", leave, PUBLIC, never_blocked=True),
)
