"""Whose licences count on this control plane, and with which keys it issues them itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from addon_registry import keys
from addon_registry.keys import Keyring, PublisherKey
from addon_registry.licences import moments
from addon_registry.licences.certificate import Certificate, read_certificate, sign_certificate
from addon_registry.licences.licence import new_serial
from core.db import sealed
from core.db.base import utc_now
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase
from core.secrets import SecretBox
from tenants.licensing.models import LicenceCertificate, LicenceKey, OrganizationLicence


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: the vendor with a key, or a reseller with a key and its certificate."""

    key: Ed25519PrivateKey
    certificate: tuple[Certificate, str] | None = None


def trusted(session: Session) -> Keyring:
    """The vendor's keys, the revoked ones among them."""
    return keys.keyring(
        PublisherKey(row.name, keys.read_public(row.public_key), row.revoked_at)
        for row in session.scalars(select(LicenceKey))
    )


def trust(session: Session, name: str, public: Ed25519PublicKey) -> LicenceKey:
    """Let this key of the vendor's count from now on; doing it again changes nothing.

    Raises Conflict for a key that was revoked.
    """
    if not name.strip():
        raise InvalidInput.of("name", phrase("Please give the key a name."))
    key_id = keys.key_id(public)
    found = session.scalar(select(LicenceKey).where(LicenceKey.key_id == key_id))
    if found is None:
        text = keys.public_text(public)
        found = LicenceKey(key_id=key_id, name=name.strip(), public_key=text)
        session.add(found)
        session.flush()
    elif found.revoked_at is not None:
        raise Conflict(
            phrase("This key was revoked: {reason}", reason=found.revoked_reason),
            fix=phrase("A revoked key cannot come back. Make a new one."),
        )
    return found


def hold(session: Session, box: SecretBox, name: str, key: Ed25519PrivateKey) -> LicenceKey:
    """Trust the vendor's key and keep its private half, sealed, to issue with from here."""
    row = trust(session, name, key.public_key())
    row.sealed_key = _seal(box, row, key)
    session.flush()
    return row


def revoke_key(session: Session, key_id: str, reason: str) -> LicenceKey:
    """Accept nothing more that this key signed. Licences that it signed end with this moment and
    their days of grace, so renew them with another key first."""
    row = find_key(session, key_id)
    if row.revoked_at is None:
        row.revoked_at = moments.whole(utc_now())
        row.revoked_reason = _reason(reason)
        session.flush()
        announce(session, [row.key_id, *_certified_by(session, row.key_id)])
    return row


def find_key(session: Session, key_id: str) -> LicenceKey:
    """The vendor's key whose id begins like this; raises NotFound, or Conflict for several."""
    begins = LicenceKey.key_id.startswith(key_id.strip().lower(), autoescape=True)
    found = list(session.scalars(select(LicenceKey).where(begins).limit(2)))
    if len(found) > 1:
        raise Conflict(phrase("Several keys begin with {key}.", key=key_id), fix="Give more of it.")
    if not found:
        raise NotFound(
            phrase("There is no key {key}.", key=key_id), fix="`aorabooks licence key list`"
        )
    return found[0]


def vendor(session: Session, box: SecretBox, key_id: str = "") -> Issuer:
    """The vendor as an issuer, with the key that is held here: this one, or the newest."""
    statement = select(LicenceKey).where(
        LicenceKey.sealed_key.is_not(None), LicenceKey.revoked_at.is_(None)
    )
    if key_id:
        statement = statement.where(LicenceKey.key_id.startswith(key_id, autoescape=True))
    row = session.scalars(statement.order_by(LicenceKey.id.desc()).limit(1)).first()
    if row is None:
        raise Conflict(
            phrase("No key of the vendor's is held here, so nothing can be issued."),
            fix="`aorabooks licence key new NAME` makes one; or give --key FILE.",
        )
    return Issuer(_private(sealed.unseal(box, LicenceKey.sealed_key, row)))  # type: ignore[arg-type]


def vendor_with(path: Path, passphrase: str = "") -> Issuer:
    """The vendor as an issuer, with the key in a file; raises KeyUnusable."""
    return Issuer(keys.read_private(path, passphrase=passphrase))


def reseller(session: Session, box: SecretBox, row: LicenceCertificate) -> Issuer:
    """A reseller as an issuer; raises Conflict where it cannot issue (any more)."""
    if row.revoked_at is not None:
        raise Conflict(
            phrase("{holder}'s certificate was revoked.", holder=row.holder),
            fix=phrase("Ask the operator for a new one."),
        )
    if row.until <= utc_now():
        raise Conflict(
            phrase("{holder}'s certificate has ended.", holder=row.holder),
            fix=phrase("Ask the operator to renew it."),
        )
    if row.sealed_key is None:
        raise Conflict(
            phrase("{holder}'s key is not held here.", holder=row.holder),
            fix=phrase("Issue the licence where the key is, and add it here."),
        )
    key = _private(sealed.unseal(box, LicenceCertificate.sealed_key, row))  # type: ignore[arg-type]
    return Issuer(key, (read_certificate(row.token, trusted(session)), row.token))


