"""Whom a document is for, and who sells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from addons.contacts.api import Contact, get_contact
from core.api import InvalidInput, phrase


def customer_of(session: Session, contact_id: int | None) -> Contact:
    """The contact of a document, by the id that it has today; raises InvalidInput where there is
    none, or one that is no longer active."""
    found = None if contact_id is None else get_contact(session, contact_id)
    if found is None:
        raise InvalidInput.of("contact_id", phrase("Choose a customer."))
    if not found.active:
        raise InvalidInput.of(
            "contact_id",
            phrase("{name} is no longer active.", name=found.name),
            fix=phrase("Make the contact active again, or choose another one."),
        )
    return found


def address_of(session: Session, record: Any) -> Iterable[str]:
    """Where the customer of a document is, line by line, and the tax number, as paper has it."""
    contact = get_contact(session, record.contact_id)
    if contact is None:
        return ()
    street = " ".join(part for part in (contact.building_number, contact.street) if part)
    city = " ".join(part for part in (contact.city, contact.postal_code) if part)
    lines = [contact.name_local, street, contact.district, city, contact.region, contact.country]
    if contact.tax_number:
        lines.append(phrase("Tax number {number}", number=contact.tax_number))
    return tuple(line for line in lines if line)
