"""Links that let into the portal: mailed, good once and for a while, and asked for by anybody.

Asking for a link looks the same whether the address is known or not: the request only counts and
asks for a job, and the job finds out. Of the secret in a link only a digest is stored.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from addons.contacts.models import Contact, PortalAccess, PortalLink
from addons.contacts.services.portal.access import MAIL_JOB, may_enter
from addons.contacts.services.spelling import email_key
from core.api import (
    Client,
    InvalidInput,
    NotFound,
    enqueue,
    new_token,
    phrase,
    throttle,
    token_digest,
    utc_now,
)

LIFETIME: Final = timedelta(hours=24)
"""A link of an invitation is often opened the next morning."""
_ADDRESS: Final = throttle.Limit(free=3, cap=900)
_NETWORK: Final = throttle.Limit(free=20, cap=900)


def ask_for_link(session: Session, *, email: str, client: Client, origin: str) -> None:
    """Have a link mailed to whoever of this address may enter. Raises InvalidInput for what is no
    address, and TooManyRequests."""
    key = email_key(email)
    if key.count("@") != 1 or len(key) > 254 or not key.isprintable():
        raise InvalidInput.of("email", phrase("This is no e-mail address."))
    counters = [
        throttle.counter(_ADDRESS, "contacts portal", key),
        throttle.counter(_NETWORK, "contacts portal from", client.network),
    ]
    throttle.admit(session, counters)
    throttle.count_failure(session, counters)
    enqueue(session, MAIL_JOB, email=key, origin=origin)


def new_link(session: Session, access: PortalAccess, contact: Contact, origin: str) -> str:
    """A link that lets this contact in. Earlier ones stop working."""
    now = utc_now()
    session.execute(
        update(PortalLink)
        .where(PortalLink.access_id == access.id, PortalLink.used_at.is_(None))
        .values(used_at=now)
    )
    token = new_token()
    session.add(
        PortalLink(
            access_id=access.id,
            token_hash=token_digest(token),
            email_key=contact.email_key,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return f"{origin}/contacts/portal/link?token={token}"


def contact_of_link(session: Session, token: str) -> Contact:
    """Whom a link lets in, without using it: programs that look into mails open links too. Raises
    NotFound when it was used, is too old, or its contact may not enter any more."""
    holder = (
        select(Contact)
        .join(PortalAccess, PortalAccess.contact_id == Contact.id)
        .join(PortalLink, PortalLink.access_id == PortalAccess.id)
        .where(_is_good(token), may_enter(), Contact.email_key == PortalLink.email_key)
    )
    contact = session.scalar(holder)
    if contact is None:
        raise _spent()
    return contact


def use_link(session: Session, token: str) -> int:
    """Use a link up; returns the access that it is for. Of two who use it at once one is let in.
    Errors as in `contact_of_link`."""
    contact_of_link(session, token)
    access_id = session.scalar(
        update(PortalLink)
        .where(_is_good(token))
        .values(used_at=utc_now())
        .returning(PortalLink.access_id)
    )
    if access_id is None:  # by somebody else, a moment ago
        raise _spent()
    return access_id


def _is_good(token: str) -> ColumnElement[bool]:
    return and_(
        PortalLink.token_hash == token_digest(token),
        PortalLink.used_at.is_(None),
        PortalLink.expires_at > utc_now(),
    )


def _spent() -> NotFound:
    return NotFound(
        phrase("This link does not work any more."),
        fix=phrase("Ask for a new one; each works once, for a day."),
    )
