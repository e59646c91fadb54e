"""A reseller's certificate: what the vendor lets a reseller's key license, and until when.

It travels in the header of each licence that the key signs, so that a deployment that never
heard of the reseller can still verify one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from addon_registry.errors import KeyUnusable
from addon_registry.keys import Keyring, key_id, public_text, read_public
from addon_registry.licences import moments, signed
from addon_registry.licences.claims import Claims
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.trust import of_vendor
from core.i18n import phrase

KIND: Final = "reseller-certificate"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The vendor's word for a reseller's key. `serial` tells it from others of the same key.

    `max_seats` bounds the seats of all licences together that it is used for; None means no bound.
    `signed_by` is the vendor's key, known once it was read.
    """

    serial: str
    holder: str
    public: Ed25519PublicKey
    addons: tuple[str, ...]
    max_seats: int | None
    issued_at: datetime
    until: datetime
    signed_by: str = ""

    @property
    def key_id(self) -> str:
        """The reseller's key."""
        return key_id(self.public)


def sign_certificate(certificate: Certificate, vendor: Ed25519PrivateKey) -> str:
    """The certificate as text, signed with the vendor's key."""
    claims = {
        "jti": certificate.serial,
        "sub": certificate.holder,
        "key": public_text(certificate.public),
        "addons": sorted(certificate.addons),
        "max_seats": certificate.max_seats,
        "iat": moments.to_claim(certificate.issued_at),
        "exp": moments.to_claim(certificate.until),
    }
    return signed.sign(claims, vendor, KIND)


def read_certificate(token: str, keyring: Keyring, *, accept_revoked: bool = False) -> Certificate:
    """The certificate, if one of these keys of the vendor signed it; raises LicenceRefused.

    Whether it has ended is for the caller to ask: what was issued under it lives no longer
    than it does.
    """
    statement = signed.read(token, KIND, of_vendor(keyring, accept_revoked=accept_revoked))
    return _of_claims(Claims(statement.claims), statement.key_id)


def _of_claims(claims: Claims, signed_by: str) -> Certificate:
    until = claims.moment("exp")
    issued_at = claims.moment("iat")
    if until is None or issued_at is None or until <= issued_at:
        raise claims.unusable("exp")
    return Certificate(
        serial=claims.text("jti"),
        holder=claims.text("sub"),
        public=_public(claims),
        addons=claims.names("addons"),
        max_seats=claims.count("max_seats"),
        issued_at=issued_at,
        until=until,
        signed_by=signed_by,
    )


def _public(claims: Claims) -> Ed25519PublicKey:
    try:
        return read_public(claims.text("key"))
    except KeyUnusable as error:
        raise claims.unusable("key") from error


def require_within(
    certificate: Certificate,
    *,
    addons: tuple[str, ...],
    seats: int | None,
    issued_at: datetime,
    until: datetime | None,
) -> None:
    """Raise LicenceRefused unless the certificate covers a licence of these terms."""
    beyond = sorted(set(addons) - set(certificate.addons))
    if beyond:
        raise _exceeds(
            phrase(
                "{holder}'s certificate does not cover {addons}.",
                holder=certificate.holder,
                addons=", ".join(beyond),
            )
        )
    if certificate.max_seats is not None and (seats is None or seats > certificate.max_seats):
        raise _exceeds(
            phrase(
                "{holder}'s certificate covers {count} seats at the most.",
                holder=certificate.holder,
                count=certificate.max_seats,
            )
        )
    if until is None or until > certificate.until:
        raise _exceeds(
            phrase(
                "{holder}'s certificate ends on {day}, before the licence would.",
                holder=certificate.holder,
                day=certificate.until.date().isoformat(),
            )
        )
    if not certificate.issued_at <= issued_at <= certificate.until:
        raise _exceeds(
            phrase(
                "The licence is dated outside the time of {holder}'s certificate.",
                holder=certificate.holder,
            )
        )


def _exceeds(message: str) -> LicenceRefused:
    return LicenceRefused(
        message, fix=phrase("Ask for less, or ask the vendor for a wider certificate.")
    )
