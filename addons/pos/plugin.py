"""The table of contents of the point of sale."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.pos.extension_points import ReceiptPrinter
from addons.pos.jobs import JOBS
from addons.pos.models import MODELS
from addons.pos.options import OPTIONS
from addons.pos.permissions import PERMISSIONS, ROLES
from addons.pos.services.invariants import INVARIANTS
from addons.pos.services.printing.network import NetworkPrinters
from addons.pos.services.sample import fill
from addons.pos.services.setting_up import set_up
from addons.pos.services.traces import INVARIANTS as TRACE_INVARIANTS
from addons.pos.services.troubles import waiting_operations
from addons.pos.views import CARDS, MENU, PAGES, REPORTS, RESOURCES, SLOTS, STEPS
from addons.pos.views import JOBS as VIEW_JOBS
from core.api import (
    Card,
    Extension,
    Invariant,
    Job,
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
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_routes() -> list[Route]:
    return list(PAGES)


@hookimpl
def register_menu() -> list[MenuItem]:
    return list(MENU)


@hookimpl
def register_jobs() -> list[Job]:
    return [*JOBS, *VIEW_JOBS]


@hookimpl
def register_invariants() -> list[Invariant]:
    return [*INVARIANTS, *TRACE_INVARIANTS]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def addon_enabled(session: Session) -> None:
    set_up(session)


@hookimpl
def sample_data(session: Session) -> None:
    fill(session)


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
def register_reports() -> list[Report]:
    return list(REPORTS)


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return waiting_operations(session)


@hookimpl
def register_extensions() -> list[Extension]:
    return [Extension(ReceiptPrinter, "tcp", NetworkPrinters())]
