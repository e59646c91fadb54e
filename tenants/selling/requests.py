"""What organizations asked their sellers for, and what they are answered. Asking is the shop's
(tenants.shop)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.errors import Conflict
from core.i18n import phrase
from tenants.models import Organization
from tenants.selling.models import AddonRequest


def open_request(session: Session, organization: Organization, addon: str) -> AddonRequest | None:
    """What the organization has asked for and was not answered yet, of one addon."""
    return session.scalar(
        select(AddonRequest).where(
            AddonRequest.organization_id == organization.id,
            AddonRequest.addon == addon,
            AddonRequest.status == "open",
        )
    )


def grant(session: Session, request: AddonRequest, answer: str = "") -> None:
    """Say that it was granted: the licence, or the package, is there. Raises Conflict for one
    that was answered otherwise."""
    _answer(session, request, "granted", answer)


def decline(session: Session, request: AddonRequest, answer: str = "") -> None:
    """Say no; who asked reads the answer. Raises Conflict for one that was granted."""
    _answer(session, request, "declined", answer)


def _answer(session: Session, request: AddonRequest, status: str, answer: str) -> None:
    if request.status not in ("open", status):
        raise Conflict(phrase("This was answered before."))
    request.status = status
    request.answer = answer.strip()
    request.answered_at = utc_now()
    session.flush()
