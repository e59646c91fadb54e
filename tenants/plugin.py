"""What the control plane adds to its own host, with the same hooks as any addon."""

from __future__ import annotations

from core.hookspecs import hookimpl
from tenants import work_models
from tenants.models import DatabaseServer, Domain, Organization, TemplateDatabase


@hookimpl
def register_models() -> list[type]:
    """The tables of the schema `tenants`, in the control plane's database alone."""
    return [DatabaseServer, Organization, Domain, TemplateDatabase, *work_models.MODELS]
