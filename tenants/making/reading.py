"""What is asked for when somebody has a company made for somebody else: read, and held against what
they may give. An operator gives what is installed, a reseller what they sell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth import users
from core.auth.rules import apply_rules
from core.db.session import binding
from core.errors import Conflict, InvalidInput, Problem
from core.i18n import phrase
from core.kernel import Kernel
from core.shop import Listing
from tenants import organizations, wishes
from tenants.making.first_administrator import FirstAdministrator
from tenants.making.given import Given
from tenants.models import Reseller
from tenants.permissions import MANAGE_CUSTOMERS
from tenants.placement import rule
from tenants.selling.customer_pages import read_grant
from tenants.selling.grants import Grant
from tenants.selling.models import Offer
from tenants.selling.reseller_views import RESELLERS
from tenants.wishes import NewOrganization


@dataclass(frozen=True, slots=True)
class Asked:
    """A company, who will look after it, and the licence that its reseller gives it."""

    company: NewOrganization
    first: FirstAdministrator
    grant: Grant | None = None


def for_operator(session: Session, given: Given) -> Asked:
    """Any addons: all there are and will be, or those chosen, which are its package too. Raises
    InvalidInput with every problem."""
    problems = []
    reseller_id = None
    if given.reseller:
        reseller_id = session.scalar(select(Reseller.id).where(Reseller.slug == given.reseller))
        if reseller_id is None:
            problems.append(Problem("reseller", phrase("There is no such reseller.")))
    company = replace(
        _company(given), server=given.server, reseller_id=reseller_id, package=given.addons
    )
    return Asked(company, _checked(session, given, company, problems))


def for_reseller(session: Session, given: Given) -> Asked:
    """The free addons, and those that are chosen of what the reseller sells, under a licence of the
    reseller's. Raises InvalidInput with every problem."""
    reseller = _seller(session, given.reseller)
    chosen = given.addons or ()
    sold = session.scalars(select(Offer.addon).where(Offer.reseller_id == reseller.id))
    strange = ", ".join(sorted(set(chosen) - set(sold)))
    problems = []
    if strange:
        sentence = phrase("The seller may not sell {addons}.", addons=strange)
        problems.append(Problem("addons", sentence))
    if given.server:
        problems.append(Problem("server", phrase("This cannot be used here.")))
    begins_with = (*_free(session), *chosen)
    company = replace(_company(given), addons=begins_with, reseller_id=reseller.id, package=())
    first = _checked(session, given, company, problems)
    grant = _grant(given, company) if chosen else None
    return Asked(company, first, grant)


def sellers(session: Session) -> Sequence[Reseller]:
    """The resellers for whom the reader may make companies; raises Conflict where there is none."""
    selling = select(Reseller).where(Reseller.status == "active").order_by(Reseller.title)
    found = session.scalars(apply_rules(session, selling, RESELLERS, MANAGE_CUSTOMERS)).all()
    if not found:
        raise Conflict(phrase("You work for no reseller that sells."))
    return found


def listings(session: Session) -> list[Listing]:
    """What is in this deployment for companies, by title."""
    kernel: Kernel = binding(session).context["kernel"]
    known = kernel.shop.listings(kernel).by_name
    offered = wishes.wanted_addons(NewOrganization(""), kernel.catalog.addons)
    found = [known[name] for name in offered if name in known]
    return sorted(found, key=lambda each: each.title)


def _seller(session: Session, slug: str) -> Reseller:
    """The one that is named, or the only one there is."""
    theirs = sellers(session)
    if not slug and len(theirs) == 1:
        return theirs[0]
    for each in theirs:
        if each.slug == slug:
            return each
    raise InvalidInput.of("reseller", phrase("Choose one of the resellers."))


def _company(given: Given) -> NewOrganization:
    return NewOrganization(
        given.slug,
        title=given.title,
        addons=given.addons,
        timezone=given.timezone,
        locale=given.locale,
        region=given.region,
    )


def _free(session: Session) -> list[str]:
    return [each.name for each in listings(session) if each.free]


def _grant(given: Given, company: NewOrganization) -> Grant:
    typed = {
        "addons": set(given.addons or ()),
        "until": given.until,
        "seats": given.seats,
        "grace_days": "14",
        "trial": False,
    }
    return read_grant(typed, company.timezone)


def _checked(
    session: Session, given: Given, company: NewOrganization, problems: list[Problem]
) -> FirstAdministrator:
    """Who is to be invited; raises InvalidInput with all that is wrong with the company or them."""
    kernel: Kernel = binding(session).context["kernel"]
    if not given.title:
        problems += wishes.title_problems("")
    problems += [Problem("name", each.message) for each in wishes.title_problems(given.name)]
    email = given.email
    try:
        email = users.normal_email(given.email)
    except InvalidInput as error:
        problems += error.problems
    try:
        wishes.check(company, kernel.catalog.addons, kernel.config.base_domain)
        organizations.refuse_taken_slug(session, company.slug)
    except InvalidInput as error:
        problems += error.problems
    except Conflict as error:
        problems.append(Problem("slug", error.message))
    try:
        rule.choose(session, region=company.region, name=company.server)
    except Conflict as error:
        problems.append(Problem("server" if company.server else "region", error.message))
    wishes.refuse(problems)
    return FirstAdministrator(given.name, email)
