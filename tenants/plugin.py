"""What the control plane adds to its own host, with the same hooks as any addon."""

from __future__ import annotations

from core import declare
from core.hookspecs import hookimpl
from tenants import licence_models, outside_models, permissions, views, work_models
from tenants.models import DatabaseServer, Domain, Organization, TemplateDatabase


@hookimpl
def register_models() -> list[type]:
    """The tables of the schema `tenants`, in the control plane's database alone."""
    tables = [DatabaseServer, Organization, Domain, TemplateDatabase]
    return [*tables, *work_models.MODELS, *outside_models.MODELS, *licence_models.MODELS]


@hookimpl
def register_permissions() -> list[declare.Permission]:
    """What the operator's staff may do."""
    return [permissions.SEE, permissions.MANAGE]


@hookimpl
def register_roles() -> list[declare.Role]:
    """The operator's staff."""
    return [permissions.OPERATOR, permissions.ONLOOKER]


@hookimpl
def register_resources() -> list[declare.Resource]:
    """Organizations, domains and database servers."""
    return [views.ORGANIZATIONS, views.DOMAINS, views.SERVERS]


@hookimpl
def register_menu() -> list[declare.MenuItem]:
    """Where they are found."""
    return list(views.MENU)
