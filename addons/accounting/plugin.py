"""Accounting's table of contents."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.accounting.cards import CARDS, STEPS
from addons.accounting.extension_points import ClosingStep
from addons.accounting.imports import IMPORTS
from addons.accounting.jobs import JOBS
from addons.accounting.models import MODELS, Account, JournalEntry
from addons.accounting.options import OPTIONS
from addons.accounting.permissions import PERMISSIONS, ROLES, VIEW_BOOKS
from addons.accounting.routes import ROUTES
from addons.accounting.services.bank.checks import INVARIANTS as BANK_INVARIANTS
from addons.accounting.services.bank.checks import bank_troubles
from addons.accounting.services.chart import install_defaults
from addons.accounting.services.closing.steps import STEPS as CLOSING_STEPS
from addons.accounting.services.collections.figures import forgotten_cheques
from addons.accounting.services.collections.levels import install_levels
from addons.accounting.services.drafts import count_drafts
from addons.accounting.services.invariants import INVARIANTS
from addons.accounting.services.recurring.troubles import stuck_recurring
from addons.accounting.services.sample import fill, prepare
from addons.accounting.services.troubles import closed_today
from addons.accounting.views import MENU, PAGES, REPORTS, RESOURCES, SLOTS, entry_title, receivables
from addons.accounting.views.audit_packs import MENU as AUDIT_MENU
from addons.accounting.views.companies import MENU as COMPANIES_MENU
from addons.accounting.views.consolidation import MENU as GROUP_MENU
from addons.accounting.views.menu import MENU as BOOKS_MENU
from core.api import (
    Card,
    Extension,
    FoundRecord,
    Importer,
    Invariant,
    Job,
    MenuItem,
    OnboardingStep,
    OptionSet,
    Permission,
    Report,
    Resource,
    Role,
    Route,
    Slot,
    TemplateFolder,
    Tile,
    Trouble,
    actor,
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
    return [OPTIONS]


@hookimpl
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_routes() -> list[Route]:
    return [*ROUTES, *PAGES]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [*BOOKS_MENU, *receivables.MENU, *MENU, AUDIT_MENU, *COMPANIES_MENU, *GROUP_MENU]


@hookimpl
def register_slots() -> list[Slot]:
    return [*SLOTS, *receivables.SLOTS]


@hookimpl
def register_jobs() -> list[Job]:
    return [*JOBS, *receivables.JOBS]


@hookimpl
def register_reports() -> list[Report]:
    return [*REPORTS, *receivables.REPORTS]


@hookimpl
def register_imports() -> list[Importer]:
    return list(IMPORTS)


@hookimpl
def register_invariants() -> list[Invariant]:
    return [*INVARIANTS, *BANK_INVARIANTS]


@hookimpl
def register_cards() -> list[Card]:
    return list(CARDS)


@hookimpl
def register_onboarding() -> list[OnboardingStep]:
    return list(STEPS)


@hookimpl
def register_extensions() -> list[Extension]:
    return [Extension(ClosingStep, step.name, step) for step in CLOSING_STEPS]


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def addon_enabled(session: Session) -> None:
    install_defaults(session)
    install_levels(session)


@hookimpl
def sample_settings(session: Session) -> None:
    prepare(session)


@hookimpl
def sample_data(session: Session) -> None:
    fill(session)


@hookimpl
def find_records(session: Session, text: str) -> list[FoundRecord]:
    if not actor(session).may(VIEW_BOOKS.code):
        return []
    entries = session.scalars(select(JournalEntry).where(JournalEntry.number == text.upper()))
    contained = Account.code.icontains(text, autoescape=True)
    named = Account.name.icontains(text, autoescape=True)
    accounts = session.scalars(select(Account).where(or_(contained, named)).limit(5))
    return [
        *(
            FoundRecord(entry_title(e), f"/accounting/entries/{e.id}", msg("Journal entry"))
            for e in entries
        ),
        *(FoundRecord(a.code, f"/accounting/accounts/{a.id}", msg("Account")) for a in accounts),
    ]


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return [
        *closed_today(session),
        *forgotten_cheques(session),
        *bank_troubles(session),
        *stuck_recurring(session),
    ]


@hookimpl
def page_tiles(session: Session) -> list[Tile]:
    if not actor(session).may(VIEW_BOOKS.code):
        return []
    drafts = count_drafts(session)
    return [
        Tile(
            msg("Draft entries"),
            str(drafts),
            "/accounting/entries?state=draft",
            order=40,
            reads=("accounting.entries",),
            name="drafts",
        )
    ]
