"""A forgotten password: asking for a link, and choosing a new password with it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.auth import reset
from core.errors import InvalidInput
from core.i18n import phrase
from core.mail.outgoing import can_send
from core.web.auth.browser import client_of, device_cookie
from core.web.auth.login import LOGIN
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request


def show_forgot(session: Session, request: Request) -> Reply:
    """The form that asks for the e-mail address."""
    return _forgot_page(session)


def forgot(session: Session, request: Request) -> Reply:
    """Have the link mailed; the answer is the same for every address."""
    email = request.form.get("email", "")
    try:
        reset.request_reset(session, email=email, client=client_of(request), origin=request.origin)
    except InvalidInput as error:
        return _forgot_page(session, email=email, error=error.message)
    return Page("core/auth/forgot_sent.html", {"email": email})


def show_reset(session: Session, request: Request) -> Reply:
    """The form for the new password, for who has a good link. Its secret is in the query: no
    log keeps that, and every page tells the browser to send no address to other sites."""
    token = request.query.get("token", "")
    return _reset_page(reset.user_of_link(session, token).email, token)


def choose_password(session: Session, request: Request) -> Reply:
    """Set the new password."""
    token = request.form.get("token", "")
    user = reset.user_of_link(session, token)
    try:
        device = reset.use_link(
            session, token, request.form.get("password", ""), client=client_of(request)
        )
    except InvalidInput as error:
        return _reset_page(user.email, token, error)
    return Redirect(
        LOGIN,
        message=phrase("Your password is changed. Sign in with the new one."),
        cookies=(device_cookie(device),),
    )


def _forgot_page(session: Session, *, email: str = "", error: str = "") -> Page:
    context = {"email": email, "error": error, "can_send": can_send(session)}
    return Page("core/auth/forgot.html", context, status=422 if error else 200)


def _reset_page(email: str, token: str, error: InvalidInput | None = None) -> Page:
    context = {"email": email, "token": token, "error": error}
    return Page("core/auth/reset.html", context, status=422 if error else 200)
