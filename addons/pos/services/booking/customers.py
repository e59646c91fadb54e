"""Who bought: somebody known, or somebody who was entered at a till and is made a contact once."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from addons.contacts.api import Contact, add_contact, find_contact, is_perhaps_twice
from addons.pos.models import OfflineCustomer
from addons.pos.services.booking.known import Known
from addons.pos.services.booking.values import SaidCustomer, SaidSale
from core.api import InvalidInput, savepoint


def buyer(session: Session, sale: SaidSale, known: Known, flags: list[str]) -> int | None:
    """The contact who bought; None where nobody said, or nobody knows them any more (flagged)."""
    said = sale.customer
    if said is None:
        return known.register.default_customer_id
    if said.id is not None:
        found = known.contacts.get(said.id)
        if found is None:
            flags.append("customer_gone")
        return found
    made = known.customers.get(said.key)
    if made is None:
        made = known.customers[said.key] = _make(session, said, known.register.id, flags)
    return made


def _make(session: Session, said: SaidCustomer, register_id: int, flags: list[str]) -> int:
    """A new contact. Somebody of this tax number, e-mail address or telephone number may be the
    same: that is for a person to see, and to merge."""
    twice = (said.tax_number or said.email) and find_contact(
        session, tax_number=said.tax_number, email=said.email
    )
    values: dict[str, Any] = {"name": said.name, "is_customer": True}
    wished = {"phone": said.phone, "email": said.email, "tax_number": said.tax_number}
    contact = _try(session, values | {name: text for name, text in wished.items() if text})
    if contact is None:
        flags.append("customer_details")
        for name, text in wished.items():
            if text and _try(session, values | {name: text}, keep=False) is not None:
                values[name] = text
        contact = _try(session, values)
    if contact is None:
        raise InvalidInput.of("customer.name", "This customer cannot be kept.")
    session.add(OfflineCustomer(key=said.key, contact_id=contact.id, register_id=register_id))
    session.flush()
    if twice or is_perhaps_twice(session, contact.id):
        flags.append("customer_twice")
    return contact.id


class _NotKept(Exception):
    """Undoes what was only tried."""


def _try(session: Session, values: dict[str, Any], *, keep: bool = True) -> Contact | None:
    made: Contact | None = None
    try:
        with savepoint(session):
            made = add_contact(session, values)
            if not keep:
                raise _NotKept
    except InvalidInput:
        return None
    except _NotKept:
        return made
    return made
