"""The table of contents of contacts."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.contacts.jobs import JOBS
from addons.contacts.models import MODELS
from addons.contacts.permissions import DELETE_CONTACTS, PERMISSIONS, ROLES, VIEW_CONTACTS
from addons.contacts.routes import ROUTES
from addons.contacts.services.invariants import INVARIANTS
from addons.contacts.services.sample import fill
from addons.contacts.services.troubles import same_tax_number
from addons.contacts.views import RESOURCES, SLOTS
from core.api import (
    Invariant,
    Job,
    MenuItem,
    Permission,
    Resource,
    Role,
    Route,
    Slot,
    TemplateFolder,
    Trouble,
    hookimpl,
    msg,
)

_SECTION = msg("Contacts")


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
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_routes() -> list[Route]:
    return list(ROUTES)


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(msg("Contacts"), "/contacts/contacts", VIEW_CONTACTS, _SECTION, "people", 10),
        MenuItem(msg("Contact groups"), "/contacts/groups", VIEW_CONTACTS, _SECTION, "tags", 20),
        MenuItem(msg("Addresses"), "/contacts/addresses", VIEW_CONTACTS, _SECTION, "geo-alt", 25),
        MenuItem(
            msg("Duplicate contacts"), "/contacts/duplicates", DELETE_CONTACTS, _SECTION, "copy", 30
        ),
    ]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def register_slots() -> list[Slot]:
    return list(SLOTS)


@hookimpl
def register_jobs() -> list[Job]:
    return list(JOBS)


@hookimpl
def register_invariants() -> list[Invariant]:
    return list(INVARIANTS)


@hookimpl
def sample_data(session: Session) -> None:
    fill(session)


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return same_tax_number(session)
