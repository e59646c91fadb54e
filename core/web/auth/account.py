"""One's own account: name and language, password, where one is signed in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.auth import (
    api_tokens,
    login_sessions,
    passkeys,
    passwords,
    recovery_codes,
    throttle,
    totp,
    users,
)
from core.auth.models import User
from core.errors import InvalidInput, NotFound
from core.i18n import LOCALES, phrase
from core.web.auth.browser import HOME, own_user, renewed_cookies
from core.web.auth.user_agents import describe
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

ACCOUNT = "/account"


def show_account(session: Session, request: Request) -> Reply:
    """Everything about the account on one page."""
    return account_page(session, request)


def change_profile(session: Session, request: Request) -> Reply:
    """Change name and language. The e-mail address is the administrator's to change."""
    user = own_user(session, request)
    locale = request.form.get("locale", "")
    if locale not in ("", *LOCALES):
        raise InvalidInput.of("locale", phrase("Choose one of the languages offered."))
    users.change_user(
        session, user, email=user.email, name=request.form.get("name", ""), locale=locale
    )
    return Redirect(ACCOUNT, message=phrase("Saved."))


def show_password(session: Session, request: Request) -> Reply:
    """The form for another password; the first page after a one-time password."""
    return _password_page(own_user(session, request))


def change_password(session: Session, request: Request) -> Reply:
    """Set another password and sign out everywhere else."""
    user = own_user(session, request)
    current, password = request.form.get("current", ""), request.form.get("password", "")
    wrong = wrong_password(session, user, current)
    if wrong is not None:
        return _password_page(user, wrong)
    try:
        if password == current:
            raise InvalidInput.of("password", phrase("Choose another password than before."))
        users.set_password(session, user, password, keep_session=request.actor.session_id)
    except InvalidInput as error:
        return _password_page(user, error)
    return Redirect(
        HOME if request.actor.must_change_password else ACCOUNT,
        message=phrase("Your password is changed, and you are signed out everywhere else."),
        cookies=renewed_cookies(session, request),
    )


def end_session(session: Session, request: Request) -> Reply:
    """Sign out another browser."""
    user = own_user(session, request)
    if not login_sessions.end(session, user.id, request.path_params["session_id"]):
        raise NotFound(phrase("That session has ended already."))
    return Redirect(ACCOUNT, message=phrase("That browser is signed out."))


def end_other_sessions(session: Session, request: Request) -> Reply:
    """Sign out every other browser."""
    user = own_user(session, request)
    login_sessions.end_all(session, user.id, keep=request.actor.session_id)
    return Redirect(ACCOUNT, message=phrase("You are signed out everywhere else."))


def wrong_password(session: Session, user: User, password: str) -> InvalidInput | None:
    """What to say unless this is the user's password, asked before changes that would let
    whoever sits at an unlocked screen come back later. Users without a password pass.

    Returned and not raised, so that the failure stays counted.
    """
    if user.password_hash is None:
        return None
    counters = [throttle.counter(throttle.PERSON, "own password", str(user.id))]
    throttle.admit(session, counters)
    if passwords.verify_password(user.password_hash, password):
        throttle.clear(session, counters[0])
        return None
    throttle.count_failure(session, counters)
    return InvalidInput.of("current", phrase("This is not your present password."))


def account_page(session: Session, request: Request, error: InvalidInput | None = None) -> Page:
    """The account page."""
    user = own_user(session, request)
    return Page(
        "core/auth/account.html",
        {
            "user": user,
            "sessions": [
                (login, describe(login.user_agent))
                for login in login_sessions.live_sessions(session, user.id)
            ],
            "has_totp": totp.is_enabled(session, user.id),
            "recovery_codes_left": recovery_codes.left(session, user.id),
            "passkeys": passkeys.passkeys_of(session, user.id),
            "tokens": api_tokens.tokens_of(session, user.id),
            "error": error,
        },
        status=422 if error else 200,
    )


def _password_page(user: User, error: InvalidInput | None = None) -> Page:
    context = {"user": user, "error": error, "min_length": passwords.MIN_LENGTH}
    return Page("core/auth/password.html", context, status=422 if error else 200)
