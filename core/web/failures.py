"""An error as its reader needs it: a page, a piece of one, or problem+json (RFC 9457).

An `AppError` is told in full. Of anything else the reader gets an incident id, which is the
request's id, and the log gets the traceback with tenant, addon and actor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import structlog

from core.addresses import parts_of
from core.declare import msg
from core.errors import AppError, NeedsConfirmation, TooManyRequests, Unavailable
from core.web.answer import Answer, RawHeaders
from core.web.confirmation import CONFIRM_FIELD
from core.web.errors import ChangePasswordFirst, MethodNotAllowed, SignInFirst, TooLarge
from core.web.incoming import Incoming
from core.web.rendering import to_json
from core.web.templating import Templates

LOGIN_URL = "/login"
PASSWORD_URL = "/account/password"  # noqa: S105, an address

TITLES: Final[Mapping[int, str]] = {
    400: msg("That cannot be understood"),
    401: msg("Please sign in"),
    403: msg("You may not do this"),
    404: msg("There is nothing here"),
    405: msg("That cannot be done here"),
    409: msg("This conflicts with something"),
    410: msg("That is gone"),
    412: msg("It has changed meanwhile"),
    413: msg("That is too large"),
    422: msg("Something needs correcting"),
    428: msg("Say which version you mean"),
    429: msg("Too many tries"),
    500: msg("Something went wrong"),
    503: msg("Not available for the moment"),
    507: msg("There is no room left"),
}
_ASKED_ABOUT: Final = frozenset({500, 503})
"""What the operator may be asked about, by the request's number."""
_DEFECT = AppError(
    "The problem is on our side, and nothing was saved.",
    fix="Try again. If it stays, give this number to whoever looks after the system.",
)

log = structlog.get_logger(__name__)


class Failures:
    """Answers for requests that did not work; one per process."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def answer(self, incoming: Incoming, error: AppError) -> Answer:
        """What this error looks like to whoever sent the request."""
        if isinstance(error, SignInFirst) and incoming.wants != "json":
            return _go(incoming, f"{LOGIN_URL}{_next(incoming)}")
        if isinstance(error, ChangePasswordFirst) and incoming.wants != "json":
            return _go(incoming, PASSWORD_URL)
        return self._told(incoming, error, error.status)

    def incident(self, incoming: Incoming, error: Exception) -> Answer:
        """A defect: the log learns everything, the reader a number to ask about."""
        log.error(
            "request failed",
            incident=incoming.request_id,
            tenant=incoming.tenant.id,
            addon=incoming.addon,
            actor=incoming.actor.user_id or incoming.actor.kind,
            method=incoming.method,
            path=incoming.path,
            exc_info=error,
        )
        return self._told(incoming, _DEFECT, 500)

    def _told(self, incoming: Incoming, error: AppError, status: int) -> Answer:
        headers = _headers(error)
        if incoming.wants == "json":
            media_type = (b"content-type", b"application/problem+json")
            return Answer(status, [media_type, *headers], self._problem(incoming, error, status))
        whole = incoming.wants == "page"
        if isinstance(error, NeedsConfirmation):
            template = "core/confirm.html" if whole else "core/confirm_form.html"
        else:
            template = "core/error.html" if whole else "core/error_fragment.html"
        shown = self._shown(incoming, error, status)
        text = self._templates.plain(template, incoming.locale, shown, incoming.tenant.brand)
        return Answer(
            status, [(b"content-type", b"text/html; charset=utf-8"), *headers], text.encode()
        )

    def _shown(self, incoming: Incoming, error: AppError, status: int) -> dict[str, Any]:
        return {
            "status": status,
            "title": TITLES.get(status, TITLES[400]),
            "company": incoming.tenant.title,
            "error": error,
            "incident": incoming.request_id if status in _ASKED_ABOUT else "",
            "action": incoming.address,
            "confirm_field": CONFIRM_FIELD,
            "sent": incoming.form.multi_items(),
        }

    def _problem(self, incoming: Incoming, error: AppError, status: int) -> bytes:
        locale = incoming.locale
        translate = self._templates.translate
        code = error.code if status != 500 else "internal"
        problem: dict[str, Any] = {
            "type": f"urn:problem-type:{code}",
            "title": translate(locale, TITLES.get(status, TITLES[400])),
            "status": status,
            "detail": translate(locale, error.message),
            "code": code,
            "request_id": incoming.request_id,
        }
        if error.fix:
            problem["fix"] = translate(locale, error.fix)
        if error.problems:
            problem["errors"] = [
                {"field": item.field, "detail": translate(locale, item.message)}
                for item in error.problems
            ]
        if isinstance(error, NeedsConfirmation):
            problem["confirm"] = error.key
        return to_json(problem)


def last_resort(request_id: str, error: Exception) -> Answer:
    """For a defect where errors are told themselves: no template, no language, only the number."""
    log.error("request failed", incident=request_id, exc_info=error)
    text = f"{_DEFECT.message} {_DEFECT.fix}\n{request_id}\n"
    return Answer(500, [(b"content-type", b"text/plain; charset=utf-8")], text.encode())


def _headers(error: AppError) -> RawHeaders:
    headers: RawHeaders = [(b"cache-control", b"no-store")]
    if isinstance(error, Unavailable | TooManyRequests):
        headers.append((b"retry-after", str(error.retry_after).encode()))
    if isinstance(error, MethodNotAllowed):
        headers.append((b"allow", ", ".join(error.allowed).encode()))
    if isinstance(error, TooLarge):
        # What else the client sends of it is not worth reading.
        headers.append((b"connection", b"close"))
    if error.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return headers


def _go(incoming: Incoming, url: str) -> Answer:
    if incoming.wants == "fragment":
        return Answer(401, [(b"hx-redirect", url.encode())])
    return Answer(303, [(b"location", url.encode()), (b"cache-control", b"no-store")])


def _next(incoming: Incoming) -> str:
    """Where to go on after signing in: the page that was asked for, or is open."""
    if incoming.wants == "fragment":
        current = parts_of(incoming.headers.get("hx-current-url", ""))
        address = f"{current.path}?{current.query}" if current.query else current.path
    elif incoming.method in ("GET", "HEAD"):
        address = incoming.address
    else:
        return ""
    return f"?next={quote(address, safe='')}" if address != "/" else ""
