"""Between the request and the auth services: the client, the cookies, where to go next."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.auth import login_sessions
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE
from core.auth.devices import DEVICE_COOKIE
from core.auth.devices import LIFETIME as DEVICE_LIFETIME
from core.auth.login_sessions import LIFETIME as SESSION_LIFETIME
from core.auth.models import User
from core.auth.passkeys import Place
from core.auth.sign_in import PENDING_COOKIE, PENDING_LIFETIME, SignedIn
from core.auth.users import get_user
from core.errors import Forbidden
from core.i18n import phrase
from core.web.replies import Cookie
from core.web.request import Request

HOME: Final = "/"


def client_of(request: Request) -> Client:
    """Who is at the other end."""
    return Client(
        address=request.client,
        host=request.host,
        user_agent=request.headers.get("user-agent", ""),
        device=request.cookies.get(DEVICE_COOKIE, ""),
    )


def place_of(request: Request) -> Place:
    """Where a passkey ceremony happens."""
    return Place(host=request.host, origin=request.origin)


def own_user(session: Session, request: Request) -> User:
    """The signed-in person. An API token may not touch the account it belongs to."""
    if request.actor.kind != "user" or request.actor.user_id is None:
        raise Forbidden(
            phrase("Only a person can change an account, not an API token."),
            fix=phrase("Sign in with a browser."),
        )
    return get_user(session, request.actor.user_id)


def next_url(wanted: str) -> str:
    """Where to go after signing in: a path of this host and of no other."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_path and wanted.isprintable() else HOME


def session_cookie(token: str) -> Cookie:
    """The cookie of a login session."""
    return Cookie(SESSION_COOKIE, token, max_age=int(SESSION_LIFETIME.total_seconds()))


def device_cookie(device: str) -> Cookie:
    """The cookie of a known browser."""
    return Cookie(DEVICE_COOKIE, device, max_age=int(DEVICE_LIFETIME.total_seconds()))


def pending_cookie(token: str) -> Cookie:
    """The cookie between the first step and the second."""
    return Cookie(PENDING_COOKIE, token, max_age=int(PENDING_LIFETIME.total_seconds()))


def signed_in_cookies(session: Session, request: Request, outcome: SignedIn) -> tuple[Cookie, ...]:
    """The cookies of somebody who has just signed in; the browser's earlier session ends."""
    earlier = request.cookies.get(SESSION_COOKIE)
    if earlier:
        login_sessions.end_by_token(session, earlier)
    return (
        session_cookie(outcome.session_token),
        device_cookie(outcome.device),
        Cookie(PENDING_COOKIE, max_age=0),
    )


def renewed_cookies(session: Session, request: Request) -> tuple[Cookie, ...]:
    """The cookie with a fresh secret for the present session, after rights or the ways to
    sign in changed."""
    if request.actor.session_id is None:
        return ()
    return (session_cookie(login_sessions.renew(session, request.actor.session_id)),)
