"""Against requests that another site makes a signed-in browser send.

Three layers: the cookie is SameSite=Lax; the browser's own word on where a request came from
(`Sec-Fetch-Site`, else `Origin`); and a token in each form and htmx request, derived from the
session's secret, which no other site can read. Calls with an API token need none of it: no
browser attaches one by itself.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from core.addresses import parts_of
from core.errors import Forbidden

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_PURPOSE = b"aorabooks csrf token"


def csrf_token(session_secret: str) -> str:
    """The token for the forms of this session; changes when the session's secret does."""
    return hmac.new(session_secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def check_csrf(
    *,
    method: str,
    authority: str,
    headers: Mapping[str, str],
    session_secret: str | None,
    submitted: str | None,
) -> None:
    """Raise Forbidden unless this request was meant by the person in front of the browser.

    `authority` is the Host header as sent, `headers` have lower-case names, `session_secret`
    is the session cookie (None before sign-in), `submitted` the form field or header.
    """
    if method in SAFE_METHODS:
        return
    if not _is_same_origin(authority, headers):
        raise Forbidden(
            "This request came from another site, so nothing was changed.",
            fix="Open the page here and try again.",
        )
    if session_secret is None:
        return
    expected = csrf_token(session_secret)
    if not (submitted and hmac.compare_digest(expected.encode(), submitted.encode())):
        raise Forbidden(
            "This page is out of date: you have signed in again since it was opened.",
            fix="Reload the page and try again.",
        )


def _is_same_origin(authority: str, headers: Mapping[str, str]) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        # "none" is the address bar or a bookmark, which never sends a form.
        return site == "same-origin"
    origin = headers.get("origin") or headers.get("referer")
    return origin is not None and parts_of(origin).netloc.lower() == authority.lower()
