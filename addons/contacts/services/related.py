"""What belongs to a contact's story: the company, the people there, what it became."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.models import Contact
from core.api import Related, msg

_NAME = "contacts.contacts"


def related(session: Session, contact: Contact) -> list[Related]:
    """The contacts that this one leads to."""
    found = [
        Related(_NAME, contact.parent_id, msg("Works at"), before=True),
        Related(_NAME, contact.merged_into_id, msg("Merged into")),
    ]
    people = session.scalars(
        select(Contact.id)
        .where(Contact.parent_id == contact.id, Contact.merged_into_id.is_(None))
        .order_by(Contact.name)
    )
    found += [Related(_NAME, person, msg("Person there")) for person in people]
    merged = session.scalars(select(Contact.id).where(Contact.merged_into_id == contact.id))
    found += [Related(_NAME, other, msg("Merged into this one"), before=True) for other in merged]
    return found
