"""Signed statements as compact text: JSON Web Signatures with Ed25519 keys.

The form is that of RFC 7515 (JWS, compact serialization) with the algorithm `EdDSA` of RFC 8037,
so that any library for JOSE reads them. The algorithm is not chosen by what the text says: there
is one, and another is refused (RFC 8725, section 3.1). The type in the header says what the
statement is, so that no certificate passes for a licence (section 3.11).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from addon_registry.keys import key_id
from addon_registry.licences.errors import LicenceRefused
from core.i18n import phrase

ALGORITHM: Final = "EdDSA"
MAX_LENGTH: Final = 64 * 1024
"""Characters of a statement; a licence takes about one thousand."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What was signed, by which key. `header` holds what travels beside the claims."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def key_id(self) -> str:
        """The key that signed it."""
        return str(self.header["kid"])


FindKey = Callable[[str, Mapping[str, Any]], Ed25519PublicKey]
"""Given the key id and the header, the key to verify with; raises LicenceRefused."""


def sign(
    claims: Mapping[str, Any],
    key: Ed25519PrivateKey,
    kind: str,
    extra: Mapping[str, Any] | None = None,
) -> str:
    """The claims as signed text of this kind; `extra` goes into the header."""
    header = {"alg": ALGORITHM, "kid": key_id(key.public_key()), "typ": kind, **(extra or {})}
    signed = f"{_encode(_json(header))}.{_encode(_json(claims))}"
    return f"{signed}.{_encode(key.sign(signed.encode('ascii')))}"


def read(token: str, kind: str, find_key: FindKey) -> Statement:
    """The statement, if this text is one of this kind and its signature holds.

    Raises LicenceRefused. Nothing of the claims is looked at before the signature was verified.
    """
    header, signed, signature = _opened(token, kind)
    key = find_key(str(header["kid"]), header)
    try:
        key.verify(signature, signed.encode("ascii"))
    except InvalidSignature:
        raise LicenceRefused(
            phrase("The signature does not hold: the text was changed after it was signed."),
            fix=phrase("Ask whoever issued it to send it again, and copy all of it."),
        ) from None
    return Statement(header, _object(signed.partition(".")[2]))


def kind_of(token: str) -> str:
    """Which kind of statement the text says that it is, unverified: to know whom to hand it to."""
    kind = _object(token.strip()[:MAX_LENGTH].partition(".")[0]).get("typ")
    if not isinstance(kind, str):
        raise _unreadable()
    return kind


def _opened(token: str, kind: str) -> tuple[Mapping[str, Any], str, bytes]:
    parts = token.strip().split(".")
    if len(token) > MAX_LENGTH or len(parts) != 3:
        raise _unreadable()
    header = _object(parts[0])
    if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise _unreadable()
    if header.get("typ") != kind:
        raise LicenceRefused(
            phrase("This is a signed text of another kind."),
            fix=phrase(
                "Look whether a licence, a certificate or a list of revocations is asked for."
            ),
        )
    return header, f"{parts[0]}.{parts[1]}", _decode(parts[2])


def _object(part: str) -> Mapping[str, Any]:
    try:
        value = json.loads(_decode(part))
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(value, dict):
        raise _unreadable()
    return value


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(part: str) -> bytes:
    try:
        raw = part.encode("ascii")
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise _unreadable() from None


def _unreadable() -> LicenceRefused:
    return LicenceRefused(
        phrase("This is no signed text that can be read."),
        fix=phrase("Copy all of it, from the first character to the last."),
    )
