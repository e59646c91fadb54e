"""Signing in and out: password, second step, passkey."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from core.auth import login_sessions, passkeys, sign_in
from core.auth.credentials import SESSION_COOKIE
from core.auth.sign_in import PENDING_COOKIE, Refused, SecondStepDue, SignedIn
from core.errors import InvalidInput, NotSignedIn, TooManyRequests
from core.i18n import phrase
from core.web.auth.browser import (
    client_of,
    next_url,
    pending_cookie,
    place_of,
    signed_in_cookies,
)
from core.web.replies import Cookie, Json, Page, Redirect, Reply
from core.web.request import Request

LOGIN = "/login"
SECOND_STEP = "/login/code"
CHANGE_PASSWORD = "/account/password"  # noqa: S105, an address


def show_login(session: Session, request: Request) -> Reply:
    """The login form, or straight on for who is signed in already."""
    goal = next_url(request.query.get("next", ""))
    if request.actor.kind == "user":
        return Redirect(goal)
    return _login_page(goal)


def login(session: Session, request: Request) -> Reply:
    """Check e-mail address and password."""
    goal = next_url(request.form.get("next", ""))
    email = request.form.get("email", "")
    try:
        outcome = sign_in.with_password(
            session,
            email=email,
            password=request.form.get("password", ""),
            client=client_of(request),
        )
    except TooManyRequests as error:
        return _wait(_login_page(goal, email=email, error=error.message, status=429), error)
    if isinstance(outcome, Refused):
        wrong = phrase("The e-mail address or the password is not right.")
        return _login_page(goal, email=email, error=wrong, status=422)
    if isinstance(outcome, SecondStepDue):
        return Redirect(
            f"{SECOND_STEP}?{urlencode({'next': goal})}",
            cookies=(pending_cookie(outcome.token),),
        )
    return _signed_in(session, request, outcome, goal)


def show_second_step(session: Session, request: Request) -> Reply:
    """The form for the code of the authenticator app."""
    goal = next_url(request.query.get("next", ""))
    if PENDING_COOKIE not in request.cookies:
        return Redirect(LOGIN)
    return _code_page(goal)


def second_step(session: Session, request: Request) -> Reply:
    """Check the code."""
    goal = next_url(request.form.get("next", ""))
    try:
        outcome = sign_in.with_code(
            session,
            token=request.cookies.get(PENDING_COOKIE, ""),
            code=request.form.get("code", ""),
            client=client_of(request),
        )
    except TooManyRequests as error:
        return _wait(_code_page(goal, error=error.message, status=429), error)
    if outcome is None:
        return Redirect(LOGIN, message=phrase("That took too long. Please sign in again."))
    if isinstance(outcome, Refused):
        return _code_page(goal, error=phrase("This code is not right."), status=422)
    return _signed_in(session, request, outcome, goal)


def passkey_options(session: Session, request: Request) -> Reply:
    """What the browser's passkey dialogue needs."""
    return Json(passkeys.sign_in_options(session, place_of(request)))


def passkey_login(session: Session, request: Request) -> Reply:
    """Check the passkey's signature; the answer says where to go."""
    sent = request.json()
    if not isinstance(sent, dict):
        raise InvalidInput.of("body", phrase("Send a JSON object."))
    outcome = passkeys.with_passkey(
        session, answer=sent.get("answer"), place=place_of(request), client=client_of(request)
    )
    if isinstance(outcome, Refused):
        raise NotSignedIn(
            phrase("This passkey is not known here."), fix=phrase("Sign in with your password.")
        )
    goal = CHANGE_PASSWORD if outcome.must_change_password else next_url(str(sent.get("next", "")))
    return Json({"next": goal}, cookies=signed_in_cookies(session, request, outcome))


def logout(session: Session, request: Request) -> Reply:
    """End this browser's session."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        login_sessions.end_by_token(session, token)
    return Redirect(
        LOGIN, message=phrase("You are signed out."), cookies=(Cookie(SESSION_COOKIE, max_age=0),)
    )


def _signed_in(session: Session, request: Request, outcome: SignedIn, goal: str) -> Reply:
    return Redirect(
        CHANGE_PASSWORD if outcome.must_change_password else goal,
        cookies=signed_in_cookies(session, request, outcome),
    )


def _login_page(goal: str, *, email: str = "", error: str = "", status: int = 200) -> Page:
    context = {"next": goal, "email": email, "error": error}
    return Page("core/auth/login.html", context, status=status)


def _code_page(goal: str, *, error: str = "", status: int = 200) -> Page:
    return Page("core/auth/code.html", {"next": goal, "error": error}, status=status)


def _wait(page: Page, error: TooManyRequests) -> Page:
    return replace(page, headers={"Retry-After": str(error.retry_after)})
