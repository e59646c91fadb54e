"""Who may see and keep contacts, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_CONTACTS: Final = Permission("contacts.contact.view", msg("See contacts"))
EDIT_CONTACTS: Final = Permission("contacts.contact.edit", msg("Add and change contacts"))
DELETE_CONTACTS: Final = Permission("contacts.contact.delete", msg("Delete and merge contacts"))
MANAGE_PORTAL: Final = Permission(
    "contacts.portal.manage", msg("Invite contacts to the portal, and take access back")
)

PERMISSIONS: Final = (VIEW_CONTACTS, EDIT_CONTACTS, DELETE_CONTACTS, MANAGE_PORTAL)

ROLES: Final = (
    Role(
        "contacts.manager",
        msg("Contacts manager"),
        tuple(permission.code for permission in PERMISSIONS),
    ),
    Role("contacts.reader", msg("Contacts reader"), (VIEW_CONTACTS.code,)),
)
