"""Two contacts that are the same become one.

The one that is kept takes over what it does not know itself, and the people and addresses of the
other. The other stays as a row that leads to it, so that documents which name it for good, such as
posted entries, are found with the kept one's. Addons that keep something which can change hands
hear of it in the same transaction (`ContactsMerged`). A merge is final.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.events import ContactsMerged
from addons.contacts.models import Contact
from addons.contacts.services.addresses import move_addresses
from addons.contacts.services.contacts import FIELDS
from addons.contacts.services.portal.access import end_access
from core.api import Conflict, NotFound, announce, emit, phrase

_NEVER_TAKEN: Final = frozenset({"code", "kind", "name", "parent_id", "note", "active"})
_FLAGS: Final = ("is_customer", "is_supplier")


def merge_contacts(session: Session, kept_id: int, merged_id: int) -> Contact:
    """Merge one contact into another, and return the one that is kept.

    Raises Conflict where one of them was merged before, or they are a company and its own person.
    """
    if kept_id == merged_id:
        raise Conflict(phrase("These are the same contact already."))
    # In order of their ids, so that two who merge the same two the other way round take turns.
    rows = session.scalars(
        select(Contact).where(Contact.id.in_((kept_id, merged_id))).order_by(Contact.id)
        .with_for_update().execution_options(populate_existing=True)
    ).all()  # fmt: skip
    found = {row.id: row for row in rows}
    if len(found) < 2:
        raise NotFound(phrase("There is no such contact."))
    kept, merged = found[kept_id], found[merged_id]
    _require_mergeable(kept, merged)
    # A number that is given once only must be free before another can have it.
    code = kept.code or merged.code
    merged.code = None if kept.code is None else merged.code
    session.flush()
    kept.code = code
    _take_over(kept, merged)
    session.flush()
    _lead_on(session, kept, merged)
    move_addresses(session, kept, merged)
    end_access(session, merged)
    merged.active = False
    merged.merged_into_id = kept.id
    session.flush()
    session.expire(merged, ["merged_into"])
    announce(session, "contacts.contacts", kept.id, merged.id)
    emit(session, ContactsMerged(kept.id, merged.id))
    return kept


def _require_mergeable(kept: Contact, merged: Contact) -> None:
    for contact in (kept, merged):
        if contact.merged_into_id is not None:
            raise Conflict(phrase("{name} was merged before.", name=contact.name))
    if kept.kind != merged.kind:
        raise Conflict(
            phrase("A company and a person are not the same."),
            fix=phrase(
                "Change the kind of one of them first, or make the person one at the company."
            ),
        )


def _take_over(kept: Contact, merged: Contact) -> None:
    for name in FIELDS:
        if name not in _NEVER_TAKEN and name not in _FLAGS and not getattr(kept, name):
            setattr(kept, name, getattr(merged, name))
    for name in _FLAGS:
        setattr(kept, name, getattr(kept, name) or getattr(merged, name))
    kept.parent_id = kept.parent_id or merged.parent_id
    kept.note = "\n".join(note for note in (kept.note, merged.note) if note)
    for key in ("tax_key", "email_key", "phone_key"):
        setattr(kept, key, getattr(kept, key) or getattr(merged, key))


def _lead_on(session: Session, kept: Contact, merged: Contact) -> None:
    """The other's people, and what was merged into it before, go to the one that is kept."""
    for name in ("parent_id", "merged_into_id"):
        for other in session.scalars(select(Contact).where(getattr(Contact, name) == merged.id)):
            setattr(other, name, kept.id)
    session.flush()
