"""Suppliers as documents name them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from addons.contacts.api import Contact, canonical_ids, get_contact
from core.api import InvalidInput, phrase


def require_supplier(
    session: Session, contact_id: int | None, field: str = "contact_id"
) -> Contact:
    """The contact that a document is for. Raises InvalidInput, naming the field, where there is
    none, or it is no longer active."""
    contact = None if contact_id is None else get_contact(session, contact_id)
    if contact is None:
        raise InvalidInput.of(field, phrase("Choose a supplier."))
    if not contact.active:
        raise InvalidInput.of(
            field,
            phrase("{name} is not active.", name=contact.name),
            fix=phrase("Choose another supplier, or make the contact active."),
        )
    return contact


def same_supplier(session: Session, ids: Iterable[int]) -> bool:
    """Whether all these ids mean one contact today."""
    wanted = set(ids)
    today = canonical_ids(session, wanted)
    return len({today.get(one, one) for one in wanted}) <= 1


def address_lines(session: Session, contact_id: int) -> list[str]:
    """Where a supplier is, line by line, as it stands on paper."""
    contact = get_contact(session, contact_id)
    if contact is None:
        return []
    street = " ".join(part for part in (contact.building_number, contact.street) if part)
    town = " ".join(part for part in (contact.city, contact.postal_code) if part)
    return [
        line
        for line in (street, contact.district, town, contact.region, contact.tax_number)
        if line
    ]
