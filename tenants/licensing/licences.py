"""The licences of organizations: added, issued, renewed and revoked in the control plane's tables.

Plain functions on a session of the control plane. The database tells every process when one
changes, so that the organization's pages know within a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addon_registry.licences import licence as licences
from addon_registry.licences import moments
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.licence import Licence, Terms
from core.db.base import utc_now
from core.errors import Conflict, NotFound
from core.i18n import phrase
from tenants.licensing.keys import Issuer, trusted
from tenants.licensing.models import LicenceCertificate, OrganizationLicence
from tenants.licensing.revocations import revoked_in_lists
from tenants.models import Organization

_SEATS_LOCK = 7_215_007
"""The advisory lock under which the seats of a reseller's licences are counted and added to."""


def add(session: Session, token: str) -> OrganizationLicence:
    """Keep a licence for the organization that it names; adding it again changes nothing.

    Raises LicenceRefused: changed, signed by nobody trusted, for an organization that is not
    here, dated in the future, over, or revoked. Raises Conflict if a reseller's seats are used up.
    """
    now = utc_now()
    verified = licences.verify(token, trusted(session))
    licences.require_issued(verified, now)
    found = find(session, verified.serial)
    if found is not None:
        if found.token != token.strip():
            raise LicenceRefused(
                phrase("There is another licence of this serial already."),
                fix=phrase("Ask whoever issued it for one with a serial of its own."),
            )
        return found
    organization = _organization(session, verified.terms.organization_id)
    _require_lasting(verified, now)
    _require_standing(session, verified)
    _require_seats(session, verified)
    row = _row(organization, verified, token.strip())
    session.add(row)
    session.flush()
    return row


def issue(session: Session, issuer: Issuer, terms: Terms) -> OrganizationLicence:
    """Issue a licence and keep it. Raises LicenceRefused for terms that make no sense or go beyond
    the issuer's certificate, Conflict if the reseller's seats are used up."""
    token = licences.issue(terms, issuer.key, at=utc_now(), certificate=issuer.certificate)
    return add(session, token)


def renew(
    session: Session,
    issuer: Issuer,
    row: OrganizationLicence,
    until: datetime,
    *,
    trial: bool | None = None,
) -> OrganizationLicence:
    """Issue another of the same terms that goes on where this one ends, or from now if it has
    ended. Renewing it again to the same day returns the same; raises Conflict if it was renewed
    otherwise, or revoked."""
    session.refresh(row, with_for_update=True)
    until = moments.whole(until)
    if row.revoked_at is not None:
        raise Conflict(
            phrase("This licence was revoked: {reason}", reason=row.revoked_reason),
            fix=phrase("Issue a new one."),
        )
    if row.replaced_by is not None:
        successor = find(session, row.replaced_by)
        if successor is not None and successor.until == until:
            return successor
        raise Conflict(
            phrase("This licence was renewed already."),
            fix=phrase("Renew the newest one, {serial}.", serial=row.replaced_by),
        )
    if row.until is None:
        raise Conflict(phrase("This licence has no end."), fix=phrase("There is nothing to renew."))
    terms = Terms(
        organization_id=row.organization_id,
        addons=tuple(row.addons),
        starts_at=max(row.until, moments.whole(utc_now())),
        until=until,
        grace_days=row.grace_days,
        seats=row.seats,
        quotas=dict(row.quotas),
        trial=row.trial if trial is None else trial,
    )
    successor = issue(session, issuer, terms)
    row.replaced_by = successor.serial
    session.flush()
    return successor


def revoke(session: Session, row: OrganizationLicence, reason: str) -> None:
    """Take a licence back from this moment, without days of grace. What the organization wrote
    stays readable. Doing it again changes nothing."""
    if row.revoked_at is None:
        row.revoked_at = moments.whole(utc_now())
        row.revoked_reason = " ".join(reason.split()) or "revoked"
        session.flush()


def find(session: Session, serial: str) -> OrganizationLicence | None:
    """The licence of this serial."""
    return session.scalar(select(OrganizationLicence).where(OrganizationLicence.serial == serial))


def get(session: Session, serial: str) -> OrganizationLicence:
    """The licence whose serial begins like this; raises NotFound, or Conflict for several."""
    begins = OrganizationLicence.serial.startswith(serial.strip().lower(), autoescape=True)
    found = list(session.scalars(select(OrganizationLicence).where(begins).limit(2)))
    if len(found) > 1:
        raise Conflict(
            phrase("Several licences begin with {serial}.", serial=serial), fix="Give more of it."
        )
    if not found:
        raise NotFound(
            phrase("There is no licence {serial}.", serial=serial), fix="`aorabooks licence show`"
        )
    return found[0]


