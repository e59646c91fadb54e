"""What stands beside a contact: whether it is there twice, its addresses, its portal access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.contacts.models import ADDRESS_KINDS
from addons.contacts.permissions import (
    DELETE_CONTACTS,
    EDIT_CONTACTS,
    MANAGE_PORTAL,
    VIEW_CONTACTS,
)
from addons.contacts.services.addresses import address_lines, addresses_of
from addons.contacts.services.duplicates import duplicates_of
from addons.contacts.services.portal.access import live_sessions
from core.api import Slot, actor

_PLACE: Final = "contacts.contacts.side"


def _perhaps_twice(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    groups = duplicates_of(session, given["record"])
    may_merge = actor(session).may(DELETE_CONTACTS.code)
    return (
        {"groups": groups, "contact": given["record"], "may_merge": may_merge} if groups else None
    )


def _addresses(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    contact = given["record"]
    if contact.merged_into_id is not None:
        return None
    further = [one for one in addresses_of(session, contact.id) if one.id is not None]
    may_edit = actor(session).may(EDIT_CONTACTS.code)
    if not further and not may_edit:
        return None
    return {
        "contact": contact,
        "addresses": further,
        "kinds": dict(ADDRESS_KINDS),
        "lines": address_lines,
        "may_edit": may_edit,
    }


def _portal(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    contact = given["record"]
    access = contact.portal
    if access is None or access.revoked_at is not None:
        return None
    return {"access": access, "inside": live_sessions(session, contact)}


SLOTS: Final = (
    Slot(_PLACE, "contacts/duplicates_side.html", _perhaps_twice, VIEW_CONTACTS),
    Slot(_PLACE, "contacts/addresses_side.html", _addresses, VIEW_CONTACTS, order=20),
    Slot(_PLACE, "contacts/portal/side.html", _portal, MANAGE_PORTAL, order=90),
)
