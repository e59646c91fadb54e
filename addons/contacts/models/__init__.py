"""The tables of the schema `contacts`, one file per subject."""

from __future__ import annotations

from addons.contacts.models.addresses import ADDRESS_KINDS, Address
from addons.contacts.models.contacts import KINDS, Contact, ContactGroup
from addons.contacts.models.portal import PortalAccess, PortalLink, PortalSession

MODELS: tuple[type, ...] = (
    ContactGroup,
    Contact,
    Address,
    PortalAccess,
    PortalLink,
    PortalSession,
)

__all__ = [
    "ADDRESS_KINDS",
    "KINDS",
    "MODELS",
    "Address",
    "Contact",
    "ContactGroup",
    "PortalAccess",
    "PortalLink",
    "PortalSession",
]
