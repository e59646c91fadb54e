"""The table of contents of the point of sale."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.pos.jobs import JOBS
from addons.pos.models import MODELS
from addons.pos.options import OPTIONS
from addons.pos.permissions import PERMISSIONS, ROLES
from addons.pos.services.setting_up import set_up
from addons.pos.views import MENU, PAGES, RESOURCES, SLOTS
from core.api import (
    Job,
    MenuItem,
    OptionSet,
    Permission,
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
    return list(JOBS)


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def addon_enabled(session: Session) -> None:
    set_up(session)


@hookimpl
def register_slots() -> list[Slot]:
    return list(SLOTS)
