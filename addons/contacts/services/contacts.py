"""Adding, changing and deleting contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.events import ContactChanged, ContactCreated
from addons.contacts.models import Contact
from addons.contacts.services.formats import problems_of, tidied
from addons.contacts.services.spelling import compact, email_key, name_key, phone_key
from addons.contacts.services.subdivisions import tidy_subdivisions
from core.api import Conflict, InvalidInput, Problem, emit, phrase

FIELDS: Final = (
    "code",
    "kind",
    "name",
    "name_local",
    "parent_id",
    "position",
    "group_id",
    "is_customer",
    "is_supplier",
    "tax_number",
    "registration_number",
    "email",
    "phone",
    "language",
    "country",
    "building_number",
    "street",
    "additional_number",
    "district",
    "city",
    "region",
    "postal_code",
    "short_address",
    "note",
    "active",
)
"""What a contact says, as forms and other addons give it."""
_MAY_BE_NONE: Final = frozenset({"code", "parent_id", "group_id", "language", "country"})


def create_contact(session: Session, values: Mapping[str, Any]) -> Contact:
    """A new contact. Raises InvalidInput that names every field which is wrong."""
    return create_contacts(session, [values])[0]


def create_contacts(session: Session, several: Sequence[Mapping[str, Any]]) -> list[Contact]:
    """New contacts, written together; errors as in `create_contact`, for the first that has any."""
    made = []
    with session.no_autoflush:
        for values in several:
            contact = Contact(**_defaults())
            _fill(session, contact, values)
            made.append(contact)
    session.add_all(made)
    session.flush()
    for contact in made:
        emit(session, ContactCreated(contact.id))
    return made


def update_contact(session: Session, contact: Contact, values: Mapping[str, Any]) -> Contact:
    """Change those of a contact's fields that are given. One that was merged stays as it is."""
    if contact.merged_into is not None:
        raise _merged(contact)
    changed = _fill(session, contact, values)
    session.flush()
    if changed:
        emit(session, ContactChanged(contact.id, changed))
    return contact


def delete_contact(session: Session, contact: Contact) -> None:
    """Delete a contact that nothing names. What is named in documents is made inactive instead."""
    if contact.merged_into is not None:
        raise _merged(contact)
    person = session.scalar(select(Contact.name).where(Contact.parent_id == contact.id).limit(1))
    if person is not None:
        raise Conflict(
            phrase("{person} is kept as a person at {name}.", person=person, name=contact.name),
            fix=phrase("Delete the people first, or make the contact inactive."),
        )
    joined = select(Contact.name).where(Contact.merged_into_id == contact.id)
    if (other := session.scalar(joined.limit(1))) is not None:
        raise Conflict(
            phrase("{other} was merged into {name}.", other=other, name=contact.name),
            fix=phrase("Make the contact inactive instead."),
        )
    session.delete(contact)
    session.flush()


def _defaults() -> dict[str, Any]:
    texts = {name: "" for name in FIELDS if name not in _MAY_BE_NONE}
    flags = {"is_customer": False, "is_supplier": False, "active": True}
    return {**texts, **flags, "kind": "company"}


def _fill(session: Session, contact: Contact, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Write what is given; returns the names of the fields that have another value now."""
    given = {name: tidied(name, values[name]) for name in FIELDS if name in values}
    given = {
        name: (None if name in _MAY_BE_NONE else "") if value in (None, "") else value
        for name, value in given.items()
    }
    whole: dict[str, Any] = {name: given.get(name, getattr(contact, name)) for name in FIELDS}
    placed = tidy_subdivisions(whole)
    given, whole = {**given, **placed}, {**whole, **placed}
    problems = [
        *_name_problems(whole),
        *problems_of(whole),
        *_parent_problems(session, contact, whole),
    ]
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    changed = tuple(name for name, value in given.items() if getattr(contact, name) != value)
    for name in changed:
        setattr(contact, name, given[name])
    contact.name_key = name_key(whole["name"])
    contact.tax_key = compact(whole["tax_number"])
    contact.email_key = email_key(whole["email"])
    contact.phone_key = phone_key(whole["phone"])
    return changed


def _name_problems(whole: Mapping[str, Any]) -> list[Problem]:
    return [] if whole["name"] else [Problem("name", phrase("Give the contact a name."))]


def _parent_problems(session: Session, contact: Contact, whole: Mapping[str, Any]) -> list[Problem]:
    """A person works at a company, and a company at none."""
    if whole["parent_id"] is None:
        return []
    if whole["kind"] == "company":
        return [Problem("parent_id", phrase("Only a person works at a company."))]
    parent = session.get(Contact, whole["parent_id"])
    if parent is None or parent.kind != "company" or parent is contact:
        return [Problem("parent_id", phrase("Choose a company."))]
    return []


def _merged(contact: Contact) -> Conflict:
    kept = contact.merged_into.name if contact.merged_into else ""
    return Conflict(
        phrase("{name} was merged into {kept}.", name=contact.name, kept=kept),
        fix=phrase("Change {kept} instead.", kept=kept),
    )
