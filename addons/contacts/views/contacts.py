"""Lists and forms of contacts."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.contacts.models import KINDS, Contact, ContactGroup
from addons.contacts.permissions import (
    DELETE_CONTACTS,
    EDIT_CONTACTS,
    MANAGE_PORTAL,
    VIEW_CONTACTS,
)
from addons.contacts.services import contacts, related
from addons.contacts.services.countries import country_choices
from addons.contacts.services.portal import access
from addons.contacts.views.addresses import POSTAL_FIELDS
from core.api import (
    LOCALES,
    Access,
    Action,
    Column,
    Discussion,
    Duplicate,
    Field,
    Filter,
    Importing,
    ListView,
    Operations,
    Resource,
    Section,
    msg,
    phrase,
)

_LANGUAGES: Final = tuple(LOCALES.items())
_COUNTRIES: Final = country_choices()


def contact_title(contact: Contact) -> str:
    """The name; of a person at a company with the company's."""
    if contact.parent is not None:
        return f"{contact.name}, {contact.parent.name}"
    return contact.name


def _may_enter(contact: Contact) -> bool:
    return contact.portal is not None and contact.portal.revoked_at is None


def _invite(session: Session, contact: Contact) -> str:
    access.invite(session, contact)
    return phrase("A link to the portal is on its way to {email}.", email=contact.email)


def _take_back(session: Session, contact: Contact) -> str:
    access.revoke(session, contact)
    return phrase("{name} cannot enter the portal any more.", name=contact.name)


