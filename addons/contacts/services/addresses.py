"""The further addresses of contacts, and which one a document takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from addons.contacts.events import ContactChanged
from addons.contacts.models import Address, Contact
from addons.contacts.services.formats import PARTS, address_problems, tidied
from addons.contacts.services.subdivisions import tidy_subdivisions
from core.api import Conflict, InvalidInput, Problem, emit, phrase

FIELDS: Final = (
    "contact_id",
    "kind",
    "name",
    "is_default",
    "attention",
    "phone",
    *PARTS,
    "note",
    "active",
)
"""What an address says, as forms and files give it."""


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as other addons see it. `id` is None for the one in the contact's own fields."""

    id: int | None
    contact_id: int
    kind: str
    name: str
    attention: str
    phone: str
    country: str
    building_number: str
    street: str
    additional_number: str
    district: str
    city: str
    region: str
    postal_code: str
    short_address: str


def create_address(session: Session, values: Mapping[str, Any]) -> Address:
    """A new address of a contact. Raises InvalidInput that names every field which is wrong."""
    address = Address(
        **{name: "" for name in FIELDS if name not in ("contact_id", "country")},
    )
    address.kind, address.is_default, address.active = "shipping", False, True
    _fill(session, address, values)
    session.add(address)
    session.flush()
    emit(session, ContactChanged(address.contact_id, ("addresses",)))
    return address


def update_address(session: Session, address: Address, values: Mapping[str, Any]) -> Address:
    """Change those of an address's fields that are given; it stays with its contact."""
    if values.get("contact_id", address.contact_id) != address.contact_id:
        raise InvalidInput.of(
            "contact_id",
            phrase("An address stays with its contact."),
            fix=phrase("Add it to the other contact, and make this one inactive."),
        )
    _fill(session, address, values)
    session.flush()
    emit(session, ContactChanged(address.contact_id, ("addresses",)))
    return address


def delete_address(session: Session, address: Address) -> None:
    """Delete an address that no document names."""
    contact_id = address.contact_id
    session.delete(address)
    session.flush()
    emit(session, ContactChanged(contact_id, ("addresses",)))


def addresses_of(session: Session, contact_id: int) -> tuple[PostalAddress, ...]:
    """A contact's addresses: its own first, then the further ones in use, the usual ones first."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        return ()
    if contact.merged_into is not None:
        contact = contact.merged_into
    further = session.scalars(
        select(Address)
        .where(Address.contact_id == contact.id, Address.active)
        .order_by(Address.kind, Address.is_default.desc(), Address.name)
    )
    return (_own(contact), *(_value(address) for address in further))


def address_for(session: Session, contact_id: int, kind: str) -> PostalAddress | None:
    """Where something of this kind goes: the contact's usual address for it, that of the company
    where they work, or else the contact's own. None where there is no such contact.

    `kind` is one of ADDRESS_KINDS, such as "billing" or "shipping".
    """
    contact = session.get(Contact, contact_id)
    if contact is None:
        return None
    contact = contact.merged_into or contact
    holders = [contact, *([contact.parent] if contact.parent is not None else [])]
    usual = {
        address.contact_id: address
        for address in session.scalars(
            select(Address).where(
                Address.contact_id.in_([holder.id for holder in holders]),
                Address.kind == kind,
                Address.is_default,
            )
        )
    }
    for holder in holders:
        if holder.id in usual:
            return _value(usual[holder.id])
    stated = [holder for holder in holders if any(getattr(holder, name) for name in PARTS[1:])]
    return _own((stated or holders)[0])


def get_address(session: Session, address_id: int) -> PostalAddress | None:
    """A further address by its id."""
    address = session.get(Address, address_id)
    return None if address is None else _value(address)


def address_lines(address: PostalAddress) -> tuple[str, ...]:
    """The address as lines under a name on paper, without empty ones and without the country."""
    street = " ".join(part for part in (address.building_number, address.street) if part)
    town = " ".join(part for part in (address.postal_code, address.city) if part)
    near = " ".join(part for part in (address.district, address.additional_number) if part)
    lines = (address.attention, street, near, town, address.region, address.short_address)
    return tuple(line for line in lines if line)


def move_addresses(session: Session, kept: Contact, merged: Contact) -> None:
    """Give a merged contact's addresses to the one that is kept. An address that is there already
    is not kept twice; the kept contact's usual ones stay the usual ones."""
    there = list(session.scalars(select(Address).where(Address.contact_id == kept.id)))
    known, names = {_content(one) for one in there}, {one.name for one in there}
    usual = {one.kind for one in there if one.is_default}
    moving = select(Address).where(Address.contact_id == merged.id).order_by(Address.id)
    for address in session.scalars(moving).all():
        if _content(address) in known:
            address.is_default = address.active = False
            continue
        address.is_default = address.is_default and address.kind not in usual
        address.name = _free_name(address.name, names)
        names.add(address.name)
        address.contact_id = kept.id
    session.flush()


def _fill(session: Session, address: Address, values: Mapping[str, Any]) -> None:
    given = {name: tidied(name, values[name]) for name in FIELDS if name in values}
    for name, value in given.items():
        if value is None and name not in ("contact_id", "country"):
            given[name] = getattr(address, name)
    whole = {name: given.get(name, getattr(address, name)) for name in FIELDS}
    whole = {**whole, **tidy_subdivisions(whole), "country": whole["country"] or None}
    problems = [*_problems(session, whole), *address_problems(whole)]
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    if whole["is_default"]:
        _let_go(session, whole["contact_id"], whole["kind"], address.id)
    for name, value in whole.items():
        setattr(address, name, value)


def _problems(session: Session, whole: Mapping[str, Any]) -> Iterable[Problem]:
    contact = session.get(Contact, whole["contact_id"]) if whole["contact_id"] else None
    if contact is None:
        yield Problem("contact_id", phrase("Choose whose address it is."))
    elif contact.merged_into is not None:
        raise Conflict(
            phrase("{name} was merged into {kept}.",
                   name=contact.name, kept=contact.merged_into.name),
            fix=phrase("Choose {kept} instead.", kept=contact.merged_into.name),
        )  # fmt: skip
    if not whole["name"]:
        yield Problem("name", phrase("Give the address a name, such as “Warehouse”."))
    if whole["is_default"] and not whole["active"]:
        yield Problem("is_default", phrase("An address that rests cannot be the usual one."))


def _let_go(session: Session, contact_id: int, kind: str, but: int | None) -> None:
    """Nobody has to look for the address that was the usual one, to take the mark away."""
    session.execute(
        update(Address)
        .where(Address.contact_id == contact_id, Address.kind == kind, Address.id != (but or 0))
        .where(Address.is_default)
        .values(is_default=False, version=Address.version + 1)
    )


def _content(address: Address) -> tuple[Any, ...]:
    texts = (str(getattr(address, name) or "").casefold() for name in PARTS)
    return (address.kind, *texts)


def _free_name(name: str, taken: set[str]) -> str:
    numbered = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def _value(row: Address) -> PostalAddress:
    held = {name: getattr(row, name) for name in PostalAddress.__dataclass_fields__}
    return PostalAddress(**{**held, "country": row.country or ""})


def _own(row: Contact) -> PostalAddress:
    parts = {name: getattr(row, name) or "" for name in PARTS}
    return PostalAddress(None, row.id, "own", row.name, "", row.phone, **parts)
