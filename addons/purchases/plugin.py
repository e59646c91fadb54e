"""The table of contents of purchases."""

from __future__ import annotations

from pathlib import Path

from addons.purchases.models import MODELS
from addons.purchases.options import OPTIONS
from addons.purchases.permissions import (
    APPROVE_ORDERS,
    PERMISSIONS,
    ROLES,
    SET_LIMITS,
    VIEW_PURCHASES,
    VIEW_REQUESTS,
)
from addons.purchases.services.invariants import INVARIANTS
from addons.purchases.views import RESOURCES
from core.api import (
    Invariant,
    MenuItem,
    OptionSet,
    Permission,
    Resource,
    Role,
    TemplateFolder,
    hookimpl,
    msg,
)

_SECTION = msg("Purchases")


@hookimpl
def register_models() -> list[type]:
    return list(MODELS)


@hookimpl
def register_permissions() -> list[Permission]:
    return list(PERMISSIONS)


@hookimpl
def register_roles() -> list[Role]:
    return list(ROLES)


@hookimpl
def register_options() -> list[OptionSet]:
    return [OPTIONS]


@hookimpl
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_menu() -> list[MenuItem]:
    entries = (
        (msg("Purchase orders"), "orders", VIEW_PURCHASES, "cart", 10),
        (msg("Receipts and returns"), "receipts", VIEW_PURCHASES, "box-arrow-in-down", 20),
        (msg("Bills"), "bills", VIEW_PURCHASES, "receipt", 30),
        (msg("Payments to suppliers"), "payments", VIEW_PURCHASES, "cash-stack", 40),
        (msg("Purchase requests"), "requests", VIEW_REQUESTS, "chat-left-text", 50),
        (msg("Requests for quotation"), "quotations", VIEW_PURCHASES, "envelope-paper", 60),
        (msg("Offers of suppliers"), "offers", VIEW_PURCHASES, "tags", 65),
        (msg("Purchase agreements"), "agreements", VIEW_PURCHASES, "file-earmark-check", 70),
        (msg("Supplier prices"), "prices", VIEW_PURCHASES, "currency-exchange", 75),
        (msg("Order templates"), "order-templates", VIEW_PURCHASES, "files", 80),
        (msg("Lines of orders"), "order-items", VIEW_PURCHASES, "list-check", 85),
        (msg("What was bought"), "purchase-lines", VIEW_PURCHASES, "bar-chart", 90),
        (msg("Approvals"), "approvals", VIEW_PURCHASES, "check2-square", 100),
        (msg("Delegations"), "delegations", APPROVE_ORDERS, "person-badge", 105),
        (msg("Approval limits"), "approval-limits", SET_LIMITS, "shield-check", 110),
    )
    return [
        MenuItem(title, f"/purchases/{path}", permission, _SECTION, icon, order)
        for title, path, permission, icon, order in entries
    ]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def register_invariants() -> list[Invariant]:
    return list(INVARIANTS)
