"""PINs of cashiers, kept so that a till can prove one without a network.

PBKDF2 with HMAC-SHA-256 and 600,000 iterations, as the OWASP Password Storage Cheat Sheet asks, and
because WebCrypto computes nothing stronger (RFC 8018, NIST SP 800-132). A PIN of six digits has a
million values: whoever steals a device tries them all within days whatever the iterations. So
a PIN tells honest people apart; rights bound what it opens, and a lost device is revoked.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from core.api import InvalidInput, phrase

ITERATIONS: Final = 600_000
_SCHEME: Final = "pbkdf2-sha256"
_PIN: Final = re.compile(r"\d{4,12}")
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class PinHash:
    """A PIN as a till is told it."""

    iterations: int
    salt: str
    hash: str


def hash_pin(pin: str) -> str:
    """What is kept of a PIN. Raises InvalidInput for one that is too short, or too simple."""
    if not _PIN.fullmatch(pin):
        raise InvalidInput.of("pin", phrase("Write four to twelve digits."))
    if len(set(pin)) == 1 or pin in "01234567890123" or pin in "98765432109876":
        raise InvalidInput.of("pin", phrase("Everybody tries this one first: choose another."))
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{_SCHEME}${ITERATIONS}${salt.hex()}${_digest(pin, salt, ITERATIONS).hex()}"


def read_hash(kept: str) -> PinHash | None:
    """The parts of a kept PIN; None where none was set."""
    if not kept:
        return None
    _, iterations, salt, digest = kept.split("$")
    return PinHash(int(iterations), salt, digest)


def is_pin(kept: str, pin: str) -> bool:
    """Whether this is the PIN that was kept."""
    known = read_hash(kept)
    if known is None:
        return False
    found = _digest(pin, bytes.fromhex(known.salt), known.iterations)
    return hmac.compare_digest(found, bytes.fromhex(known.hash))


def _digest(pin: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, iterations)
