"""What the control plane adds to its own host, with the same hooks as any addon."""

from __future__ import annotations

from pathlib import Path

from core import declare
from core.hookspecs import hookimpl
from tenants import (
    brand_models,
    brand_pages,
    brand_views,
    customer_pages,
    licence_models,
    offer_views,
    outside_models,
    package_pages,
    permissions,
    reseller_models,
    reseller_views,
    views,
    work_models,
)
from tenants.models import (
    CustomerReport,
    DatabaseServer,
    Domain,
    Organization,
    Reseller,
    TemplateDatabase,
)


@hookimpl
def register_models() -> list[type]:
    """The tables of the schema `tenants`, in the control plane's database alone."""
    tables = [DatabaseServer, Reseller, Organization, Domain, CustomerReport, TemplateDatabase]
    sold = reseller_models.MODELS
    return [
        *tables,
        *work_models.MODELS,
        *outside_models.MODELS,
        *licence_models.MODELS,
        *sold,
        *brand_models.MODELS,
    ]


@hookimpl
def register_permissions() -> list[declare.Permission]:
    """What the operator's staff, and that of resellers, may do."""
    return list(permissions.ALL)


@hookimpl
def register_roles() -> list[declare.Role]:
    """The operator's staff, and that of resellers."""
    return [permissions.OPERATOR, permissions.ONLOOKER, permissions.RESELLER]


@hookimpl
def register_resources() -> list[declare.Resource]:
    """Organizations, domains and database servers; resellers, their customers and offers."""
    sold = [offer_views.TERMS, offer_views.OFFERS]
    return [
        *[views.ORGANIZATIONS, views.DOMAINS, views.SERVERS],
        *[reseller_views.RESELLERS, reseller_views.CUSTOMERS, reseller_views.REQUESTS, *sold],
        brand_views.BRANDS,
    ]


@hookimpl
def register_menu() -> list[declare.MenuItem]:
    """Where they are found."""
    return [*views.MENU, *brand_views.MENU, *reseller_views.MENU, *offer_views.MENU]


@hookimpl
def register_routes() -> list[declare.Route]:
    """Pages that are neither list nor form."""
    return [*brand_pages.ROUTES, *customer_pages.ROUTES, *package_pages.ROUTES]


@hookimpl
def register_slots() -> list[declare.Slot]:
    """What stands beside records."""
    return [*brand_pages.SLOTS, *customer_pages.SLOTS, *package_pages.SLOTS]


@hookimpl
def register_templates() -> list[declare.TemplateFolder]:
    """The templates of those pages."""
    return [declare.TemplateFolder(Path(__file__).parent / "templates")]
