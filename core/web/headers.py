"""What every response tells the browser it must not do."""

from __future__ import annotations

import re
from typing import Final

from core.web.answer import RawHeaders

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",  # Bootstrap draws its signs from data: images
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

SECURITY: Final[RawHeaders] = [
    (b"content-security-policy", _CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(self), geolocation=(), microphone=(), payment=(), usb=(self)",
    ),
]
"""On every answer but assets. Scripts and styles come from this host's files alone."""

_OWN_FORMS: Final = "form-action 'self'"
_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


ASSET: Final[RawHeaders] = [
    header
    for header in SECURITY
    if header[0] in (b"x-content-type-options", b"cross-origin-resource-policy")
]
"""On what is no document and opens nothing: style sheets, scripts and fonts."""
_ASSETS: Final = (b"text/css", b"text/javascript", b"font/")


def common_headers(
    request_id: str, own: RawHeaders, *, secure: bool, forms_to: str = ""
) -> RawHeaders:
    """The headers of one answer, besides its `own`. Its forms may be sent to this host, and to the
    origin `forms_to`, too."""
    is_asset = any(name == b"content-type" and value.startswith(_ASSETS) for name, value in own)
    headers = [*(ASSET if is_asset else SECURITY), (b"x-request-id", request_id.encode())]
    if forms_to and _ORIGIN.fullmatch(forms_to):
        policy = _CONTENT_SECURITY_POLICY.replace(_OWN_FORMS, f"{_OWN_FORMS} {forms_to}")
        headers[0] = (headers[0][0], policy.encode())
    if secure:
        headers.append(_STRICT_TRANSPORT)
    return headers
