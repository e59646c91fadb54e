"""Inventory's table of contents."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.catalog.api import StockKeeping
from addons.inventory.models import MODELS
from addons.inventory.options import OPERATIONS, OPTIONS
from addons.inventory.permissions import PERMISSIONS, ROLES
from addons.inventory.services.keeping import KEEPING
from addons.inventory.services.ledger.places import install_places
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
    return [OPTIONS, OPERATIONS]


@hookimpl
def register_extensions() -> list[Extension]:
    return [Extension(StockKeeping, "inventory", KEEPING)]


@hookimpl
def addon_enabled(session: Session) -> None:
    install_places(session)