def of_organization(session: Session, organization_id: str) -> list[OrganizationLicence]:
    """All licences of an organization, the newest first."""
    theirs = OrganizationLicence.organization_id == organization_id
    order = (OrganizationLicence.starts_at.desc(), OrganizationLicence.id.desc())
    return list(session.scalars(select(OrganizationLicence).where(theirs).order_by(*order)))


def seats_in_use(session: Session, key_id: str) -> int:
    """The most seats that a reseller's licences hold together at any moment from now on."""
    return _peak(_lasting(session, key_id))


def _organization(session: Session, organization_id: str) -> Organization:
    found = session.get(Organization, organization_id)
    if found is None or found.sample_of is not None:
        raise LicenceRefused.of(
            "organization_id",
            phrase(
                "It is a licence for another organization ({id}), which is not here.",
                id=organization_id,
            ),
            fix=phrase("Ask for one that names the organization's id: aorabooks tenant show SLUG."),
        )
    return found


def _require_lasting(verified: Licence, now: datetime) -> None:
    until, grace = verified.terms.until, timedelta(days=verified.terms.grace_days)
    if until is not None and until + grace <= now:
        raise LicenceRefused.of(
            "until",
            phrase("It ended on {day}.", day=until.date().isoformat()),
            fix=phrase("Ask for a renewed one."),
        )


def _require_standing(session: Session, verified: Licence) -> None:
    """Neither it nor the certificate that it was issued under was taken back."""
    certificate = verified.certificate
    serials = [verified.serial, *([certificate.serial] if certificate else [])]
    revoked = revoked_in_lists(session)
    for serial in serials:
        listed = revoked.get((verified.key_id, serial)) or revoked.get(("", serial))
        if listed is not None:
            raise _revoked(listed.reason)
    if certificate is None:
        return
    known = LicenceCertificate.serial == certificate.serial
    row = session.scalar(select(LicenceCertificate).where(known))
    if row is not None and row.revoked_at is not None:
        raise _revoked(row.revoked_reason)


def not_a_successor() -> LicenceRefused:
    """The error about a licence that was offered in place of another and is no renewal of it."""
    return LicenceRefused(
        phrase("What was offered as a renewal is a licence of another kind."),
        fix=phrase("Ask whoever runs the licence server."),
    )


def _revoked(reason: str) -> LicenceRefused:
    return LicenceRefused(
        phrase("It was revoked: {reason}", reason=reason), fix=phrase("Ask for a new one.")
    )


def _require_seats(session: Session, verified: Licence) -> None:
    """A reseller's licences hold no more seats together than the certificate says."""
    certificate = verified.certificate
    if certificate is None or certificate.max_seats is None:
        return
    session.execute(select(func.pg_advisory_xact_lock(_SEATS_LOCK)))
    terms = verified.terms
    # That each has an end and a number of seats was verified with the certificate.
    new = (terms.starts_at, terms.until or terms.starts_at, terms.seats or 0)
    lasting = _lasting(session, certificate.key_id)
    if _peak([*lasting, new]) > certificate.max_seats:
        raise Conflict(
            phrase(
                "{holder} may license {count} seats in all, and {used} are given out.",
                holder=certificate.holder,
                count=certificate.max_seats,
                used=_peak(lasting),
            ),
            fix=phrase("Give fewer, revoke a licence that is not needed, or ask for more seats."),
        )


_Span = tuple[datetime, datetime, int]


def _lasting(session: Session, key_id: str) -> list[_Span]:
    row = OrganizationLicence
    rows = session.execute(
        select(row.starts_at, row.until, row.seats).where(
            row.key_id == key_id, row.revoked_at.is_(None), row.until > utc_now()
        )
    )
    return [(starts_at, until, seats or 0) for starts_at, until, seats in rows if until]


def _peak(spans: Iterable[_Span]) -> int:
    """The most that these hold at one time; where one ends as another begins, only one counts."""
    steps = [step for a, b, seats in spans for step in ((a, 1, seats), (b, 0, -seats))]
    highest = present = 0
    for _, _, seats in sorted(steps):
        present += seats
        highest = max(highest, present)
    return highest


def _row(organization: Organization, verified: Licence, token: str) -> OrganizationLicence:
    terms, certificate = verified.terms, verified.certificate
    return OrganizationLicence(
        serial=verified.serial,
        organization_id=organization.id,
        token=token,
        key_id=verified.key_id,
        certificate_serial=None if certificate is None else certificate.serial,
        addons=list(terms.addons),
        seats=terms.seats,
        quotas=dict(terms.quotas),
        trial=terms.trial,
        issued_at=verified.issued_at,
        starts_at=terms.starts_at,
        until=terms.until,
        grace_days=terms.grace_days,
    )
