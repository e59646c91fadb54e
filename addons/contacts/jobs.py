"""Work of contacts that nobody waits for: mails with links to the portal, and sweeping old ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from addons.contacts.models import Contact, PortalAccess, PortalLink, PortalSession
from addons.contacts.services.portal.access import MAIL_JOB, accesses_of
from addons.contacts.services.portal.links import new_link
from core.api import Job, Schedule, binding, mail_files, msg, phrase, reader, utc_now

_KEPT: Final = timedelta(days=90)


def send_portal_link(
    session: Session, *, origin: str, email: str = "", access_id: int | None = None
) -> None:
    """Mail a link to somebody who was invited, or to everybody of an address who may enter. The
    link's secret is in the mail alone; run again, it makes another link."""
    if access_id is not None:
        access = session.get(PortalAccess, access_id)
        found = [] if access is None or access.revoked_at is not None else [access]
    else:
        found = accesses_of(session, email)
    letters = []
    for access in found:
        contact = session.get_one(Contact, access.contact_id)
        if contact.active and contact.merged_into_id is None and contact.email:
            letters.append((contact, new_link(session, access, contact, origin)))
    for contact, link in letters:
        _send(session, contact, link)


def sweep_portal(session: Session) -> str:
    """Delete links and sessions that were over long ago."""
    before = utc_now() - _KEPT
    links = session.execute(delete(PortalLink).where(PortalLink.expires_at < before))
    session.execute(delete(PortalSession).where(PortalSession.expires_at < before))
    return phrase("{count} old links deleted", count=links.rowcount)  # type: ignore[attr-defined]


def _send(session: Session, contact: Contact, link: str) -> None:
    told, company = reader(session, contact.language or ""), binding(session).tenant.title
    mail_files(
        session,
        to=(contact.email,),
        subject=told.say(msg("Your link to the portal of {company}"), company=company),
        text=told.say(
            msg(
                "Hello {name},\n\nthis link lets you into the customer portal of {company}:\n\n"
                "{link}\n\nIt works once, within a day. If you did not expect it, do nothing:"
                " nobody can enter without it.\n"
            ),
            name=contact.name,
            company=company,
            link=link,
        ),
        files=(),
    )


JOBS: Final = (
    Job(MAIL_JOB, msg("Mail links to the portal"), send_portal_link, never_blocked=True),
    Job(
        "contacts.sweep_portal",
        msg("Delete old links to the portal"),
        sweep_portal,
        schedule=Schedule("20 3 * * *"),
    ),
)
