"""The operator's first page: how the whole fleet stands, each number leading to its list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import MenuItem, Route, Slot, msg
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.web.replies import Fragment, Page, Redirect, Reply
from core.web.request import Request
from tenants.operation.collecting import LOOK, MEASURE
from tenants.operation.standing import standing
from tenants.permissions import MANAGE, SEE
from tenants.serving import STATUSES

PAGE: Final = "/tenants/fleet"
REFRESH_SECONDS: Final = 30


def show(session: Session, request: Request) -> Reply:
    """The page."""
    return Page("tenants/fleet.html", _context(session))


def show_figures(session: Session, request: Request) -> Reply:
    """The part that refreshes itself."""
    return Fragment("tenants/fleet_figures.html", _context(session))


def collect(session: Session, request: Request) -> Reply:
    """Collect now what is collected on a schedule."""
    for job in (LOOK, MEASURE):
        enqueue(session, job)
    return Redirect(PAGE, message=phrase("It is being collected. The page shows it in a moment."))


def on_the_start_page(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The same figures where an operator arrives; nothing at a company's address."""
    return _context(session) if binding(session).tenant.is_control else None


def _context(session: Session) -> dict[str, Any]:
    kernel: Kernel = binding(session).context["kernel"]
    return {
        "fleet": standing(session, kernel),
        "page": PAGE,
        "seconds": REFRESH_SECONDS,
        "status_titles": dict(STATUSES),
    }


ROUTES: Final = (
    Route("GET", "/fleet", show, SEE),
    Route("GET", "/fleet/figures", show_figures, SEE),
    Route("POST", "/fleet/collect", collect, MANAGE),
)
MENU: Final = (MenuItem(msg("Fleet"), PAGE, SEE, icon="speedometer2", order=5),)
SLOTS: Final = (Slot("core.start", "tenants/fleet_figures.html", on_the_start_page, SEE, order=1),)
