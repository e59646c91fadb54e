"""The licences of an organization as the kernel takes them: read from the signed texts, not from
the columns beside them, whenever the directory asks for a tenant.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, select

from addon_registry import keys
from addon_registry.errors import KeyUnusable
from addon_registry.keys import Keyring, PublisherKey
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.licence import Licence, verify
from core.db.base import utc_now
from core.tenancy.entitlements import Entitlement
from tenants.licensing.models import (
    LicenceCertificate,
    LicenceKey,
    LicenceWatch,
    OrganizationLicence,
)

log = structlog.get_logger(__name__)


def entitlements_of(
    connection: Connection, organization_id: str
) -> tuple[tuple[Entitlement, ...], datetime | None]:
    """What its licences give it, and the time below which no clock is believed, if it is behind.

    A text that does not verify gives nothing; the log says so.
    """
    row, certificate = OrganizationLicence, LicenceCertificate
    statement = (
        select(row.token, row.revoked_at, certificate.revoked_at.label("withdrawn_at"))
        .outerjoin(certificate, certificate.serial == row.certificate_serial)
        .where(row.organization_id == organization_id)
        .order_by(row.id)
    )
    rows = connection.execute(statement).all()
    if not rows:
        return (), None
    ring = _keyring(connection)
    found = []
    for token, revoked_at, withdrawn_at in rows:
        licence = _verified(token, ring, organization_id)
        if licence is not None:
            found.append(_entitlement(licence, ring, revoked_at, withdrawn_at))
    return tuple(found), _floor(connection)


def _verified(token: str, ring: Keyring, organization_id: str) -> Licence | None:
    try:
        licence = verify(token, ring, accept_revoked=True)
    except LicenceRefused as error:
        log.error("licence left out", organization=organization_id, reason=error.message)
        return None
    if licence.terms.organization_id != organization_id:
        log.error("licence of another organization left out", organization=organization_id)
        return None
    return licence


def _entitlement(
    licence: Licence, ring: Keyring, revoked_at: datetime | None, withdrawn_at: datetime | None
) -> Entitlement:
    terms, certificate = licence.terms, licence.certificate
    signer = ring[licence.key_id if certificate is None else certificate.signed_by]
    # With the key or the certificate it ends too, but keeps its days of grace: the organization is
    # not to blame, and needs the time to get another one.
    ends = [at for at in (terms.until, signer.revoked_at, withdrawn_at) if at is not None]
    return Entitlement(
        serial=licence.serial,
        addons=frozenset(terms.addons),
        starts_at=terms.starts_at,
        until=min(ends) if ends else None,
        grace=timedelta(days=terms.grace_days),
        trial=terms.trial,
        seats=terms.seats,
        quotas=dict(terms.quotas),
        revoked_at=revoked_at,
    )


def _keyring(connection: Connection) -> Keyring:
    columns = (LicenceKey.name, LicenceKey.public_key, LicenceKey.revoked_at)
    found = []
    for name, public, revoked_at in connection.execute(select(*columns)):
        try:
            found.append(PublisherKey(name, keys.read_public(public), revoked_at))
        except KeyUnusable:
            log.error("key of licences cannot be read", name=name)
    return keys.keyring(found)


def _floor(connection: Connection) -> datetime | None:
    seen = connection.execute(select(LicenceWatch.seen_at)).scalar_one_or_none()
    return seen if seen is not None and seen > utc_now() else None
