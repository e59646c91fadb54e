"""Lists, forms and pages of electronic invoicing."""

from __future__ import annotations

from typing import Final

from addons.zatca.views import chains, devices, refusals, registration, sides
from addons.zatca.views.cards import CARDS, STEPS
from addons.zatca.views.documents import DOCUMENTS, EXCHANGES, UNMADE
from addons.zatca.views.menu import MENU
from addons.zatca.views.sellers import SELLERS
from addons.zatca.views.special_invoices import SPECIAL_INVOICES

ROUTES: Final = (*registration.ROUTES, *refusals.ROUTES, *chains.ROUTES)
RESOURCES: Final = (DOCUMENTS, UNMADE, EXCHANGES, devices.DEVICES, SELLERS, SPECIAL_INVOICES)
SLOTS: Final = (*devices.SLOTS, *sides.SLOTS)

__all__ = ["CARDS", "MENU", "RESOURCES", "ROUTES", "SLOTS", "STEPS"]
