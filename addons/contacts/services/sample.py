"""The customers and suppliers of a small trading company, for a sample company."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from addons.contacts.models import Contact, ContactGroup
from addons.contacts.services.addresses import create_address
from addons.contacts.services.contacts import create_contact

_SAUDI: Final = {"country": "SA", "city": "Riyadh"}
_COMPANIES: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "Al Noor Trading", "name_local": "النور للتجارة", "is_customer": True, **_SAUDI,
        "tax_number": "300011122200003", "registration_number": "1010000001",
        "email": "accounts@alnoor.example", "phone": "+966 11 200 0001", "language": "ar",
        "building_number": "1234", "street": "King Fahd Road", "district": "Al Olaya",
        "postal_code": "12213", "additional_number": "5678", "short_address": "RAOA1234",
    },
    {
        "name": "Dhaka Textiles", "name_local": "ঢাকা টেক্সটাইলস", "is_customer": True,
        "country": "BD", "region": "Dhaka", "district": "Dhaka", "city": "Dhaka",
        "tax_number": "000111222-0101", "language": "bn",
        "email": "office@dhakatextiles.example", "phone": "+880 2 5500 0001",
        "street": "Motijheel", "postal_code": "1000",
    },
    {
        "name": "Cedar House", "is_customer": True, "country": "LB", "city": "Beirut",
        "email": "office@cedarhouse.example", "street": "Hamra",
    },
    {
        "name": "Blue Harbour", "is_customer": True, "country": "AE", "city": "Dubai",
        "tax_number": "100200300400003", "email": "ap@blueharbour.example",
        "street": "Port Road",
    },
    {
        "name": "Eastern Supplies", "name_local": "الإمدادات الشرقية", "is_supplier": True,
        "country": "SA", "city": "Dammam", "tax_number": "300099988800003",
        "email": "sales@easternsupplies.example", "phone": "+966 13 800 0001",
        "building_number": "4321", "street": "Industrial Road",
        "district": "Second Industrial City",
        "postal_code": "34326", "additional_number": "8765", "language": "ar",
    },
)  # fmt: skip
_ADDRESSES: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "Warehouse", "kind": "shipping", "is_default": True, "country": "SA",
        "city": "Riyadh", "building_number": "2929", "street": "Second Industrial Road",
        "district": "Industrial City", "postal_code": "14331", "attention": "Store keeper",
    },
    {
        "name": "Accounts department", "kind": "billing", "is_default": True, "country": "SA",
        "city": "Riyadh", "building_number": "1234", "street": "King Fahd Road",
        "district": "Al Olaya", "postal_code": "12213",
    },
)  # fmt: skip
_PEOPLE: Final = (
    ("Layla Haddad", "Al Noor Trading", "Accountant", "layla@alnoor.example"),
    ("Rahim Uddin", "Dhaka Textiles", "Purchasing", "rahim@dhakatextiles.example"),
)


def fill(session: Session) -> None:
    """Four customers, a supplier, where one has its goods sent, and two of the people there."""
    group = ContactGroup(name="Wholesale")
    session.add(group)
    session.flush()
    made: dict[str, Contact] = {}
    for values in _COMPANIES:
        wholesale = {"group_id": group.id} if values.get("is_customer") else {}
        made[values["name"]] = create_contact(session, {**values, **wholesale})
    for address in _ADDRESSES:
        create_address(session, {**address, "contact_id": made["Al Noor Trading"].id})
    for name, company, position, email in _PEOPLE:
        place = {"parent_id": made[company].id, "position": position, "email": email}
        create_contact(session, {"kind": "person", "name": name, **place})
