"""The menu entries of sales."""

from __future__ import annotations

from typing import Final

from addons.sales.permissions import (
    EDIT_INVOICES,
    EDIT_PROMOTIONS,
    EDIT_TARGETS,
    SET_UP,
    SET_UP_COMMISSIONS,
    VIEW_COMMISSIONS,
    VIEW_CONTRACTS,
    VIEW_INVOICES,
    VIEW_ORDERS,
    VIEW_TARGETS,
)
from core.api import ANALYSIS_GROUP, SETUP_GROUP, MenuItem, msg

_SECTION: Final = msg("Sales")
_QUOTES: Final = "/sales/orders?state=draft&state=sent"
_ENTRIES: Final = (
    (msg("Quotations"), _QUOTES, VIEW_ORDERS, "file-earmark-text"),
    (msg("Sales orders"), "/sales/orders", VIEW_ORDERS, "cart"),
    (msg("Deliveries"), "/sales/deliveries", VIEW_ORDERS, "truck"),
    (msg("Returns"), "/sales/returns", VIEW_ORDERS, "arrow-return-left"),
    (msg("Invoices"), "/sales/invoices", VIEW_INVOICES, "receipt"),
    (msg("Invoice several orders"), "/sales/invoicing", VIEW_INVOICES, "receipt-cutoff"),
    (msg("Recurring invoices"), "/sales/contracts", VIEW_CONTRACTS, "arrow-repeat"),
    (msg("Payments"), "/sales/payments", VIEW_INVOICES, "cash-coin"),
    (msg("Open of customers"), "/sales/open-documents", VIEW_INVOICES, "hourglass-split"),
    (msg("Gift cards"), "/sales/gift-cards", VIEW_INVOICES, "gift"),
    (msg("Sell gift cards"), "/sales/sell-gift-cards", EDIT_INVOICES, "bag-heart"),
    (msg("Loyalty points"), "/sales/loyalty-accounts", VIEW_INVOICES, "award"),
    (msg("Back-orders"), "/sales/back-orders", VIEW_ORDERS, "box-seam"),
    (msg("Not yet invoiced"), "/sales/to-invoice", VIEW_ORDERS, "clipboard-check"),
)
_ANALYSIS: Final = (
    (msg("Targets and sales"), "/sales/target-progress", VIEW_TARGETS, "bullseye"),
    (msg("Commissions"), "/sales/commissions", VIEW_COMMISSIONS, "piggy-bank"),
    (msg("Online payments"), "/sales/online-payments", VIEW_INVOICES, "credit-card"),
    (msg("What was sold"), "/sales/sold-lines", VIEW_INVOICES, "bar-chart"),
    (msg("What promotions gave"), "/sales/promoted-lines", VIEW_ORDERS, "percent"),
    (msg("Credit limits passed"), "/sales/credit-overrides", VIEW_ORDERS, "shield-exclamation"),
)
_SET_UP: Final = (
    (msg("Loyalty programmes"), "/sales/loyalty-programs", SET_UP, "trophy"),
    (msg("Targets"), "/sales/targets", EDIT_TARGETS, "flag"),
    (msg("Plans of commissions"), "/sales/commission-plans", SET_UP_COMMISSIONS, "diagram-2"),
    (msg("Promotions"), "/sales/promotions", VIEW_ORDERS, "stars"),
    (msg("Batches of coupons"), "/sales/coupon-batches", EDIT_PROMOTIONS, "ticket-perforated"),
    (msg("Templates of quotations"), "/sales/quote-templates", SET_UP, "file-earmark-ruled"),
    (msg("Reasons of losing"), "/sales/lost-reasons", SET_UP, "x-octagon"),
    (msg("Discount limits"), "/sales/discount-limits", SET_UP, "percent"),
)
MENU: Final = tuple(
    MenuItem(title, url, permission, _SECTION, icon, start + 10 * place, group)
    for start, group, entries in (
        (10, "", _ENTRIES),
        (300, ANALYSIS_GROUP, _ANALYSIS),
        (500, SETUP_GROUP, _SET_UP),
    )
    for place, (title, url, permission, icon) in enumerate(entries)
)
