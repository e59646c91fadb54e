"""What every response tells the browser it must not do."""

from __future__ import annotations

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
        b"camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    ),
]
"""On every answer but assets. Scripts and styles come from this host's files alone."""

_STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


ASSET: Final[RawHeaders] = [
    header
    for header in SECURITY
    if header[0] in (b"x-content-type-options", b"cross-origin-resource-policy")
]
"""On what is no document and opens nothing: style sheets, scripts and fonts."""
_ASSETS: Final = (b"text/css", b"text/javascript", b"font/")


def common_headers(request_id: str, own: RawHeaders, *, secure: bool) -> RawHeaders:
    """The headers of one answer, besides its `own`."""
    is_asset = any(name == b"content-type" and value.startswith(_ASSETS) for name, value in own)
    headers = [*(ASSET if is_asset else SECURITY), (b"x-request-id", request_id.encode())]
    if secure:
        headers.append(_STRICT_TRANSPORT)
    return headers
