"""The table of contents of sales."""

from __future__ import annotations

from addons.sales.models import MODELS
from addons.sales.options import OPTIONS
from addons.sales.permissions import PERMISSIONS, ROLES
from core.api import OptionSet, Permission, Role, hookimpl


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
