"""The menu entries of purchases."""

from __future__ import annotations

from typing import Final

from addons.purchases.permissions import (
    APPROVE_ORDERS,
    SET_LIMITS,
    VIEW_PURCHASES,
    VIEW_REQUESTS,
)
from core.api import ANALYSIS_GROUP, SETUP_GROUP, MenuItem, msg

_SECTION: Final = msg("Purchases")
_DAILY: Final = (
    (msg("Purchase orders"), "orders", VIEW_PURCHASES, "cart"),
    (msg("Receipts and returns"), "receipts", VIEW_PURCHASES, "box-arrow-in-down"),
    (msg("Bills"), "bills", VIEW_PURCHASES, "receipt"),
    (msg("Payments to suppliers"), "payments", VIEW_PURCHASES, "cash-stack"),
    (msg("Purchase requests"), "requests", VIEW_REQUESTS, "chat-left-text"),
    (msg("Requests for quotation"), "quotations", VIEW_PURCHASES, "envelope-paper"),
    (msg("Offers of suppliers"), "offers", VIEW_PURCHASES, "tags"),
    (msg("Purchase agreements"), "agreements", VIEW_PURCHASES, "file-earmark-check"),
    (msg("Approvals"), "approvals", VIEW_PURCHASES, "check2-square"),
    (msg("Used goods of suppliers"), "used-goods", VIEW_PURCHASES, "arrow-left-right"),
)
_ANALYSIS: Final = (
    (msg("Lines of orders"), "order-items", VIEW_PURCHASES, "list-check"),
    (msg("What was bought"), "purchase-lines", VIEW_PURCHASES, "bar-chart"),
)
_SET_UP: Final = (
    (msg("Supplier prices"), "prices", VIEW_PURCHASES, "currency-exchange"),
    (msg("Order templates"), "order-templates", VIEW_PURCHASES, "files"),
    (msg("Delegations"), "delegations", APPROVE_ORDERS, "person-badge"),
    (msg("Approval limits"), "approval-limits", SET_LIMITS, "shield-check"),
)
MENU: Final = tuple(
    MenuItem(title, f"/purchases/{path}", permission, _SECTION, icon, start + place, group)
    for start, group, entries in (
        (10, "", _DAILY),
        (50, ANALYSIS_GROUP, _ANALYSIS),
        (80, SETUP_GROUP, _SET_UP),
    )
    for place, (title, path, permission, icon) in enumerate(entries)
)
