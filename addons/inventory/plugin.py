"""Inventory's table of contents."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.catalog.api import LabelSource, StockKeeping
from addons.inventory.jobs import JOBS
from addons.inventory.models import MODELS
from addons.inventory.options import OPERATIONS, OPTIONS
from addons.inventory.permissions import PERMISSIONS, ROLES
from addons.inventory.services.keeping import KEEPING
from addons.inventory.services.labels import StockLabels
from addons.inventory.services.ledger.places import install_places
from addons.inventory.services.operations_invariants import INVARIANTS as OPERATIONS_INVARIANTS
from addons.inventory.services.operations_sample import fill_operations
from addons.inventory.services.packages.invariants import INVARIANTS as PACKAGE_INVARIANTS
from addons.inventory.services.troubles import expired_goods
from addons.inventory.services.valuation.invariants import INVARIANTS as VALUE_INVARIANTS
from addons.inventory.views import operations, valuation
from core.api import (
    Card,
    Extension,
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
    return [OPTIONS, OPERATIONS]


@hookimpl
def register_extensions() -> list[Extension]:
    return [
        Extension(LabelSource, "inventory", StockLabels()),
        Extension(StockKeeping, "inventory", KEEPING),
    ]


@hookimpl
def register_resources() -> list[Resource]:
    return [*operations.RESOURCES, *valuation.RESOURCES]


@hookimpl
def register_routes() -> list[Route]:
    return [*operations.ROUTES, *valuation.ROUTES]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [*operations.MENU, *valuation.MENU]


@hookimpl
def register_slots() -> list[Slot]:
    return [*operations.SLOTS, *valuation.SLOTS]


@hookimpl
def register_cards() -> list[Card]:
    return [*operations.CARDS, *valuation.CARDS]


@hookimpl
def register_reports() -> list[Report]:
    return list(valuation.REPORTS)


@hookimpl
def register_jobs() -> list[Job]:
    return list(JOBS)


@hookimpl
def register_invariants() -> list[Invariant]:
    return [*OPERATIONS_INVARIANTS, *PACKAGE_INVARIANTS, *VALUE_INVARIANTS]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return expired_goods(session)


@hookimpl
def sample_data(session: Session) -> None:
    fill_operations(session)


@hookimpl
def addon_enabled(session: Session) -> None:
    install_places(session)
