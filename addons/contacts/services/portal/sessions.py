"""Browsers at the portal, told apart by a cookie of the portal's own.

The cookie says nothing about users: who is at the portal is no user of the platform, and a user is
nobody at the portal. Each request looks whether the access still stands. Forms carry a token that
is derived from the cookie's secret, so that no other site can send them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from addons.contacts.models import Contact, PortalAccess, PortalSession
from addons.contacts.services.portal.access import may_enter
from core.api import Client, new_token, token_digest, utc_now

COOKIE: Final = "__Host-portal"
FORM_FIELD: Final = "portal_token"
LIFETIME: Final = timedelta(days=7)
"""After so long everybody asks for a new link."""
_AGENT_LENGTH: Final = 300
_PURPOSE: Final = b"contacts portal form"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the portal. `contact_id` is whose documents they see: the company where they
    work, or themselves; `person_id` is who they are."""

    session_id: int
    person_id: int
    name: str
    email: str
    language: str
    contact_id: int
    contact_name: str
    form_token: str


def begin(session: Session, access_id: int, client: Client) -> str:
    """A new session for this browser; returns the secret for its cookie."""
    token, now = new_token(), utc_now()
    key = session.scalar(
        select(Contact.email_key)
        .join(PortalAccess, PortalAccess.contact_id == Contact.id)
        .where(PortalAccess.id == access_id)
    )
    session.add(
        PortalSession(
            access_id=access_id,
            token_hash=token_digest(token),
            email_key=key or "",
            user_agent=client.user_agent[:_AGENT_LENGTH],
            network=client.network,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    session.execute(
        update(PortalAccess)
        .where(PortalAccess.id == access_id)
        .values(last_entered_at=now, version=PortalAccess.version + 1)
    )
    session.flush()
    return token


def visitor_of(session: Session, cookies: Mapping[str, str]) -> Visitor | None:
    """Who shows this cookie; None for one that is unknown, ended or expired, whose access was
    taken back, or whose contact rests or has another e-mail address now. One statement."""
    token = cookies.get(COOKIE, "")
    if not token:
        return None
    company = aliased(Contact)
    found = session.execute(
        select(
            PortalSession.id,
            Contact.id,
            Contact.name,
            Contact.email,
            func.coalesce(Contact.language, ""),
            func.coalesce(company.merged_into_id, company.id, Contact.id),
            func.coalesce(company.name, Contact.name),
        )
        .join(PortalAccess, PortalAccess.id == PortalSession.access_id)
        .join(Contact, Contact.id == PortalAccess.contact_id)
        .outerjoin(company, company.id == Contact.parent_id)
        .where(
            PortalSession.token_hash == token_digest(token),
            PortalSession.ended_at.is_(None),
            PortalSession.expires_at > utc_now(),
            PortalSession.email_key == Contact.email_key,
            may_enter(),
        )
    ).one_or_none()
    if found is None:
        return None
    session_id, person, name, email, language, company_id, company_name = found
    return Visitor(
        session_id, person, name, email, language, company_id, company_name, form_token(token)
    )


def form_token(secret: str) -> str:
    """The token of the portal's forms for the session with this secret."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_meant(visitor: Visitor, sent: str) -> bool:
    """Whether a form was sent by a page of this session."""
    return hmac.compare_digest(visitor.form_token.encode(), sent.encode())


def end(session: Session, cookies: Mapping[str, str]) -> None:
    """End the session of this cookie, if it has one."""
    session.execute(
        update(PortalSession)
        .where(
            PortalSession.token_hash == token_digest(cookies.get(COOKIE, "")),
            PortalSession.ended_at.is_(None),
        )
        .values(ended_at=utc_now())
    )
