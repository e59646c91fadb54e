"""Domains that organizations say are theirs. A claim gives nothing until it is proved, so several
may claim the same one; who proves it first has it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.addons.options import options
from core.db.base import utc_now
from core.errors import Conflict
from core.i18n import phrase
from core.tenancy import hosts
from tenants import organizations, wishes
from tenants.domains.proofs import PATH, RECORD, DnsProof, FileProof, Proof, read_servers
from tenants.life_models import DomainClaim
from tenants.life_options import LifeOptions
from tenants.models import Domain, Organization

MOST: Final = 20
"""Unproved domains of one organization."""


def claim(
    session: Session, organization: Organization, host: str, *, base_domain: str
) -> DomainClaim:
    """Note that it says so, with what to prove it by; the same again is the same. Raises
    InvalidInput, or Conflict where a proved domain is another's, without saying whose."""
    wishes.refuse(wishes.domain_problems((host,), base_domain))
    name = hosts.normalize(host)
    owner = session.scalar(select(Domain.organization_id).where(Domain.host == name))
    if owner is not None:
        raise _taken(name) if owner != organization.id else _own(name)
    mine = select(DomainClaim).where(DomainClaim.organization_id == organization.id)
    found = session.scalar(mine.where(DomainClaim.host == name))
    if found is not None:
        return found
    open_claims = select(func.count()).select_from(mine.subquery())
    if (session.scalar(open_claims) or 0) >= MOST:
        raise Conflict(
            phrase("{count} domains are waiting for their proof.", count=MOST),
            fix=phrase("Prove some of them, or take them back."),
        )
    made = DomainClaim(
        host=name,
        organization_id=organization.id,
        token=f"domain-proof={secrets.token_urlsafe(24)}",
    )
    session.add(made)
    session.flush()
    return made


def check(session: Session, claimed: DomainClaim, proofs: Sequence[Proof] | None = None) -> bool:
    """Whether it is proved now, by any of the ways; then the organization is served there. If not,
    the claim says why. Raises Conflict where another one was faster."""
    asked = known_proofs(session) if proofs is None else proofs
    claimed.problem, claimed.checked_at = missing(claimed.host, claimed.token, asked), utc_now()
    if claimed.problem:
        session.flush()
        return False
    organization = session.get_one(Organization, claimed.organization_id)
    host, token = claimed.host, claimed.token
    session.delete(claimed)
    try:
        organizations.serve_at(session, organization, host, token=token)
    except Conflict as error:
        raise _taken(host) from error
    return True


def missing(host: str, token: str, proofs: Sequence[Proof]) -> str:
    """What was found instead of the token, in sentences; nothing if any of the ways proves it."""
    refused = []
    for proof in proofs:
        why = proof.refuses(host, token)
        if not why:
            return ""
        refused.append(why)
    return " ".join(refused)


def record_name(host: str) -> str:
    """Where the TXT record goes."""
    return f"{RECORD}.{host}"


def file_address(host: str) -> str:
    """Where the file goes instead."""
    return f"http://{host}{PATH}"


def known_proofs(session: Session) -> tuple[Proof, ...]:
    """The ways in which a domain can be proved, as the operator set them."""
    return DnsProof(read_servers(options(session, LifeOptions).nameservers)), FileProof()


def _taken(host: str) -> Conflict:
    return Conflict(
        phrase("The domain {host} is in use by another organization.", host=host),
        fix=phrase(
            "If it is yours now, take their record and file away: it is given up when their proof"
            " has been gone for some days. Or ask whoever runs the platform."
        ),
    )


def _own(host: str) -> Conflict:
    return Conflict(phrase("The domain {host} is yours already.", host=host))
