"""Asking a company to be let in, and going in when it has agreed."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.models import TeamMember, User
from core.db.base import utc_now
from core.errors import Conflict, InvalidInput, NotFound
from core.guests.access import Asking, ask
from core.guests.tickets import give_ticket
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.guests.models import GuestRequest
from tenants.models import Organization, Reseller

LONGEST: Final = 500
SHOWN: Final = 20


def ask_in(
    session: Session,
    kernel: Kernel,
    organization: Organization,
    user: User,
    *,
    reason: str,
    wants_change: bool,
) -> GuestRequest:
    """Put the question to a company. Raises InvalidInput without a reason, Conflict where the same
    person waits for its answer already or is let in, NotFound for a company that is not served."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST:
        raise InvalidInput.of(
            "reason",
            phrase("Say in a sentence what you want to do there. The company reads it."),
        )
    if _open_request(session, organization, user) is not None:
        raise Conflict(phrase("You have asked already, or are let in."))
    request = GuestRequest(
        key=str(uuid4()),
        organization_id=organization.id,
        user_id=user.id,
        reason=reason,
        wants_change=wants_change,
    )
    session.add(request)
    session.flush()
    # The company first: a question that only the control plane knows would never be answered.
    with kernel.session(_tenant(kernel, organization)) as inside:
        ask(
            inside,
            Asking(
                key=request.key,
                name=user.name,
                email=user.email,
                on_behalf=_party(session, organization, user),
                reason=reason,
                wants_change=wants_change,
            ),
        )
    return request


def way_in(session: Session, kernel: Kernel, request: GuestRequest) -> tuple[Tenant, str]:
    """The company and a ticket into it. Raises Forbidden where it has not agreed, or no more."""
    tenant = _tenant(kernel, session.get_one(Organization, request.organization_id))
    with kernel.session(tenant) as inside:
        return tenant, give_ticket(inside, request.key)


def own_request(session: Session, organization: Organization, user: User, key: str) -> GuestRequest:
    """A request that this person made; raises NotFound."""
    found = session.scalar(
        select(GuestRequest).where(
            GuestRequest.key == key,
            GuestRequest.organization_id == organization.id,
            GuestRequest.user_id == user.id,
        )
    )
    if found is None:
        raise NotFound(phrase("You have not asked this."))
    return found


def requests_to(session: Session, organization: Organization) -> list[tuple[GuestRequest, str]]:
    """What the company was asked, the newest first, each with the name of who asked."""
    found = session.execute(
        select(GuestRequest, User.name)
        .join(User, User.id == GuestRequest.user_id)
        .where(GuestRequest.organization_id == organization.id)
        .order_by(GuestRequest.id.desc())
        .limit(SHOWN)
    )
    return [(request, name) for request, name in found]


def is_open(request: GuestRequest) -> bool:
    """Whether who asked can go in now, as far as the control plane knows."""
    return request.state == "open" and request.until is not None and request.until > utc_now()


def _open_request(session: Session, organization: Organization, user: User) -> GuestRequest | None:
    mine = select(GuestRequest).where(
        GuestRequest.organization_id == organization.id,
        GuestRequest.user_id == user.id,
        GuestRequest.state.in_(("asked", "open")),
    )
    return next(
        (one for one in session.scalars(mine) if one.state == "asked" or is_open(one)), None
    )


def _party(session: Session, organization: Organization, user: User) -> str:
    """For whom somebody works: the reseller whose team they are in, else nobody but the
    operator, who has no name in companies of other brands."""
    reseller = organization.reseller
    if reseller is None or user.id not in _staff(session, reseller):
        return ""
    return reseller.title


def _staff(session: Session, reseller: Reseller) -> set[int]:
    members = select(TeamMember.user_id).where(TeamMember.team_id == reseller.id)
    return set(session.scalars(members))


def _tenant(kernel: Kernel, organization: Organization) -> Tenant:
    tenant = kernel.directory.find_id(organization.id)
    if tenant is None:
        raise NotFound(phrase("This organization is not ready."))
    return tenant
