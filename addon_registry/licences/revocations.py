"""Lists of what was revoked, signed by whoever issued it, each with a version that goes up.

A list replaces the one before it whole. An older one is refused, so that nobody can bring a
revoked licence back by showing yesterday's list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from addon_registry.keys import Keyring
from addon_registry.licences import moments, signed
from addon_registry.licences.certificate import Certificate, read_certificate
from addon_registry.licences.claims import Claims
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.trust import vendor_key
from core.i18n import phrase

KIND: Final = "licence-revocations"


@dataclass(frozen=True, slots=True)
class Revocation:
    """That a serial holds no longer: of a licence, or of a reseller's certificate."""

    serial: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RevocationList:
    """All that one key has revoked. A reseller's list counts for the licences that its own key
    signed; the vendor's for every licence and certificate."""

    key_id: str
    version: int
    issued_at: datetime
    revoked: tuple[Revocation, ...]
    by_vendor: bool


def sign_list(
    revoked: Iterable[Revocation],
    version: int,
    key: Ed25519PrivateKey,
    *,
    at: datetime,
    certificate: str = "",
) -> str:
    """The list as text; `certificate` is the reseller's, if a reseller signs."""
    claims = {
        "version": version,
        "iat": moments.to_claim(at),
        "revoked": [
            {"jti": one.serial, "at": moments.to_claim(one.at), "reason": one.reason}
            for one in sorted(revoked, key=lambda one: one.serial)
        ],
    }
    return signed.sign(claims, key, KIND, {"crt": certificate} if certificate else None)


def read_list(token: str, keyring: Keyring, *, accept_revoked: bool = False) -> RevocationList:
    """The list, if the vendor or a certified reseller signed it; raises LicenceRefused."""
    found: list[Certificate] = []

    def find(key_id: str, header: Mapping[str, Any]) -> Ed25519PublicKey:
        text = header.get("crt")
        if text is None:
            return vendor_key(keyring, key_id, accept_revoked=accept_revoked)
        # A key may take back what it gave, however its own certificate stands.
        certificate = read_certificate(str(text), keyring, accept_revoked=True)
        if certificate.key_id != key_id:
            raise LicenceRefused(
                phrase("It is not signed with the key that its certificate names.")
            )
        found.append(certificate)
        return certificate.public

    statement = signed.read(token, KIND, find)
    claims = Claims(statement.claims)
    version, issued_at = claims.count("version"), claims.moment("iat")
    if not version or issued_at is None:
        raise claims.unusable("version")
    entries = tuple(_revocation(entry) for entry in claims.entries("revoked"))
    return RevocationList(statement.key_id, version, issued_at, entries, by_vendor=not found)


def require_newer(new: RevocationList, known_version: int) -> None:
    """Raise LicenceRefused for a list that is older than the one that is known."""
    if new.version < known_version:
        raise LicenceRefused(
            phrase(
                "This list has the version {old}; version {new} is known already.",
                old=new.version,
                new=known_version,
            ),
            fix=phrase("Ask whoever issues it for the newest."),
        )


def _revocation(claims: Claims) -> Revocation:
    at = claims.moment("at")
    if at is None:
        raise claims.unusable("at")
    return Revocation(claims.text("jti"), at, claims.text("reason"))
