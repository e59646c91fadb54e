"""The kernel as an addon: the contributions of its parts, through the hooks that all use.

A new part adds its `declarations` to the imports and to `_PARTS`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core import declare
from core.addons import declarations as addons
from core.addons.troubles import idle_addons, outdated_addons
from core.auth import declarations as auth
from core.auth.roles import sync_roles
from core.conversation import declarations as conversation
from core.custody import declarations as custody
from core.custody.room import scarce_room
from core.custom import declarations as custom
from core.custom.changing import drop_purged
from core.db import declarations as db
from core.events import declarations as events
from core.guests import declarations as guests
from core.guests.troubles import asking_guests
from core.health import declarations as health
from core.hookspecs import hookimpl
from core.importing import declarations as importing
from core.jobs import declarations as jobs
from core.jobs.troubles import failed_jobs
from core.licensing import declarations as licensing
from core.mail import declarations as mail
from core.numbering import declarations as numbering
from core.part import KernelPart
from core.repairs import declarations as repairs
from core.repairs.finding import failing_invariants
from core.web import declarations as web
from core.web.auth import declarations as web_auth
from core.web.bulk import declarations as web_bulk
from core.web.catalogue import declarations as web_catalogue
from core.web.catalogue.reporting import tell_the_seller
from core.web.conversation import declarations as web_conversation
from core.web.conversation.activity_pages import due_tile
from core.web.custody import declarations as web_custody
from core.web.custom import declarations as web_custom
from core.web.dashboards import declarations as web_dashboards
from core.web.documents import declarations as web_documents
from core.web.domains import declarations as web_domains
from core.web.guests import declarations as web_guests
from core.web.importing import declarations as web_importing
from core.web.licences import declarations as web_licences
from core.web.printing import declarations as web_printing
from core.web.repairs import declarations as web_repairs
from core.web.repairs.pages import repairs_tile
from core.web.resources import declarations as web_resources
from core.web.resources.views import declarations as web_views
from core.web.sample import declarations as web_sample
from core.web.webhooks import declarations as web_webhooks
from core.webhooks import declarations as webhooks
from core.webhooks.troubles import refusing

_PARTS: Final[tuple[KernelPart, ...]] = (
    db.PART,
    addons.PART,
    auth.PART,
    mail.PART,
    numbering.PART,
    jobs.PART,
    health.PART,
    events.PART,
    conversation.PART,
    importing.PART,
    custody.PART,
    guests.PART,
    licensing.PART,
    repairs.PART,
    webhooks.PART,
    custom.PART,
    web.PART,
    web_dashboards.PART,
    web_auth.PART,
    web_resources.PART,
    web_conversation.PART,
    web_printing.PART,
    web_views.PART,
    web_bulk.PART,
    web_importing.PART,
    web_documents.PART,
    web_custody.PART,
    web_guests.PART,
    web_domains.PART,
    web_licences.PART,
    web_repairs.PART,
    web_webhooks.PART,
    web_custom.PART,
    web_sample.PART,
    web_catalogue.PART,
)


@hookimpl
def register_models() -> list[type]:
    return [item for part in _PARTS for item in part.models]


@hookimpl
def register_permissions() -> list[declare.Permission]:
    return [item for part in _PARTS for item in part.permissions]


@hookimpl
def register_roles() -> list[declare.Role]:
    return [item for part in _PARTS for item in part.roles]


@hookimpl
def register_options() -> list[declare.OptionSet]:
    return [item for part in _PARTS for item in part.options]


@hookimpl
def register_resources() -> list[declare.Resource]:
    return [item for part in _PARTS for item in part.resources]


@hookimpl
def register_routes() -> list[declare.Route]:
    return [item for part in _PARTS for item in part.routes]


@hookimpl
def register_menu() -> list[declare.MenuItem]:
    return [item for part in _PARTS for item in part.menu]


@hookimpl
def register_slots() -> list[declare.Slot]:
    return [item for part in _PARTS for item in part.slots]


@hookimpl
def register_jobs() -> list[declare.Job]:
    return [item for part in _PARTS for item in part.jobs]


@hookimpl
def register_reports() -> list[declare.Report]:
    return [item for part in _PARTS for item in part.reports]


@hookimpl
def register_imports() -> list[declare.Importer]:
    return [item for part in _PARTS for item in part.imports]


@hookimpl
def register_invariants() -> list[declare.Invariant]:
    return [item for part in _PARTS for item in part.invariants]


@hookimpl
def register_cards() -> list[declare.Card]:
    return [item for part in _PARTS for item in part.cards]


@hookimpl
def register_onboarding() -> list[declare.OnboardingStep]:
    return [item for part in _PARTS for item in part.onboarding]


@hookimpl
def register_templates() -> list[declare.TemplateFolder]:
    return [item for part in _PARTS for item in part.templates]


@hookimpl
def addons_changed(session: Session) -> None:
    sync_roles(session)
    tell_the_seller(session)
    drop_purged(session)


@hookimpl
def page_tiles(session: Session) -> list[declare.Tile]:
    return [*repairs_tile(session), *due_tile(session)]


@hookimpl
def find_troubles(session: Session) -> list[declare.Trouble]:
    return [
        *idle_addons(session),
        *outdated_addons(session),
        *failed_jobs(session),
        *failing_invariants(session),
        *refusing(session),
        *asking_guests(session),
        *scarce_room(session),
    ]
