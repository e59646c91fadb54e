"""What other addons may use of contacts.

A document names a contact by its id and keeps the name as it was when it was written. A contact
that was merged into another keeps its id: `canonical_ids` leads to the one that it became, and
`all_ids` names every id under which documents may know a contact. `address_for` says where an
invoice or a delivery goes. `portal_contact`, `portal_page` and `to_the_door` are what pages of the
portal are made with: routes that are open to everybody, and ask who is there.
"""

from __future__ import annotations

from addons.contacts.events import ContactChanged, ContactCreated, ContactsMerged
from addons.contacts.permissions import EDIT_CONTACTS, VIEW_CONTACTS
from addons.contacts.services.addresses import (
    PostalAddress,
    address_for,
    address_lines,
    addresses_of,
    get_address,
)
from addons.contacts.services.duplicates import is_perhaps_twice
from addons.contacts.services.lookup import (
    Affiliation,
    Contact,
    add_contact,
    affiliations,
    all_ids,
    canonical_ids,
    contact_names,
    find_contact,
    get_contact,
    ids_by_contact,
    is_named,
    is_own_id,
)
from addons.contacts.services.offline import (
    OfflineCustomer,
    offline_customers,
    offline_customers_of,
)
from addons.contacts.services.portal.pages import portal_contact, portal_page, to_the_door
from addons.contacts.services.portal.sessions import Visitor

__all__ = [
    "EDIT_CONTACTS",
    "VIEW_CONTACTS",
    "Affiliation",
    "Contact",
    "ContactChanged",
    "ContactCreated",
    "ContactsMerged",
    "OfflineCustomer",
    "PostalAddress",
    "Visitor",
    "add_contact",
    "address_for",
    "address_lines",
    "addresses_of",
    "affiliations",
    "all_ids",
    "canonical_ids",
    "contact_names",
    "find_contact",
    "get_address",
    "get_contact",
    "ids_by_contact",
    "is_named",
    "is_own_id",
    "is_perhaps_twice",
    "offline_customers",
    "offline_customers_of",
    "portal_contact",
    "portal_page",
    "to_the_door",
]
