"""The table of contents of electronic invoicing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.zatca.jobs import JOBS
from addons.zatca.models import MODELS
from addons.zatca.options import OPTIONS
from addons.zatca.permissions import PERMISSIONS, ROLES
from addons.zatca.services.archive import require_past_keeping
from addons.zatca.services.invariants import INVARIANTS
from addons.zatca.services.sending import troubles
from addons.zatca.views import CARDS, MENU, RESOURCES, ROUTES, SLOTS, STEPS
from core.api import (
    Card,
    Invariant,
    Job,
    MenuItem,
    OnboardingStep,
    OptionSet,
    Permission,
    Resource,
    Role,
    Route,
    Slot,
    TemplateFolder,
    Trouble,
    hookimpl,
)


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
def register_jobs() -> list[Job]:
    return list(JOBS)


@hookimpl
def register_routes() -> list[Route]:
    return list(ROUTES)


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return troubles.troubles(session)


@hookimpl
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_menu() -> list[MenuItem]:
    return list(MENU)


@hookimpl
def register_slots() -> list[Slot]:
    return list(SLOTS)


@hookimpl
def register_cards() -> list[Card]:
    return list(CARDS)


@hookimpl
def register_onboarding() -> list[OnboardingStep]:
    return list(STEPS)


@hookimpl
def register_invariants() -> list[Invariant]:
    return list(INVARIANTS)


@hookimpl
def addon_purging(session: Session) -> None:
    require_past_keeping(session)
