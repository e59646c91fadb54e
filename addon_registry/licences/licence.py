"""A licence: which addons an organization may use, how far, and for how long.

The claims bear the names of RFC 7519 where it has one: `sub` is the organization, `jti` the
serial, `iat` when it was issued, `nbf` and `exp` from and until when it holds.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from addon_registry.keys import Keyring, key_id
from addon_registry.licences import moments, signed
from addon_registry.licences.certificate import Certificate, read_certificate, require_within
from addon_registry.licences.claims import Claims
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.trust import vendor_key
from core.i18n import phrase

KIND: Final = "licence"
MAX_GRACE_DAYS: Final = 90
QUOTAS: Final = ("users", "branches", "storage", "documents")
"""What can be bounded besides seats: active users, branches, bytes of files kept, and documents
made in a calendar month."""
_AHEAD: Final = timedelta(days=1)
"""How far a date of issue may lie in the future: clocks differ, but not by days."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a licence is to say. `until` is None for one without an end, which the vendor alone
    can give; `seats` None is no bound, and so is a quota that is not named."""

    organization_id: str
    addons: tuple[str, ...]
    starts_at: datetime
    until: datetime | None
    grace_days: int = 14
    seats: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)
    trial: bool = False


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence that was verified. `key_id` is whose key signed it; `certificate` the reseller's,
    if it was one."""

    serial: str
    terms: Terms
    issued_at: datetime
    key_id: str
    certificate: Certificate | None = None


def new_serial() -> str:
    """128 random bits: no serial tells how many there are."""
    return secrets.token_hex(16)


def issue(
    terms: Terms,
    key: Ed25519PrivateKey,
    *,
    at: datetime,
    certificate: tuple[Certificate, str] | None = None,
    serial: str = "",
) -> str:
    """A licence of these terms as text, signed by the vendor, or by a reseller within what the
    certificate (and its text) allows. Raises LicenceRefused naming what is wrong with the terms."""
    check_terms(terms)
    issued_at = moments.whole(at)
    extra: dict[str, Any] = {}
    if certificate is not None:
        held, text = certificate
        if held.key_id != key_id(key.public_key()):
            raise LicenceRefused(
                phrase("The key is not the one that the certificate names."),
                fix=phrase("Sign with the reseller's own key."),
            )
        _require_within(held, terms, issued_at)
        extra["crt"] = text
    claims = {
        "jti": serial or new_serial(),
        "sub": terms.organization_id,
        "addons": sorted(set(terms.addons)),
        "seats": terms.seats,
        "quotas": dict(terms.quotas),
        "trial": terms.trial,
        "iat": moments.to_claim(issued_at),
        "nbf": moments.to_claim(terms.starts_at),
        "exp": moments.to_claim(terms.until),
        "grace": terms.grace_days,
    }
    return signed.sign(claims, key, KIND, extra)


def verify(token: str, keyring: Keyring, *, accept_revoked: bool = False) -> Licence:
    """The licence in this text, whoever it is for and whether or not it has ended.

    Raises LicenceRefused if it is changed, signed by nobody who is trusted, or goes beyond the
    certificate of the reseller who signed it. `accept_revoked` reads one that was accepted before
    its key was revoked.
    """
    found: list[Certificate] = []

    def find(key_id: str, header: Mapping[str, Any]) -> Ed25519PublicKey:
        text = header.get("crt")
        if text is None:
            return vendor_key(keyring, key_id, accept_revoked=accept_revoked)
        certificate = read_certificate(str(text), keyring, accept_revoked=accept_revoked)
        if certificate.key_id != key_id:
            raise LicenceRefused(
                phrase("It is not signed with the key that its certificate names."),
                fix=phrase("Ask whoever issued it for another one."),
            )
        found.append(certificate)
        return certificate.public

    statement = signed.read(token, KIND, find)
    certificate = found[0] if found else None
    claims = Claims(statement.claims)
    issued_at = claims.moment("iat")
    if issued_at is None:
        raise claims.unusable("iat")
    terms = _terms(claims)
    check_terms(terms)
    if certificate is not None:
        _require_within(certificate, terms, issued_at)
    return Licence(claims.text("jti"), terms, issued_at, statement.key_id, certificate)


def require_issued(licence: Licence, now: datetime) -> None:
    """Raise LicenceRefused for one that says it will be issued later than now."""
    if licence.issued_at > now + _AHEAD:
        raise LicenceRefused(
            phrase("It is dated {day}, which is yet to come.", day=licence.issued_at.date()),
            fix=phrase(
                "Set the clock of this machine right, or ask for a licence that is dated right."
            ),
        )


def check_terms(terms: Terms) -> None:
    """Raise LicenceRefused unless a licence can say this."""
    if not terms.addons:
        raise LicenceRefused.of("addons", phrase("Name at least one addon."))
    if terms.until is not None and terms.until <= terms.starts_at:
        raise LicenceRefused.of("until", phrase("It would end before it begins."))
    if terms.trial and terms.until is None:
        raise LicenceRefused.of("until", phrase("A trial needs an end."))
    if not 0 <= terms.grace_days <= MAX_GRACE_DAYS:
        raise LicenceRefused.of(
            "grace_days", phrase("Give between 0 and {count} days.", count=MAX_GRACE_DAYS)
        )
    if terms.seats is not None and terms.seats < 1:
        raise LicenceRefused.of("seats", phrase("Give at least one seat, or leave it empty."))
    unknown = sorted(set(terms.quotas) - set(QUOTAS))
    if unknown:
        raise LicenceRefused.of(
            "quotas",
            phrase(
                "There is no quota {names}; there are {known}.",
                names=", ".join(unknown),
                known=", ".join(QUOTAS),
            ),
        )


def _require_within(certificate: Certificate, terms: Terms, issued_at: datetime) -> None:
    require_within(
        certificate,
        addons=terms.addons,
        seats=terms.seats,
        issued_at=issued_at,
        until=terms.until,
    )


def _terms(claims: Claims) -> Terms:
    starts_at = claims.moment("nbf")
    grace_days = claims.count("grace")
    if starts_at is None or grace_days is None:
        raise claims.unusable("nbf" if starts_at is None else "grace")
    return Terms(
        organization_id=claims.text("sub"),
        addons=claims.names("addons"),
        starts_at=starts_at,
        until=claims.moment("exp"),
        grace_days=grace_days,
        seats=claims.count("seats"),
        quotas=claims.counts("quotas"),
        trial=claims.flag("trial"),
    )
