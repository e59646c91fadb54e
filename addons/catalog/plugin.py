"""The table of contents of the catalog."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.catalog.extension_points import LabelSource
from addons.catalog.imports import IMPORTS
from addons.catalog.models import MODELS
from addons.catalog.options import OPTIONS, PRICE_OPTIONS
from addons.catalog.permissions import EDIT_PRODUCTS, PERMISSIONS, ROLES, VIEW_PRODUCTS
from addons.catalog.services.first_units import ensure_units
from addons.catalog.services.glance import any_product, beside_product, beside_template
from addons.catalog.services.invariants import INVARIANTS
from addons.catalog.services.labels.kinds import ProductLabels
from addons.catalog.services.labels.sample import fill_designs
from addons.catalog.services.prices.invariants import INVARIANTS as PRICE_INVARIANTS
from addons.catalog.services.prices.sample import fill_prices
from addons.catalog.services.sample import fill
from addons.catalog.views import RESOURCES, ROUTES, SLOTS
from addons.catalog.views.menu import MENU
from core.api import (
    Extension,
    Importer,
    Invariant,
    MenuItem,
    OnboardingStep,
    OptionSet,
    Permission,
    Resource,
    Role,
    Route,
    Slot,
    TemplateFolder,
    hookimpl,
    msg,
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
    return [OPTIONS, PRICE_OPTIONS]


@hookimpl
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_extensions() -> list[Extension]:
    return [Extension(LabelSource, "catalog", ProductLabels())]


@hookimpl
def register_routes() -> list[Route]:
    return list(ROUTES)


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def register_imports() -> list[Importer]:
    return list(IMPORTS)


@hookimpl
def register_invariants() -> list[Invariant]:
    return [*INVARIANTS, *PRICE_INVARIANTS]


@hookimpl
def register_slots() -> list[Slot]:
    return [
        *SLOTS,
        Slot("catalog.products.side", "catalog/product_side.html", beside_product, VIEW_PRODUCTS),
        Slot(
            "catalog.templates.side", "catalog/template_side.html", beside_template, VIEW_PRODUCTS
        ),
    ]


@hookimpl
def register_menu() -> list[MenuItem]:
    return list(MENU)


@hookimpl
def register_onboarding() -> list[OnboardingStep]:
    return [
        OnboardingStep(
            name="catalog.products",
            title=msg("Add your products"),
            help=msg("One by one, or all at once from a file."),
            url="/catalog/products/import",
            permission=EDIT_PRODUCTS,
            done=any_product,
            order=40,
        )
    ]


@hookimpl
def sample_data(session: Session) -> None:
    fill(session)
    fill_prices(session)
    fill_designs(session)


@hookimpl
def addon_enabled(session: Session) -> None:
    ensure_units(session)
