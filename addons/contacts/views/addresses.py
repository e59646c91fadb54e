"""The further addresses of contacts: list and form."""

from __future__ import annotations

from typing import Final

from addons.contacts.models import ADDRESS_KINDS, Address
from addons.contacts.permissions import DELETE_CONTACTS, EDIT_CONTACTS, VIEW_CONTACTS
from addons.contacts.services import addresses
from addons.contacts.services.countries import country_choices
from addons.contacts.services.subdivisions import suggest_districts, suggest_regions
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    Importing,
    Operations,
    Resource,
    Section,
    msg,
)

_COUNTRIES: Final = country_choices()
POSTAL_FIELDS: Final = (
    Field("building_number", msg("Building number")),
    Field("street", msg("Street")),
    Field(
        "additional_number",
        msg("Additional number"),
        help=msg("Of a Saudi national address, or the flat."),
    ),
    Field("district", msg("District"), suggest=suggest_districts),
    Field("city", msg("City")),
    Field(
        "region",
        msg("State or province"),
        suggest=suggest_regions,
        help=msg("In Bangladesh the division."),
    ),
    Field("postal_code", msg("Postal code")),
    Field(
        "short_address",
        msg("Short address"),
        help=msg("Of a Saudi national address: four letters and four digits."),
    ),
)
"""The parts of an address, as contacts and further addresses have them."""


ADDRESSES: Final = Resource(
    name="addresses",
    model=Address,
    title=msg("Addresses"),
    singular=msg("Address"),
    help=msg("Where a contact's invoices and goods go, where it is not the address of its own."),
    access=Access(VIEW_CONTACTS, EDIT_CONTACTS, EDIT_CONTACTS, DELETE_CONTACTS),
    importing=Importing(
        key=("contact_id", "name"),
        synonyms=(
            ("contact_id", "Customer"),
            ("contact_id", "Supplier"),
            ("name", "Address name"),
            ("kind", "Address type"),
            ("attention", "Contact person"),
            ("postal_code", "ZIP"),
            ("phone", "Telephone"),
            ("short_address", "العنوان المختصر"),
        ),
    ),
    columns=(
        Column("contact.name", msg("Contact")),
        Column("name", msg("Name")),
        Column("kind", msg("For"), choices=ADDRESS_KINDS),
        Column("is_default", msg("The usual one")),
        Column("street", msg("Street")),
        Column("city", msg("City")),
        Column("region", msg("State or province"), optional=True),
        Column("postal_code", msg("Postal code"), optional=True),
        Column("country", msg("Country"), choices=_COUNTRIES, optional=True),
        Column("phone", msg("Telephone"), optional=True),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda address: f"{address.name}, {address.contact.name}",
    search=("name", "street", "city", "short_address", "contact.name"),
    filters=(
        Filter("contact_id", msg("Contact"), reference="contacts.contacts"),
        Filter("kind", msg("For"), choices=ADDRESS_KINDS),
        Filter("country", msg("Country"), choices=_COUNTRIES),
        Filter("city", msg("City")),
        Filter("active", msg("Active")),
    ),
    order=("contact.name", "name"),
    form=(
        Section(
            msg("Address"),
            (
                Field("contact_id", msg("Contact"), reference="contacts.contacts"),
                Field("name", msg("Name"), help=msg("Such as Warehouse, or a branch.")),
                Field("kind", msg("For"), choices=ADDRESS_KINDS),
                Field(
                    "is_default",
                    msg("The usual one"),
                    help=msg("Documents take it by themselves; one for each purpose."),
                ),
                Field("attention", msg("For the attention of")),
                Field("phone", msg("Telephone")),
                Field("country", msg("Country"), choices=_COUNTRIES),
                *POSTAL_FIELDS,
                Field("active", msg("Active")),
            ),
        ),
        Section(msg("Note"), (Field("note", msg("Note"), widget="multiline"),)),
    ),
    operations=Operations(
        addresses.create_address, addresses.update_address, addresses.delete_address
    ),
    discussed=False,
)
