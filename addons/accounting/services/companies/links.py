"""Links to other companies: agreed by both sides, taken back by either.

What the two sides agreed to is kept outside both (`core.neighbours`); a link is what this company
makes of it in its own books.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import CompanyLink
from core.api import Conflict, InvalidInput, agree, agreements, phrase, utc_now, withdraw

DOCUMENTS: Final = "accounting.documents"
CONSOLIDATION: Final = "accounting.consolidation"


def purpose_of(role: str) -> str:
    """What the companies agree to for a link of this kind."""
    return DOCUMENTS if role == "documents" else CONSOLIDATION


def create_link(session: Session, values: Mapping[str, Any]) -> CompanyLink:
    """Agree with another company, for our side."""
    role = values["role"]
    if role == "documents" and not values.get("account_id"):
        raise InvalidInput.of(
            "account_id", phrase("Choose the account for what the two companies owe each other.")
        )
    agreement = agree(session, values["slug"], purpose_of(role))
    known = session.scalar(
        select(CompanyLink).where(
            CompanyLink.company_id == agreement.company_id, CompanyLink.role == role
        )
    )
    link = known or CompanyLink(company_id=agreement.company_id, role=role)
    if known is None:
        session.add(link)
    for name in ("account_id", "counterpart_id", "share"):
        if values.get(name) is not None:
            setattr(link, name, values[name])
    link.slug, link.title, link.withdrawn_at = agreement.slug, agreement.title, None
    session.flush()
    return link


def update_link(session: Session, link: CompanyLink, values: Mapping[str, Any]) -> CompanyLink:
    """Change the accounts and the share; company and kind stay."""
    for name in ("account_id", "counterpart_id", "share"):
        if name in values:
            setattr(link, name, values[name])
    if link.role == "documents" and link.account_id is None:
        raise InvalidInput.of(
            "account_id", phrase("Choose the account for what the two companies owe each other.")
        )
    session.flush()
    return link


def withdraw_link(session: Session, link: CompanyLink) -> None:
    """Take our agreement back: nothing is sent or taken in any more. What was stays."""
    others = select(CompanyLink.id).where(
        CompanyLink.company_id == link.company_id,
        CompanyLink.id != link.id,
        CompanyLink.withdrawn_at.is_(None),
    )
    same = [
        other
        for other in session.scalars(select(CompanyLink).where(CompanyLink.id.in_(others)))
        if purpose_of(other.role) == purpose_of(link.role)
    ]
    link.withdrawn_at = utc_now()
    session.flush()
    if not same:
        withdraw(session, link.company_id, purpose_of(link.role))


def links_in_force(session: Session, role: str) -> list[CompanyLink]:
    """Links of this kind that both companies agree to now."""
    mine = select(CompanyLink).where(CompanyLink.role == role, CompanyLink.withdrawn_at.is_(None))
    known = session.scalars(mine.order_by(CompanyLink.id)).all()
    if not known:
        return []
    agreed = {
        agreement.company_id
        for agreement in agreements(session)
        if agreement.in_force and agreement.purpose == purpose_of(role)
    }
    return [link for link in known if link.company_id in agreed]


def require_in_force(session: Session, link: CompanyLink) -> None:
    """Raise Conflict unless both companies agree to this link now."""
    if link not in links_in_force(session, link.role):
        raise Conflict(
            phrase("{company} has not agreed to this, or no longer does.", company=link.title),
            fix=phrase("Ask there to agree under Accounting > Other companies."),
        )
