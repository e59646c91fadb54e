"""The table of contents of electronic invoicing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.zatca.jobs import JOBS
from addons.zatca.models import MODELS
from addons.zatca.options import OPTIONS
from addons.zatca.permissions import PERMISSIONS, ROLES
from addons.zatca.services.sending import troubles
from addons.zatca.views import ROUTES
from core.api import (
    Job,
    OptionSet,
    Permission,
    Role,
    Route,
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
