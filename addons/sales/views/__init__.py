"""Lists, forms and pages of sales."""

from __future__ import annotations

from typing import Final

from addons.sales.views import (
    contract_pages,
    credit_pages,
    gift_card_pages,
    invoice_pages,
    loyalty_pages,
    order_pages,
    payment_pages,
    promotion_pages,
    retention_pages,
)
from addons.sales.views.commissions import PLANS, STATEMENTS
from addons.sales.views.coupons import COUPON_BATCHES, COUPONS
from addons.sales.views.deliveries import DELIVERIES
from addons.sales.views.figures import BACK_ORDERS, OPEN_DOCUMENTS, SOLD_LINES, TO_INVOICE
from addons.sales.views.gift_cards import CARD_MOVE_LIST, GIFT_CARDS
from addons.sales.views.invoices import INVOICES
from addons.sales.views.loyalty import LOYALTY_ACCOUNTS, LOYALTY_PROGRAMS, POINT_MOVE_LIST
from addons.sales.views.menu import MENU
from addons.sales.views.orders import ORDERS
from addons.sales.views.payments import PAYMENTS
from addons.sales.views.portal import INTENTS
from addons.sales.views.portal import ROUTES as PORTAL_ROUTES
from addons.sales.views.portal import SLOTS as PORTAL_SLOTS
from addons.sales.views.promotions import PROMOTED_LINES, PROMOTIONS
from addons.sales.views.record_tools import SLOTS as RECORD_SLOTS
from addons.sales.views.recurring import CONTRACTS
from addons.sales.views.reports import REPORTS as SALES_REPORTS
from addons.sales.views.returns import RETURNS
from addons.sales.views.setup import DISCOUNT_LIMITS, LOST_REASONS, QUOTE_TEMPLATES
from addons.sales.views.targets import PROGRESS, TARGETS
from addons.sales.views.targets import REPORTS as TARGET_REPORTS
from addons.sales.views.value_sides import SLOTS as VALUE_SLOTS
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
    GIFT_CARDS,
    CARD_MOVE_LIST,
    LOYALTY_ACCOUNTS,
    LOYALTY_PROGRAMS,
    POINT_MOVE_LIST,
    PROMOTIONS,
    PROMOTED_LINES,
    COUPON_BATCHES,
    COUPONS,
    QUOTE_TEMPLATES,
    LOST_REASONS,
    DISCOUNT_LIMITS,
    STATEMENTS,
    PLANS,
    TARGETS,
    PROGRESS,
)
PAGES: Final = (
    *order_pages.ROUTES,
    *invoice_pages.ROUTES,
    *credit_pages.ROUTES,
    *retention_pages.ROUTES,
    *contract_pages.ROUTES,
    *payment_pages.ROUTES,
    *gift_card_pages.ROUTES,
    *loyalty_pages.ROUTES,
    *promotion_pages.ROUTES,
    *PORTAL_ROUTES,
)
SLOTS: Final = (
    *RECORD_SLOTS,
    *VALUE_SLOTS,
    *promotion_pages.SLOTS,
    *contract_pages.SLOTS,
    *PORTAL_SLOTS,
)
REPORTS: Final = (*SALES_REPORTS, *TARGET_REPORTS)

__all__ = ["MENU", "PAGES", "REPORTS", "RESOURCES", "SLOTS"]
