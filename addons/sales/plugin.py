"""The table of contents of sales."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.sales.cards import CARDS
from addons.sales.models import MODELS
from addons.sales.options import OPTIONS, PORTAL_OPTIONS
from addons.sales.permissions import PERMISSIONS, ROLES
from addons.sales.services.commissions.invariants import INVARIANTS as COMMISSION_INVARIANTS
from addons.sales.services.defaults import install_reasons
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.portal.sample import fill_portal
from addons.sales.services.recurring.invariants import INVARIANTS as RECURRING_INVARIANTS
from addons.sales.services.sample import fill
from addons.sales.views import MENU, PAGES, REPORTS, RESOURCES, SLOTS
from addons.sales.views.commissions import JOBS as COMMISSION_JOBS
from addons.sales.views.mail_jobs import JOBS
from addons.sales.views.recurring_cards import CARDS as RECURRING_CARDS
from addons.sales.views.recurring_jobs import JOBS as RECURRING_JOBS
from addons.sales.views.retention_jobs import JOBS as RETENTION_JOBS
from addons.sales.views.targets import CARDS as TARGET_CARDS
from core.api import (
    Card,
    Invariant,
    Job,
    MenuItem,
    OptionSet,
    Permission,
    Report,
    Resource,
    Role,
    Route,
    Slot,
    TemplateFolder,
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
    return [OPTIONS, PORTAL_OPTIONS]


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
def register_slots() -> list[Slot]:
    return list(SLOTS)


@hookimpl
def register_jobs() -> list[Job]:
    return [*JOBS, *RECURRING_JOBS, *COMMISSION_JOBS, *RETENTION_JOBS]


@hookimpl
def register_reports() -> list[Report]:
    return list(REPORTS)


@hookimpl
def register_invariants() -> list[Invariant]:
    return [*INVARIANTS, *RECURRING_INVARIANTS, *COMMISSION_INVARIANTS]


@hookimpl
def register_cards() -> list[Card]:
    return [*CARDS, *RECURRING_CARDS, *TARGET_CARDS]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def addon_enabled(session: Session) -> None:
    install_reasons(session)


@hookimpl
def sample_data(session: Session) -> None:
    fill(session)
    fill_portal(session)
