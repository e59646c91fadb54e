"""Contacts that are probably there twice: by name, tax number, e-mail address or telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from addons.contacts.models import Contact
from core.api import msg

REASONS: Final = {
    "tax_key": msg("The same tax number"),
    "email_key": msg("The same e-mail address"),
    "phone_key": msg("The same telephone number"),
    "name_key": msg("The same name"),
}
_SHOWN: Final = 200

# People of one name at two companies are two people; a tax number shared by branches is told
# apart by their names, which then differ. A person answers the telephone of their company.
_GROUPS: Final = text("""
WITH keyed AS (
  SELECT id, 'tax_key' AS reason, 1 AS place, tax_key AS key
    FROM contacts.contact WHERE merged_into_id IS NULL AND tax_key <> ''
  UNION ALL
  SELECT id, 'email_key', 2, email_key
    FROM contacts.contact WHERE merged_into_id IS NULL AND email_key <> ''
  UNION ALL
  SELECT id, 'phone_key', 3, phone_key || ' ' || kind
    FROM contacts.contact WHERE merged_into_id IS NULL AND phone_key <> ''
  UNION ALL
  SELECT id, 'name_key', 4, name_key || ' ' || kind || ' ' || coalesce(parent_id, 0)
    FROM contacts.contact WHERE merged_into_id IS NULL AND name_key <> ''
)
SELECT reason, array_agg(id ORDER BY id) AS ids
  FROM keyed GROUP BY place, reason, key HAVING count(*) > 1
 ORDER BY place, min(id) LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Contacts that share something, the oldest first, and what that is, in words."""

    reason: str
    contacts: tuple[Contact, ...]


def duplicates_of(session: Session, contact: Contact) -> tuple[Duplicates, ...]:
    """The other contacts that are probably this one, by the strongest reason."""
    if contact.merged_into_id is not None:
        return ()
    conditions = [
        getattr(Contact, key) == getattr(contact, key) for key in REASONS if getattr(contact, key)
    ]
    if not conditions:
        return ()
    rows = session.scalars(
        select(Contact)
        .where(or_(*conditions), Contact.id != contact.id, Contact.merged_into_id.is_(None))
        .order_by(Contact.id)
        .limit(_SHOWN)
    ).all()
    found = []
    left: Sequence[Contact] = [row for row in rows if row.id not in _kin(contact, row)]
    for key, reason in REASONS.items():
        same = tuple(row for row in left if getattr(row, key) and _shares(contact, row, key))
        left = [row for row in left if row not in same]
        if same:
            found.append(Duplicates(reason, same))
    return tuple(found)


def is_perhaps_twice(session: Session, contact_id: int) -> bool:
    """Whether others have the tax number, e-mail address or telephone number of a contact. A name
    alone is shared by many."""
    contact = session.get(Contact, contact_id)
    found = () if contact is None else duplicates_of(session, contact)
    return any(one.reason != REASONS["name_key"] for one in found)


def all_duplicates(session: Session) -> list[Duplicates]:
    """Every group of contacts that share something, each group once, by the strongest reason."""
    groups: list[tuple[str, tuple[int, ...]]] = []
    seen: set[tuple[int, ...]] = set()
    for reason, ids in session.execute(_GROUPS, {"most": _SHOWN}):
        if tuple(ids) not in seen:
            seen.add(tuple(ids))
            groups.append((reason, tuple(ids)))
    wanted = {contact_id for _, ids in groups for contact_id in ids}
    known = {row.id: row for row in session.scalars(select(Contact).where(Contact.id.in_(wanted)))}
    return [
        Duplicates(REASONS[reason], tuple(known[contact_id] for contact_id in ids))
        for reason, ids in groups
    ]


def _shares(contact: Contact, other: Contact, key: str) -> bool:
    if getattr(contact, key) != getattr(other, key):
        return False
    if key == "phone_key":
        return contact.kind == other.kind
    return key != "name_key" or (contact.kind, contact.parent_id) == (other.kind, other.parent_id)


def _kin(contact: Contact, other: Contact) -> set[int]:
    """A company and its own people share an address without being the same."""
    return {other.id} if contact.parent_id == other.id or other.parent_id == contact.id else set()
