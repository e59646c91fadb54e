"""The authenticator app and the passkeys of one's own account."""

from __future__ import annotations

from typing import Any

import segno
from markupsafe import Markup
from sqlalchemy.orm import Session

from core.auth import passkeys, recovery_codes, totp
from core.auth.models import User
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.web.auth.account import ACCOUNT, account_page, wrong_password
from core.web.auth.browser import own_user, place_of, renewed_cookies
from core.web.replies import Json, Page, Redirect, Reply
from core.web.request import Request


def begin_totp(session: Session, request: Request) -> Reply:
    """Make a secret for an authenticator app."""
    user = own_user(session, request)
    wrong = wrong_password(session, user, request.form.get("current", ""))
    if wrong is not None:
        return account_page(session, request, wrong)
    totp.enrol(session, user)
    return Redirect("/account/totp")


def show_totp(session: Session, request: Request) -> Reply:
    """The QR code to scan, and the form for the first code."""
    return _totp_page(session, own_user(session, request))


def confirm_totp(session: Session, request: Request) -> Reply:
    """Finish with the first code; shows the recovery codes, this once."""
    user = own_user(session, request)
    try:
        codes = totp.confirm(session, user, request.form.get("code", ""))
    except InvalidInput as error:
        return _totp_page(session, user, error)
    return _codes_page(session, request, codes)


def new_recovery_codes(session: Session, request: Request) -> Reply:
    """Replace the recovery codes."""
    user = own_user(session, request)
    wrong = wrong_password(session, user, request.form.get("current", ""))
    if wrong is not None:
        return account_page(session, request, wrong)
    if not totp.is_enabled(session, user.id):
        raise NotFound(phrase("You use no authenticator app."))
    return _codes_page(session, request, recovery_codes.renew(session, user.id))


def remove_totp(session: Session, request: Request) -> Reply:
    """Do without the second step."""
    user = own_user(session, request)
    wrong = wrong_password(session, user, request.form.get("current", ""))
    if wrong is not None:
        return account_page(session, request, wrong)
    totp.remove(session, user.id)
    return Redirect(
        ACCOUNT,
        message=phrase("Signing in needs no code any more."),
        cookies=renewed_cookies(session, request),
    )


def passkey_options(session: Session, request: Request) -> Reply:
    """What the browser needs to make a passkey."""
    user, sent = own_user(session, request), _sent(request)
    wrong = wrong_password(session, user, str(sent.get("current", "")))
    if wrong is not None:
        return Json({"detail": wrong.message}, status=wrong.status)
    return Json(passkeys.registration_options(session, user, place_of(request)))


def add_passkey(session: Session, request: Request) -> Reply:
    """Keep the passkey that the browser made."""
    sent = _sent(request)
    passkey = passkeys.register(
        session,
        own_user(session, request),
        answer=sent.get("answer"),
        name=str(sent.get("name", "")),
        place=place_of(request),
    )
    cookies = renewed_cookies(session, request)
    return Json({"id": passkey.id, "next": ACCOUNT}, status=201, cookies=cookies)


def remove_passkey(session: Session, request: Request) -> Reply:
    """Let go of a passkey."""
    user = own_user(session, request)
    if not passkeys.remove(session, user.id, request.path_params["passkey_id"]):
        raise NotFound(phrase("There is no such passkey."))
    return Redirect(
        ACCOUNT,
        message=phrase("The passkey does not work any more."),
        cookies=renewed_cookies(session, request),
    )


def _sent(request: Request) -> dict[str, Any]:
    sent = request.json()
    if not isinstance(sent, dict):
        raise InvalidInput.of("body", phrase("Send a JSON object."))
    return sent


def _totp_page(session: Session, user: User, error: InvalidInput | None = None) -> Reply:
    enrolment = totp.pending_enrolment(session, user)
    if enrolment is None:
        return Redirect(ACCOUNT)
    image = segno.make(enrolment.address, error="m").svg_inline(scale=5, border=2, light="#fff")
    context = {
        "image": Markup(image),  # noqa: S704, drawn just above
        "secret": enrolment.secret,
        "error": error,
    }
    return Page("core/auth/totp.html", context, status=422 if error else 200)


def _codes_page(session: Session, request: Request, codes: list[str]) -> Reply:
    return Page(
        "core/auth/recovery_codes.html",
        {"codes": codes},
        cookies=renewed_cookies(session, request),
    )
