"""Seller and buyer as the document names them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.contacts.api import Contact, address_for, get_contact
from addons.zatca.documents.texts import western
from addons.zatca.documents.values import Identity, Party
from addons.zatca.models import Seller
from core.api import InvalidInput, cached_until_change, phrase

HOME: Final = "SA"
_DIGITS: Final = 10
_OF_PERSONS: Final = {"1": "NAT", "2": "IQA"}
"""National identities of citizens begin with 1, those of residents with 2 (BR-KSA-F-11)."""


def seller_of(session: Session, branch_id: int | None) -> Party:
    """The seller of a branch, or the company where it has no data of its own. Raises InvalidInput
    where nobody has said yet who sells."""
    sellers = dict(_sellers(session))
    found = sellers.get(branch_id) or sellers.get(None)
    if found is None:
        raise InvalidInput.of(
            "seller",
            phrase("Nobody has said yet who the seller on electronic invoices is."),
            fix=phrase("Fill in Tax → Sellers."),
        )
    return found


@cached_until_change(Seller)
def _sellers(session: Session) -> tuple[tuple[int | None, Party], ...]:
    return tuple((one.branch_id, _party(one)) for one in session.scalars(select(Seller)))


def _party(seller: Seller) -> Party:
    return Party(
        name=seller.name,
        vat_number=seller.vat_number,
        identity=Identity(seller.identity_scheme, seller.identity),
        street=seller.street,
        additional_street=seller.additional_street,
        building=seller.building,
        plot=seller.plot,
        district=seller.district,
        city=seller.city,
        postal_zone=seller.postal_zone,
        province=seller.province,
        country=HOME,
    )


def is_business(contact: Contact | None) -> bool:
    """Whether a buyer gets a tax invoice: whoever is registered for VAT, and every company. All
    others get a simplified one (E-Invoicing Resolution, annex; VAT Regulations, art. 53)."""
    return contact is not None and (bool(contact.tax_number) or contact.kind == "company")


def business_buyer(session: Session, contact: Contact) -> Party:
    """The buyer of a tax invoice, with identity and billing address. Raises InvalidInput for a
    registration number that can only be a slip of the pen: it would pass as one of another kind."""
    address = address_for(session, contact.id, "billing")
    country = (address.country if address else "") or contact.country or HOME
    place = address or contact
    number = western(contact.registration_number).strip()
    if country == HOME and number.isdigit() and len(number) != _DIGITS:
        raise InvalidInput.of(
            "buyer.identity",
            phrase("The buyer's registration number has {count} digits, not ten.",
                   count=len(number)),
            fix=phrase("Correct it at the contact."),
        )  # fmt: skip
    return Party(
        name=_name(contact),
        vat_number=western(contact.tax_number) if country == HOME else "",
        identity=identity_of(contact, country),
        street=place.street,
        building=place.building_number,
        plot=place.additional_number,
        district=place.district,
        city=place.city,
        postal_zone=place.postal_code,
        province=place.region,
        country=country,
    )


def consumer_buyer(session: Session, contact_id: int | None) -> Party | None:
    """The buyer of a simplified invoice: a name and perhaps an identity; nobody of a passer-by."""
    contact = get_contact(session, contact_id) if contact_id is not None else None
    if contact is None:
        return None
    found = identity_of(contact, contact.country or HOME)
    return Party(name=_name(contact), identity=found)


def identity_of(contact: Contact, country: str) -> Identity | None:
    """The number under which a buyer is registered, by the scheme it belongs to (BR-KSA-14)."""
    number = western(contact.registration_number).strip()
    if country != HOME:
        number = number or western(contact.tax_number)
        return Identity("OTH", number) if number else None
    if not number:
        return None
    if len(number) != _DIGITS or not number.isascii() or not number.isdigit():
        return Identity("OTH", number)
    if contact.kind == "person":
        return Identity(_OF_PERSONS.get(number[0], "OTH"), number)
    return Identity("700" if number.startswith("7") else "CRN", number)


def _name(contact: Contact) -> str:
    return contact.name_local or contact.name
