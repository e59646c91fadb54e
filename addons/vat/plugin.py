"""VAT's table of contents."""

from __future__ import annotations

from addons.accounting.api import TaxEngine
from addons.vat.models import MODELS
from addons.vat.options import OPTIONS
from addons.vat.permissions import PERMISSIONS, ROLES
from addons.vat.services.posting import ENGINE
from core.api import Extension, OptionSet, Permission, Role, hookimpl


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
def register_extensions() -> list[Extension]:
    return [Extension(TaxEngine, "vat", ENGINE)]
