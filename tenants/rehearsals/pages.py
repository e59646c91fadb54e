"""Where rehearsals are asked for, on the page of upgrades, and how far they are."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.declare import Route
from core.errors import AppError
from core.i18n import phrase
from core.web.replies import Fragment, Redirect, Reply
from core.web.request import Request
from tenants.permissions import MANAGE, SEE
from tenants.rehearsals import jobs
from tenants.upgrading.models import Rehearsal
from tenants.upgrading.pages import PAGE

_PROGRESS: Final = "tenants/rehearsals_progress.html"


def ask(session: Session, request: Request) -> Reply:
    """Ask for one; the report appears on the page."""
    try:
        jobs.ask(session, str(request.form.get("slug") or ""))
    except AppError as error:
        return Redirect(PAGE, message=" ".join(filter(None, (error.message, error.fix))))
    return Redirect(PAGE, message=phrase("The rehearsal has begun. Nobody is disturbed by it."))


def show_progress(session: Session, request: Request) -> Reply:
    """How far those under way are; asks again by itself, and leads who watched to the report."""
    found = jobs.newest(session)
    busy = any(not each.ended for each in found)
    watched = "watched" in request.query and not busy
    done = watched and bool(found) and found[0].state == "done"
    report = select(Rehearsal.id).order_by(Rehearsal.id.desc()).limit(1)
    context = {"jobs": found, "busy": busy, "report": session.scalar(report) if done else None}
    return Fragment(_PROGRESS, context)


ROUTES: Final = (
    Route("GET", "/upgrades/rehearsals", show_progress, SEE),
    Route("POST", "/upgrades/rehearsals", ask, MANAGE),
)