def certify(
    session: Session,
    box: SecretBox,
    issuer: Issuer,
    *,
    holder: str,
    addons: Iterable[str],
    max_seats: int | None,
    until: datetime,
    public: Ed25519PublicKey | None = None,
) -> LicenceCertificate:
    """Give a reseller a certificate, signed by the vendor, for a public key of theirs.

    Without one, a key is made and its private half kept here, so that they issue on this control
    plane. Raises LicenceRefused or InvalidInput for terms that make no sense.
    """
    if issuer.certificate is not None:
        raise Conflict(phrase("A reseller cannot certify others."), fix=phrase("Ask the vendor."))
    key = None if public is not None else keys.generate()
    now = moments.whole(utc_now())
    if until <= now:
        raise InvalidInput.of("until", phrase("This day has passed; give one that is to come."))
    named = tuple(sorted(set(addons)))
    if not named or not holder.strip():
        field = "holder" if named else "addons"
        raise InvalidInput.of(field, phrase("Name the reseller, and at least one addon."))
    certificate = Certificate(
        serial=new_serial(),
        holder=holder.strip(),
        public=public or _made(key).public_key(),
        addons=named,
        max_seats=max_seats,
        issued_at=now,
        until=moments.whole(until),
    )
    row = add_certificate(session, sign_certificate(certificate, issuer.key))
    if key is not None:
        row.sealed_key = _seal(box, row, key)
        session.flush()
    return row


def recertify(
    session: Session,
    box: SecretBox,
    issuer: Issuer,
    row: LicenceCertificate,
    *,
    addons: Iterable[str],
    max_seats: int | None,
    until: datetime,
) -> LicenceCertificate:
    """Another certificate for the same key, of other terms. The former one stays what it was:
    licences that were issued under it carry it."""
    held = read_certificate(row.token, trusted(session), accept_revoked=True)
    anew = replace(
        held,
        serial=new_serial(),
        addons=tuple(sorted(set(addons))),
        max_seats=max_seats,
        issued_at=moments.whole(utc_now()),
        until=moments.whole(until),
    )
    added = add_certificate(session, sign_certificate(anew, issuer.key))
    if row.sealed_key is not None:
        plain = sealed.unseal(box, LicenceCertificate.sealed_key, row)  # type: ignore[arg-type]
        added.sealed_key = _seal(box, added, _private(plain))
        session.flush()
    return added


def add_certificate(session: Session, token: str) -> LicenceCertificate:
    """Keep a certificate that the vendor signed; adding it again changes nothing."""
    read = read_certificate(token, trusted(session))
    known = LicenceCertificate.serial == read.serial
    row = session.scalar(select(LicenceCertificate).where(known))
    if row is not None:
        return row
    row = LicenceCertificate(
        serial=read.serial,
        key_id=read.key_id,
        signed_by=read.signed_by,
        holder=read.holder,
        token=token.strip(),
        addons=list(read.addons),
        max_seats=read.max_seats,
        issued_at=read.issued_at,
        until=read.until,
    )
    session.add(row)
    session.flush()
    return row


def revoke_certificate(session: Session, row: LicenceCertificate, reason: str) -> None:
    """Let nothing more be issued under it. Licences that were issued under it end with this moment
    and their days of grace."""
    if row.revoked_at is None:
        row.revoked_at = moments.whole(utc_now())
        row.revoked_reason = _reason(reason)
        session.flush()
        announce(session, [row.key_id])


def announce(session: Session, key_ids: list[str]) -> None:
    """Make every process read anew the licences that these keys signed: their rows change, and the
    database tells of that."""
    theirs = OrganizationLicence.key_id.in_(key_ids)
    session.execute(update(OrganizationLicence).where(theirs).values(updated_at=func.now()))


def _certified_by(session: Session, key_id: str) -> list[str]:
    signed = LicenceCertificate.signed_by == key_id
    return list(session.scalars(select(LicenceCertificate.key_id).where(signed)))


def _seal(box: SecretBox, row: LicenceKey | LicenceCertificate, key: Ed25519PrivateKey) -> str:
    plain = key.private_bytes_raw()
    if isinstance(row, LicenceKey):
        return sealed.seal(box, LicenceKey.sealed_key, plain, key_id=row.key_id)  # type: ignore[arg-type]
    return sealed.seal(box, LicenceCertificate.sealed_key, plain, serial=row.serial)  # type: ignore[arg-type]


def _private(raw: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(raw)


def _made(key: Ed25519PrivateKey | None) -> Ed25519PrivateKey:
    assert key is not None, "made where no public key was given"
    return key


def _reason(reason: str) -> str:
    return " ".join(reason.split()) or "revoked"