CONTACTS: Final = Resource(
    name="contacts",
    model=Contact,
    title=msg("Contacts"),
    singular=msg("Contact"),
    help=msg("Customers, suppliers and the people who work there."),
    access=Access(VIEW_CONTACTS, EDIT_CONTACTS, EDIT_CONTACTS, DELETE_CONTACTS),
    importing=Importing(
        key=("code",),
        synonyms=(
            ("code", "Customer number"),
            ("code", "Supplier number"),
            ("code", "Customer ID"),
            ("code", "رقم العميل"),
            ("name", "Customer"),
            ("name", "Supplier"),
            ("name", "Company name"),
            ("name", "Customer name"),
            ("name", "Supplier name"),
            ("name", "Vendor name"),
            ("name", "Full name"),
            ("name", "اسم العميل"),
            ("code", "Account number"),
            ("group_id", "Segment"),
            ("group_id", "Customer group"),
            ("street", "Address"),
            ("parent_id", "Company"),
            ("short_address", "العنوان المختصر"),
            ("name", "الاسم"),
            ("name", "নাম"),
            ("tax_number", "VAT number"),
            ("tax_number", "TRN"),
            ("tax_number", "BIN"),
            ("tax_number", "الرقم الضريبي"),
            ("registration_number", "CR number"),
            ("registration_number", "السجل التجاري"),
            ("email", "Mail"),
            ("phone", "Mobile"),
            ("phone", "Telephone"),
            ("postal_code", "ZIP"),
        ),
    ),
    columns=(
        Column("code", msg("Number")),
        Column("name", msg("Name")),
        Column("name_local", msg("Name in the other language")),
        Column("kind", msg("Kind"), choices=KINDS),
        Column("is_customer", msg("Customer")),
        Column("is_supplier", msg("Supplier")),
        Column("tax_number", msg("Tax number")),
        Column("city", msg("City")),
        Column("phone", msg("Telephone")),
        Column("email", msg("E-mail")),
        Column("parent.name", msg("Works at"), optional=True),
        Column("group.name", msg("Group"), optional=True),
        Column("country", msg("Country"), choices=_COUNTRIES, optional=True),
        Column("registration_number", msg("Registration number"), optional=True),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=contact_title,
    search=("code", "name", "name_local", "tax_number", "email", "phone"),
    filters=(
        Filter("kind", msg("Kind"), choices=KINDS),
        Filter("is_customer", msg("Customer")),
        Filter("is_supplier", msg("Supplier")),
        Filter("group_id", msg("Group"), reference="contacts.groups"),
        Filter("country", msg("Country"), choices=_COUNTRIES),
        Filter("city", msg("City")),
        Filter("parent_id", msg("Works at"), reference="contacts.contacts"),
        Filter("active", msg("Active")),
    ),
    views=(
        ListView(
            "customers", msg("Customers"), where=(("is_customer", "true"), ("active", "true"))
        ),
        ListView(
            "suppliers", msg("Suppliers"), where=(("is_supplier", "true"), ("active", "true"))
        ),
        ListView("people", msg("People"), where=(("kind", "person"), ("active", "true"))),
        ListView("resting", msg("No longer active"), where=(("active", "false"),)),
    ),
    order=("name",),
    form=(
        Section(
            msg("Contact"),
            (
                Field("name", msg("Name")),
                Field(
                    "name_local",
                    msg("Name in the other language"),
                    help=msg("As it stands on papers in that language."),
                ),
                Field("code", msg("Number"), help=msg("Your own, such as C-1001.")),
                Field("kind", msg("Kind"), choices=KINDS),
                Field("is_customer", msg("Customer")),
                Field("is_supplier", msg("Supplier")),
                Field("group_id", msg("Group"), reference="contacts.groups"),
                Field(
                    "parent_id",
                    msg("Works at"),
                    reference="contacts.contacts",
                    help=msg("For a person: the company."),
                ),
                Field("position", msg("Position"), help=msg("For a person: what they do there.")),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("How to reach them"),
            (
                Field("email", msg("E-mail"), widget="email"),
                Field("phone", msg("Telephone")),
                Field(
                    "language",
                    msg("Language"),
                    choices=_LANGUAGES,
                    help=msg("In which papers and letters are written to them."),
                ),
            ),
        ),
        Section(
            msg("Tax and registration"),
            (
                Field(
                    "country",
                    msg("Country"),
                    choices=_COUNTRIES,
                    help=msg("It decides what a tax number and an address must look like."),
                ),
                Field(
                    "tax_number",
                    msg("Tax number"),
                    help=msg("VAT number, TRN or BIN, with or without blanks and hyphens."),
                ),
                Field(
                    "registration_number",
                    msg("Registration number"),
                    help=msg("Of the commercial register."),
                ),
            ),
        ),
        Section(msg("Address"), POSTAL_FIELDS),
        Section(msg("Note"), (Field("note", msg("Note"), widget="multiline"),)),
    ),
    operations=Operations(
        contacts.create_contact,
        contacts.update_contact,
        contacts.delete_contact,
        create_all=contacts.create_contacts,
    ),
    editable=lambda contact: contact.merged_into_id is None,
    actions=(
        Action(
            "invite",
            msg("Invite to the portal"),
            MANAGE_PORTAL,
            _invite,
            when=lambda contact: contact.active,
            confirm=msg("A link that lets them in is mailed to their e-mail address."),
            bulk=True,
        ),
        Action(
            "take_back",
            msg("Take back portal access"),
            MANAGE_PORTAL,
            _take_back,
            when=_may_enter,
            confirm=msg("They are out at once, wherever they are inside."),
            style="danger",
        ),
    ),
    duplicate=Duplicate(leave_out=("code", "tax_number", "registration_number", "email")),
    discussed=Discussion(write=VIEW_CONTACTS),
    related=related.related,
)

GROUPS: Final = Resource(
    name="groups",
    model=ContactGroup,
    title=msg("Contact groups"),
    singular=msg("Contact group"),
    help=msg("Groups sort contacts: wholesale, government, family."),
    access=Access(VIEW_CONTACTS, EDIT_CONTACTS, EDIT_CONTACTS, DELETE_CONTACTS),
    importing=Importing(key=("name",)),
    columns=(Column("name", msg("Name")),),
    record_title=lambda group: group.name,
    search=("name",),
    order=("name",),
    form=(Section(msg("Contact group"), (Field("name", msg("Name")),)),),
)
