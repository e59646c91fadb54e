"""Lists of revocations on the control plane: those that came from elsewhere, and its own."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addon_registry import keys
from addon_registry.licences import moments
from addon_registry.licences.revocations import (
    Revocation,
    RevocationList,
    read_list,
    require_newer,
    sign_list,
)
from core.db.base import utc_now
from tenants.licensing.keys import Issuer, announce, trusted
from tenants.licensing.models import KnownRevocations, LicenceCertificate, OrganizationLicence

_LOCK = 7_215_008
"""The advisory lock under which lists are replaced, so that no older one wins a race."""

_Row = OrganizationLicence | LicenceCertificate


def receive(session: Session, token: str) -> RevocationList:
    """Take a signed list in, and revoke here what it names; the same again changes nothing.

    Raises LicenceRefused for a list that nobody trusted signed, or that is older than the one
    that is known.
    """
    new = read_list(token, trusted(session))
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    known = session.get(KnownRevocations, new.key_id)
    require_newer(new, known.list_version if known is not None else 0)
    _keep(session, new, token.strip())
    certified: list[str] = []
    for entry in new.revoked:
        for row in _named(session, new, entry.serial):
            _revoke(row, entry)
            if isinstance(row, LicenceCertificate):
                certified.append(row.key_id)
    session.flush()
    announce(session, certified)
    return new


def publish(session: Session, issuer: Issuer) -> str:
    """The next list of this issuer's key: all that is revoked here of what it signed."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    key_id = keys.key_id(issuer.key.public_key())
    known = session.get(KnownRevocations, key_id)
    version = known.list_version + 1 if known is not None else 1
    entries = {entry.serial: entry for entry in _revoked_here(session, key_id)}
    certificate = issuer.certificate[1] if issuer.certificate else ""
    now = moments.whole(utc_now())
    token = sign_list(entries.values(), version, issuer.key, at=now, certificate=certificate)
    new = read_list(token, trusted(session))
    _keep(session, new, token)
    session.flush()
    return token


def revoked_in_lists(session: Session) -> Mapping[tuple[str, str], Revocation]:
    """What the known lists name: by key and serial, and by "" and serial where the vendor says so
    of whatever key."""
    ring = trusted(session)
    found: dict[tuple[str, str], Revocation] = {}
    for token in session.scalars(select(KnownRevocations.token)):
        listed = read_list(token, ring, accept_revoked=True)
        key = "" if listed.by_vendor else listed.key_id
        found |= {(key, entry.serial): entry for entry in listed.revoked}
    return found


def _keep(session: Session, new: RevocationList, token: str) -> None:
    known = session.get(KnownRevocations, new.key_id)
    if known is None:
        known = KnownRevocations(key_id=new.key_id)
        session.add(known)
    known.list_version, known.issued_at = new.version, new.issued_at
    known.token, known.received_at = token, utc_now()
    session.flush()


def _named(session: Session, new: RevocationList, serial: str) -> list[_Row]:
    licences = select(OrganizationLicence).where(OrganizationLicence.serial == serial)
    if not new.by_vendor:
        # A reseller takes back what it gave, and nothing else.
        licences = licences.where(OrganizationLicence.key_id == new.key_id)
        return list(session.scalars(licences))
    certificates = select(LicenceCertificate).where(LicenceCertificate.serial == serial)
    return [*session.scalars(licences), *session.scalars(certificates)]


def _revoke(row: _Row, entry: Revocation) -> None:
    if row.revoked_at is None:
        row.revoked_at, row.revoked_reason = entry.at, entry.reason


def _revoked_here(session: Session, key_id: str) -> list[Revocation]:
    signed = select(OrganizationLicence).where(
        OrganizationLicence.key_id == key_id, OrganizationLicence.revoked_at.is_not(None)
    )
    certified = select(LicenceCertificate).where(
        LicenceCertificate.signed_by == key_id, LicenceCertificate.revoked_at.is_not(None)
    )
    rows: list[_Row] = [*session.scalars(signed), *session.scalars(certified)]
    return [
        Revocation(row.serial, row.revoked_at, row.revoked_reason)
        for row in rows
        if row.revoked_at is not None
    ]
