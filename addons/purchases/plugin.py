"""The table of contents of purchases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.purchases.cards import CARDS, STEPS
from addons.purchases.models import MODELS
from addons.purchases.options import OPTIONS
from addons.purchases.permissions import (
    PERMISSIONS,
    ROLES,
)
from addons.purchases.services.invariants import INVARIANTS
from addons.purchases.services.sample import fill
from addons.purchases.views import RESOURCES, comparison, tools
from addons.purchases.views.menu import MENU
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
    return list(MENU)


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
