"""Looks every day whether domains are still proved. A domain changes hands without telling us, and
whoever has it next must not find somebody else's company there.

A proof that is missing is first a warning: a name server may be down, or a record lost in a move.
Only when it has been gone for the days that the operator sets is the domain given up. It is a claim
again then, by which the organization gets it back as long as nobody else has proved it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.addons.options import options
from core.db.base import utc_now
from core.db.session import binding
from core.declare import Job, Schedule, Trouble, msg
from core.i18n import phrase
from core.jobs.progress import report_progress
from core.kernel import Kernel
from tenants.control import control
from tenants.domains.claims import known_proofs, missing
from tenants.domains.proofs import Proof
from tenants.domains.warning import Lost, tell
from tenants.life_models import DomainClaim
from tenants.life_options import LifeOptions
from tenants.models import Domain

EVERY: Final = timedelta(hours=20)
"""How old a look must be before there is another; a little less than the day between two runs."""
BATCH: Final = 500
_NAMED: Final = 5

log = structlog.get_logger(__name__)


def recheck_all(session: Session) -> None:
    """Look at those that were not looked at today, those first that waited longest."""
    kernel: Kernel = binding(session).context["kernel"]
    due = or_(Domain.checked_at.is_(None), Domain.checked_at < utc_now() - EVERY)
    wanted = select(Domain.id).where(Domain.token != "", due)
    found = list(session.scalars(wanted.order_by(Domain.checked_at.nulls_first()).limit(BATCH)))
    proofs = known_proofs(session)
    for number, domain_id in enumerate(found, start=1):
        report_progress(session, number / len(found))
        recheck(kernel, domain_id, proofs)


def recheck(kernel: Kernel, domain_id: int, proofs: Sequence[Proof]) -> bool:
    """Whether a domain is proved now. What is found is kept; without its proof for too long it is
    served no more. No transaction is open while others are asked."""
    with kernel.session(control(kernel), readonly=True) as session:
        known = session.get(Domain, domain_id)
    if known is None:
        return False
    problem = missing(known.host, known.token, proofs)
    lost: Lost | None = None
    with kernel.session(control(kernel)) as session:
        domain = session.get(Domain, domain_id, with_for_update=True)
        if domain is None or domain.token != known.token:
            return False
        domain.checked_at, domain.problem = utc_now(), problem
        domain.unproved_since = (domain.unproved_since or utc_now()) if problem else None
        since, ends = domain.unproved_since, given_up_at(session, domain)
        if since is not None and ends is not None:
            lost = Lost(known.host, known.organization_id, problem, since, ends)
        given_up = ends is not None and ends <= utc_now()
        if given_up:
            _give_up(session, domain)
    if given_up:
        log.warning("a domain was given up", host=known.host, tenant=known.organization_id)
        kernel.directory.forget(known.organization_id)
    if lost is not None:
        tell(kernel, lost)
    return not problem


def given_up_at(session: Session, domain: Domain) -> datetime | None:
    """When a domain will be served no more, unless it is proved again; None if it is proved."""
    if domain.unproved_since is None:
        return None
    return domain.unproved_since + timedelta(days=options(session, LifeOptions).proof_days)


def troubles(session: Session) -> list[Trouble]:
    """Domains whose proof is gone, for whoever runs the platform."""
    gone = select(Domain).where(Domain.unproved_since.is_not(None)).order_by(Domain.unproved_since)
    found = list(session.scalars(gone))
    if not found:
        return []
    return [
        Trouble(
            key="domains:unproved",
            title=phrase("The proof of {count} domains is gone", count=len(found)),
            cause="; ".join(f"{each.host}: {each.problem}" for each in found[:_NAMED]),
            severity="warning",
            url="/tenants/domains",
        )
    ]


def _give_up(session: Session, domain: Domain) -> None:
    same = select(DomainClaim).where(
        DomainClaim.organization_id == domain.organization_id, DomainClaim.host == domain.host
    )
    if session.scalar(same) is None:
        session.add(
            DomainClaim(
                host=domain.host,
                organization_id=domain.organization_id,
                token=domain.token,
                checked_at=domain.checked_at,
                problem=domain.problem,
            )
        )
    session.delete(domain)


JOBS: Final = (
    Job(
        "tenants.recheck_domains",
        msg("Look whether domains are still proved"),
        recheck_all,
        schedule=Schedule("23 * * * *"),
        timeout_seconds=3 * 3600,
    ),
)
