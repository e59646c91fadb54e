"""The API tokens of one's own account."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from core.auth import api_tokens
from core.db.base import utc_now
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.web.auth.account import ACCOUNT
from core.web.auth.browser import own_user
from core.web.auth.permission_groups import permissions_by_addon
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

LIFETIMES = (30, 90, 365)
"""Days offered; 0 means until it is revoked."""


def show_new_token(session: Session, request: Request) -> Reply:
    """The form for a new token."""
    return _form(session, request)


def create_token(session: Session, request: Request) -> Reply:
    """Make a token; the answer shows it, this once."""
    user = own_user(session, request)
    days = request.form.get("days", "")
    try:
        if days not in ("0", *map(str, LIFETIMES)):
            raise InvalidInput.of("days", phrase("Choose how long the token is good for."))
        made = api_tokens.create_token(
            session,
            user,
            name=request.form.get("name", ""),
            abilities=request.form.getlist("abilities"),
            expires_at=utc_now() + timedelta(days=int(days)) if days != "0" else None,
        )
    except InvalidInput as error:
        return _form(session, request, error)
    return Page("core/auth/token_made.html", {"made": made})


def revoke_token(session: Session, request: Request) -> Reply:
    """End a token."""
    user = own_user(session, request)
    if not api_tokens.revoke_token(session, user.id, request.path_params["token_id"]):
        raise NotFound(phrase("That token has ended already."))
    return Redirect(ACCOUNT, message=phrase("The token does not work any more."))


def _form(session: Session, request: Request, error: InvalidInput | None = None) -> Page:
    own_user(session, request)
    context = {
        "groups": permissions_by_addon(session, request.actor.may),
        "lifetimes": LIFETIMES,
        "sent": request.form,
        "error": error,
    }
    return Page("core/auth/token_form.html", context, status=422 if error else 200)
