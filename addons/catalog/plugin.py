"""The table of contents of the catalog."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.catalog.models import MODELS
from addons.catalog.options import OPTIONS, PRICE_OPTIONS
from addons.catalog.permissions import PERMISSIONS, ROLES, SET_UP_CATALOG, VIEW_PRODUCTS
from addons.catalog.services.first_units import ensure_units
from addons.catalog.views import RESOURCES
from core.api import MenuItem, OptionSet, Permission, Resource, Role, hookimpl, msg

_SECTION = msg("Products")


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
    return [OPTIONS, PRICE_OPTIONS]


@hookimpl
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(msg("Products"), "/catalog/products", VIEW_PRODUCTS, _SECTION, "box-seam", 10),
        MenuItem(msg("Templates"), "/catalog/templates", VIEW_PRODUCTS, _SECTION, "grid-3x3", 20),
        MenuItem(
            msg("Product categories"), "/catalog/categories", VIEW_PRODUCTS, _SECTION, "tags", 30
        ),
        MenuItem(msg("Brands"), "/catalog/brands", VIEW_PRODUCTS, _SECTION, "award", 40),
        MenuItem(msg("Attributes"), "/catalog/attributes", SET_UP_CATALOG, _SECTION, "palette", 80),
        MenuItem(msg("Units"), "/catalog/units", SET_UP_CATALOG, _SECTION, "rulers", 90),
    ]


@hookimpl
def addon_enabled(session: Session) -> None:
    ensure_units(session)
