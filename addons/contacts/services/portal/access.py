"""Who may enter the portal: given by an invitation, taken back at any time."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from addons.contacts.models import Contact, PortalAccess, PortalLink, PortalSession
from core.api import Conflict, InvalidInput, binding, can_send, enqueue, origin, phrase, utc_now

MAIL_JOB: Final = "contacts.send_portal_link"


def invite(session: Session, contact: Contact) -> PortalAccess:
    """Let a contact enter the portal, and have a link mailed to them. Invited again, they get
    another link. Raises an AppError where they cannot be reached."""
    _require_reachable(session, contact)
    access = session.scalar(
        select(PortalAccess).where(PortalAccess.contact_id == contact.id).with_for_update()
    )
    if access is None:
        access = PortalAccess(contact_id=contact.id, granted_by="")
        session.add(access)
    if access.revoked_at is not None or access.granted_at is None:
        access.granted_at = utc_now()
        access.granted_by = binding(session).author.label
        access.revoked_at = None
    session.flush()
    session.expire(contact, ["portal"])
    enqueue(session, MAIL_JOB, access_id=access.id, origin=origin(session))
    return access


def revoke(session: Session, contact: Contact) -> None:
    """Take a contact's access back: links and sessions end at once."""
    access = session.scalar(
        select(PortalAccess).where(PortalAccess.contact_id == contact.id).with_for_update()
    )
    if access is None or access.revoked_at is not None:
        raise Conflict(phrase("{name} has no access to the portal.", name=contact.name))
    _end(session, access)
    session.expire(contact, ["portal"])


def _end(session: Session, access: PortalAccess) -> None:
    """Take an access back, and end the links and sessions of it."""
    now = utc_now()
    access.revoked_at = now
    session.flush()
    session.execute(
        update(PortalLink)
        .where(PortalLink.access_id == access.id, PortalLink.used_at.is_(None))
        .values(used_at=now)
    )
    session.execute(
        update(PortalSession)
        .where(PortalSession.access_id == access.id, PortalSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def may_enter() -> ColumnElement[bool]:
    """The condition under which an access opens the portal, beside its contact."""
    return and_(PortalAccess.revoked_at.is_(None), Contact.active, Contact.merged_into_id.is_(None))


def accesses_of(session: Session, key: str) -> list[PortalAccess]:
    """Everybody with this e-mail address who may enter; `key` as services.spelling makes it."""
    if not key:
        return []
    return list(
        session.scalars(
            select(PortalAccess)
            .join(Contact, Contact.id == PortalAccess.contact_id)
            .where(Contact.email_key == key, may_enter())
            .order_by(PortalAccess.id)
        )
    )


def live_sessions(session: Session, contact: Contact) -> int:
    """In how many browsers a contact is at the portal."""
    count = (
        select(func.count())
        .select_from(PortalSession)
        .join(PortalAccess, PortalAccess.id == PortalSession.access_id)
        .where(
            PortalAccess.contact_id == contact.id,
            PortalSession.ended_at.is_(None),
            PortalSession.expires_at > utc_now(),
            PortalSession.email_key == contact.email_key,
        )
    )
    return session.scalar(count) or 0


def end_access(session: Session, merged: Contact) -> None:
    """End the access of a contact that becomes another: whoever held it is invited anew, under the
    address that counts then."""
    access = session.scalar(select(PortalAccess).where(PortalAccess.contact_id == merged.id))
    if access is not None and access.revoked_at is None:
        _end(session, access)


def _require_reachable(session: Session, contact: Contact) -> None:
    if contact.merged_into_id is not None or not contact.active:
        raise Conflict(phrase("{name} is no longer active.", name=contact.name))
    if not contact.email:
        raise InvalidInput.of(
            "email",
            phrase("{name} has no e-mail address.", name=contact.name),
            fix=phrase("Enter one; the link to the portal is sent there."),
        )
    if not can_send(session):
        raise Conflict(
            phrase("Mail is not set up here, so nobody can be invited."),
            fix=phrase("Ask whoever runs this installation to name a mail server."),
        )
