"""VAT's table of contents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from addons.accounting.api import ClosingStep, TaxEngine
from addons.vat.models import MODELS, VatReturn
from addons.vat.options import OPTIONS
from addons.vat.permissions import EDIT_TAXES, PERMISSIONS, ROLES, VIEW_TAXES
from addons.vat.routes import ROUTES
from addons.vat.services import audit, reminders
from addons.vat.services.invariants import INVARIANTS
from addons.vat.services.posting import ENGINE
from addons.vat.services.sample import fill, prepare
from addons.vat.services.setup_step import has_taxes
from addons.vat.views import RESOURCES
from core.api import (
    SETUP_GROUP,
    Extension,
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
    Tile,
    Trouble,
    actor,
    hookimpl,
    msg,
)

_SECTION = msg("Tax")


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
    return list(ROUTES)


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(msg("Tax returns"), "/vat/returns", VIEW_TAXES, _SECTION, "file-earmark-text", 10),
        MenuItem(msg("Payments of tax"), "/vat/payments", VIEW_TAXES, _SECTION, "cash", 15),
        MenuItem(msg("VAT audit"), "/vat/audit", VIEW_TAXES, _SECTION, "search", 20),
        MenuItem(msg("Taxes"), "/vat/taxes", VIEW_TAXES, _SECTION, "percent", 30, SETUP_GROUP),
        MenuItem(
            msg("Tax groups"), "/vat/groups", VIEW_TAXES, _SECTION, "collection", 40, SETUP_GROUP
        ),
        MenuItem(
            msg("Fiscal positions"),
            "/vat/positions",
            VIEW_TAXES,
            _SECTION,
            "globe",
            50,
            SETUP_GROUP,
        ),
        MenuItem(
            msg("Taxes of a country"), "/vat/setup", EDIT_TAXES, _SECTION, "flag", 60, SETUP_GROUP
        ),
    ]


@hookimpl
def register_extensions() -> list[Extension]:
    return [
        Extension(TaxEngine, "vat", ENGINE),
        Extension(ClosingStep, reminders.STEP.name, reminders.STEP),
    ]


@hookimpl
def register_reports() -> list[Report]:
    return [Report("vat.audit", msg("VAT audit"), VIEW_TAXES, audit.report)]


@hookimpl
def register_invariants() -> list[Invariant]:
    return list(INVARIANTS)


@hookimpl
def register_onboarding() -> list[OnboardingStep]:
    return [
        OnboardingStep(
            "vat.taxes",
            msg("Set up your taxes"),
            msg("Put in the taxes of your country, with their accounts and return form."),
            "/vat/setup",
            EDIT_TAXES,
            has_taxes,
            order=35,
        )
    ]


def _form_of(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    record = given["record"]
    return {"vat_return": record} if isinstance(record, VatReturn) else None


@hookimpl
def register_slots() -> list[Slot]:
    return [Slot("core.record.tools", "vat/tool.html", _form_of, VIEW_TAXES)]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def sample_settings(session: Session) -> None:
    prepare(session)


@hookimpl
def sample_data(session: Session) -> None:
    fill(session)


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return reminders.overdue(session)


@hookimpl
def page_tiles(session: Session) -> list[Tile]:
    return reminders.tiles(session) if actor(session).may(VIEW_TAXES.code) else []
