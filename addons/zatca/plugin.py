"""The table of contents of electronic invoicing."""

from __future__ import annotations

from addons.zatca.jobs import JOBS
from addons.zatca.models import MODELS
from addons.zatca.options import OPTIONS
from addons.zatca.permissions import PERMISSIONS, ROLES
from core.api import Job, OptionSet, Permission, Role, hookimpl


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
