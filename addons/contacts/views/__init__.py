"""Lists and forms of contacts, and what stands beside them."""

from __future__ import annotations

from typing import Final

from addons.contacts.views.addresses import ADDRESSES
from addons.contacts.views.contacts import CONTACTS, GROUPS
from addons.contacts.views.sides import SLOTS
from core.api import Resource

RESOURCES: Final[tuple[Resource, ...]] = (CONTACTS, GROUPS, ADDRESSES)

__all__ = ["RESOURCES", "SLOTS"]
