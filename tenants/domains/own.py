"""What companies ask about domains of their own, answered from the control plane."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Forbidden, NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.domains import OwnDomain
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control
from tenants.domains import claims, rechecking
from tenants.life_models import DomainClaim
from tenants.models import Domain, Organization


class ControlDomains:
    """The `OwnDomains` of a process."""

    def of(self, kernel: Kernel, company: Tenant) -> tuple[OwnDomain, ...]:
        """Those that are served, and those that wait for their proof."""
        with kernel.session(control(kernel), readonly=True) as session:
            served = select(Domain).where(Domain.organization_id == company.id, Domain.verified)
            waiting = select(DomainClaim).where(DomainClaim.organization_id == company.id)
            return (
                *(_served(session, each) for each in session.scalars(served.order_by(Domain.host))),
                *map(_shown, session.scalars(waiting.order_by(DomainClaim.host))),
            )

    def claim(self, kernel: Kernel, company: Tenant, host: str, author: str) -> None:
        """Say that one is the company's own."""
        if company.is_control or company.keeps_to_itself:
            raise Forbidden(phrase("Only a company of its own can have a domain of its own."))
        with kernel.session(control(kernel), actor=_actor(company, author)) as session:
            organization = session.get_one(Organization, company.id)
            base_domain = kernel.config.base_domain
            claims.claim(session, organization, host, base_domain=base_domain)

    def check(self, kernel: Kernel, company: Tenant, host: str, author: str) -> bool:
        """Whether a claimed one is proved now."""
        with kernel.session(control(kernel), actor=_actor(company, author)) as session:
            found = _claim_of(session, company, host)
            if found is not None:
                proved = claims.check(session, found)
            else:
                mine = Domain.organization_id == company.id
                known = session.scalar(select(Domain).where(mine, Domain.host == host.lower()))
                if known is None:
                    raise NotFound(phrase("{host} is none of your domains.", host=host))
                proofs = claims.known_proofs(session)
                proved = not known.token or rechecking.recheck(kernel, known.id, proofs)
        kernel.directory.forget(company.id)
        return proved

    def drop(self, kernel: Kernel, company: Tenant, host: str, author: str) -> None:
        """Be served there no longer, or take the claim back."""
        with kernel.session(control(kernel), actor=_actor(company, author)) as session:
            found = _claim_of(session, company, host)
            if found is not None:
                session.delete(found)
            else:
                organization = session.get_one(Organization, company.id)
                organizations.remove_domain(session, organization, host)
        kernel.directory.forget(company.id)


def _claim_of(session: Session, company: Tenant, host: str) -> DomainClaim | None:
    mine = select(DomainClaim).where(DomainClaim.organization_id == company.id)
    return session.scalar(mine.where(DomainClaim.host == host.lower()))


def _served(session: Session, domain: Domain) -> OwnDomain:
    if not domain.token:
        return OwnDomain(domain.host, proved=True)
    given_up_at = rechecking.given_up_at(session, domain)
    return replace(_shown(domain), proved=True, given_up_at=given_up_at)


def _shown(known: Domain | DomainClaim) -> OwnDomain:
    """As one that is still to be proved."""
    return OwnDomain(
        known.host,
        proved=False,
        token=known.token,
        record=claims.record_name(known.host),
        file=claims.file_address(known.host),
        problem=known.problem,
        checked_at=known.checked_at,
    )


def _actor(company: Tenant, author: str) -> Actor:
    """So that the control plane's audit trail says who, and of which company."""
    return Actor("system", f"{author} ({company.slug})", unlimited=True)
