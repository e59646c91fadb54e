"""The table of contents of purchases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.purchases.cards import CARDS, STEPS
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
from addons.purchases.services.sample import fill
from addons.purchases.views import RESOURCES, comparison, tools
from core.api import (
    Card,
    Invariant,
    MenuItem,
    OnboardingStep,
    OptionSet,
    Permission,
    Report,
    Resource,
    Role,
    Route,
    Slot,
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


@hookimpl
def register_routes() -> list[Route]:
    return [*comparison.ROUTES, *tools.ROUTES]


@hookimpl
def register_slots() -> list[Slot]:
    return [*comparison.SLOTS, *tools.SLOTS]


@hookimpl
def register_reports() -> list[Report]:
    return list(tools.REPORTS)


@hookimpl
def register_cards() -> list[Card]:
    return list(CARDS)


@hookimpl
def register_onboarding() -> list[OnboardingStep]:
    return list(STEPS)


@hookimpl
def sample_data(session: Session) -> None:
    fill(session)
