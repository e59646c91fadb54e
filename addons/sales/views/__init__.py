"""Lists, forms and pages of sales."""

from __future__ import annotations

from typing import Final

from addons.sales.views import (
    contract_pages,
    credit_pages,
    invoice_pages,
    order_pages,
    payment_pages,
)
from addons.sales.views.deliveries import DELIVERIES
from addons.sales.views.figures import BACK_ORDERS, OPEN_DOCUMENTS, SOLD_LINES, TO_INVOICE
from addons.sales.views.invoices import INVOICES
from addons.sales.views.menu import MENU
from addons.sales.views.orders import ORDERS
from addons.sales.views.payments import PAYMENTS
from addons.sales.views.portal import INTENTS
from addons.sales.views.portal import ROUTES as PORTAL_ROUTES
from addons.sales.views.portal import SLOTS as PORTAL_SLOTS
from addons.sales.views.record_tools import SLOTS as RECORD_SLOTS
from addons.sales.views.recurring import CONTRACTS
from addons.sales.views.reports import REPORTS
from addons.sales.views.returns import RETURNS
from addons.sales.views.setup import DISCOUNT_LIMITS, LOST_REASONS, QUOTE_TEMPLATES
from addons.sales.views.versions import CREDIT_OVERRIDES, VERSIONS

RESOURCES: Final = (
    ORDERS,
    DELIVERIES,
    RETURNS,
    INVOICES,
    CONTRACTS,
    PAYMENTS,
    INTENTS,
    SOLD_LINES,
    BACK_ORDERS,
    TO_INVOICE,
    OPEN_DOCUMENTS,
    VERSIONS,
    CREDIT_OVERRIDES,
    QUOTE_TEMPLATES,
    LOST_REASONS,
    DISCOUNT_LIMITS,
)
PAGES: Final = (
    *order_pages.ROUTES,
    *invoice_pages.ROUTES,
    *credit_pages.ROUTES,
    *contract_pages.ROUTES,
    *payment_pages.ROUTES,
    *PORTAL_ROUTES,
)
SLOTS: Final = (*RECORD_SLOTS, *contract_pages.SLOTS, *PORTAL_SLOTS)

__all__ = ["MENU", "PAGES", "REPORTS", "RESOURCES", "SLOTS"]
