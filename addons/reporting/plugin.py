"""The table of contents of reporting."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from addons.accounting.api import SEND_REPORTS, VIEW_BOOKS
from addons.reporting.jobs import JOBS
from addons.reporting.models import MODELS
from addons.reporting.routes import ROUTES
from addons.reporting.services.invariants import INVARIANTS
from addons.reporting.services.troubles import failed_reports
from addons.reporting.views import REPORTS, RESOURCES
from core.api import (
    Invariant,
    Job,
    MenuItem,
    Report,
    Resource,
    Route,
    TemplateFolder,
    Trouble,
    hookimpl,
    msg,
)

_SECTION = msg("Reports")
_MENU = (
    (msg("All reports"), "/reporting", "collection"),
    (msg("Profit and loss"), "/reporting/view/profit-and-loss", "graph-up"),
    (msg("Balance sheet"), "/reporting/view/balance-sheet", "bank"),
    (msg("Cash flow"), "/reporting/view/cash-flow", "cash-stack"),
    (msg("Trial balance"), "/reporting/view/trial-balance", "calculator"),
    (msg("General ledger"), "/reporting/view/general-ledger", "journal"),
)


@hookimpl
def register_models() -> list[type]:
    return list(MODELS)


@hookimpl
def register_resources() -> list[Resource]:
    return list(RESOURCES)


@hookimpl
def register_routes() -> list[Route]:
    return list(ROUTES)


@hookimpl
def register_menu() -> list[MenuItem]:
    reports = [
        MenuItem(title, url, VIEW_BOOKS, _SECTION, icon, order=30 + place)
        for place, (title, url, icon) in enumerate(_MENU)
    ]
    sent = MenuItem(
        msg("Reports by e-mail"), "/reporting/schedules", SEND_REPORTS, _SECTION, "send", order=49
    )
    return [*reports, sent]


@hookimpl
def register_jobs() -> list[Job]:
    return list(JOBS)


@hookimpl
def register_reports() -> list[Report]:
    return list(REPORTS)


@hookimpl
def register_invariants() -> list[Invariant]:
    return list(INVARIANTS)


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return failed_reports(session)
