"""Licences that sellers give their customers: trials that a company starts itself, and grants.

Who signs is the organization's seller: its reseller with the key that the vendor certified, or
the operator with the vendor's own key. Nobody can give more than the certificate says; that is
checked where licences are issued (tenants.licences).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from addon_registry.licences import moments
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.licence import Terms
from core.db.base import utc_now
from core.errors import Conflict, InvalidInput
from core.i18n import phrase
from core.secrets import SecretBox
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing.keys import Issuer
from tenants.licensing.models import LicenceCertificate, OrganizationLicence
from tenants.models import Organization, Reseller
from tenants.selling import offers
from tenants.selling import requests as addon_requests
from tenants.selling.models import Offer

TRIAL_SEATS: Final = 10
"""How many may try an addon where the seller's seats are counted, or as many as work there."""
TRIAL_GRACE: Final = 7

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Grant:
    """What is to be given: addons, for how many, until when, and with how many days of grace."""

    addons: tuple[str, ...]
    until: datetime
    seats: int | None = None
    grace_days: int = 14
    trial: bool = False


def start_trial(session: Session, box: SecretBox, organization_id: str, addon: str) -> datetime:
    """Begin the trial that an organization is offered, and say until when it lasts.

    Two who begin it at once begin one. Raises InvalidInput where none is offered, Conflict where
    there was one before or the seller cannot give one.
    """
    organization = session.get_one(Organization, organization_id, with_for_update=True)
    offer = offers.require_offer(session, organization, addon)
    if not offer.trial_days:
        raise InvalidInput.of("addon", phrase("There is no trial of this addon."))
    if _tried(session, organization, addon):
        raise Conflict(
            phrase("{addon} was tried here before.", addon=offer.title),
            fix=phrase("Ask for it instead."),
        )
    until = moments.whole(utc_now()) + timedelta(days=offer.trial_days)
    given = Grant((addon,), until, grace_days=TRIAL_GRACE, trial=True)
    try:
        grant(session, box, organization, given)
    except (Conflict, LicenceRefused) as error:
        # How many seats a seller holds, and until when, is nothing for a customer.
        log.warning("no trial", tenant=organization.slug, addon=addon, reason=error.message)
        raise Conflict(
            phrase("Your seller cannot begin a trial of {addon} by itself.", addon=offer.title),
            fix=phrase("Ask for it instead."),
        ) from error
    return until


def grant(
    session: Session, box: SecretBox, organization: Organization, given: Grant
) -> OrganizationLicence:
    """Issue a licence in the name of the organization's seller, and answer what it asked for.

    Raises InvalidInput for an addon that the seller may not sell or for a day that has passed,
    LicenceRefused for what goes beyond their certificate, Conflict where they have none.
    """
    if not given.addons:
        raise InvalidInput.of("addons", phrase("Choose at least one addon."))
    if given.until <= utc_now():
        raise InvalidInput.of("until", phrase("This day has passed; give one that is to come."))
    _require_sold(session, organization, given.addons)
    issuer = issuer_for(session, box, organization)
    terms = Terms(
        organization_id=organization.id,
        addons=given.addons,
        starts_at=moments.whole(utc_now()),
        until=given.until,
        grace_days=given.grace_days,
        seats=_seats(organization, issuer, given),
        trial=given.trial,
    )
    licence = licences.issue(session, issuer, terms)
    for addon in given.addons:
        asked = addon_requests.open_request(session, organization, addon)
        if asked is not None:
            addon_requests.grant(session, asked)
    return licence


def issuer_for(session: Session, box: SecretBox, organization: Organization) -> Issuer:
    """Who signs for an organization; raises Conflict where its seller cannot."""
    reseller = organization.reseller
    if reseller is None:
        return licence_keys.vendor(session, box)
    certificate = certificate_of(session, reseller)
    if certificate is None:
        raise Conflict(
            phrase("{reseller} cannot issue licences yet.", reseller=reseller.title),
            fix=phrase("The operator gives them a certificate: aorabooks reseller certify."),
        )
    return licence_keys.reseller(session, box, certificate)


def certificate_of(session: Session, reseller: Reseller) -> LicenceCertificate | None:
    """The newest certificate of the reseller's key, revoked or not."""
    if not reseller.key_id:
        return None
    theirs = LicenceCertificate.key_id == reseller.key_id
    newest = LicenceCertificate.id.desc()
    return session.scalars(select(LicenceCertificate).where(theirs).order_by(newest)).first()


def certify(
    session: Session,
    box: SecretBox,
    reseller: Reseller,
    *,
    addons: Iterable[str],
    max_seats: int | None,
    until: datetime,
) -> LicenceCertificate:
    """Let a reseller issue licences of these addons, in the vendor's name: with the key that they
    have, or a new one that is kept here. Raises Conflict where the vendor's key is not held here.
    """
    vendor = licence_keys.vendor(session, box)
    held = certificate_of(session, reseller)
    if held is not None and held.revoked_at is None:
        return licence_keys.recertify(
            session, box, vendor, held, addons=addons, max_seats=max_seats, until=until
        )
    made = licence_keys.certify(
        session,
        box,
        vendor,
        holder=reseller.title,
        addons=addons,
        max_seats=max_seats,
        until=until,
    )
    reseller.key_id = made.key_id
    session.flush()
    return made


def _tried(session: Session, organization: Organization, addon: str) -> bool:
    before = select(OrganizationLicence.id).where(
        OrganizationLicence.organization_id == organization.id,
        OrganizationLicence.trial,
        OrganizationLicence.addons.contains([addon]),  # type: ignore[attr-defined]
    )
    return session.scalar(before.limit(1)) is not None


def _require_sold(session: Session, organization: Organization, addons: tuple[str, ...]) -> None:
    if organization.reseller_id is None:
        return
    sold = select(Offer.addon).where(Offer.reseller_id == organization.reseller_id)
    missing = sorted(set(addons) - set(session.scalars(sold)))
    if missing:
        sentence = phrase("The seller may not sell {addons}.", addons=", ".join(missing))
        raise InvalidInput.of("addons", sentence)


def _seats(organization: Organization, issuer: Issuer, given: Grant) -> int | None:
    """A certificate that counts seats wants a number of them in every licence."""
    bound = issuer.certificate is not None and issuer.certificate[0].max_seats is not None
    if given.seats is not None or not (given.trial and bound):
        return given.seats
    report = organization.report
    return max(TRIAL_SEATS, report.users if report is not None else 0)
