"""Everything that is wrong on one page, each with its cause and what can be done."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.declare import Tile, msg
from core.errors import Forbidden, NotFound
from core.i18n import phrase
from core.i18n.formats import number
from core.jobs.models import Job
from core.jobs.progress import Progress, progress_of
from core.jobs.queue import enqueue
from core.repairs.checking import JOB
from core.repairs.finding import Found, find
from core.repairs.models import InvariantCheck
from core.repairs.permissions import SEE_REPAIRS
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

REPAIRS: Final = "/settings/repairs"


def show_repairs(session: Session, request: Request) -> Reply:
    """What is wrong now, and what held when it was last checked."""
    checks = select(InvariantCheck).order_by(InvariantCheck.addon, InvariantCheck.name)
    return Page(
        "core/repairs/repairs.html",
        {
            "found": [(one, _button(session, one)) for one in find(session)],
            "checks": session.scalars(checks).all(),
            "checked_at": session.scalar(select(func.min(InvariantCheck.checked_at))),
            "checking": _checking(session),
        },
    )


def check_all(session: Session, request: Request) -> Reply:
    """Check every invariant in the background, once at a time."""
    if _checking(session) is None:
        enqueue(session, JOB)
    return Redirect(f"{REPAIRS}#checks")


def apply_remedy(session: Session, request: Request) -> Reply:
    """Press the button beside a trouble. One that is over by now is no error."""
    wanted = (request.path_params["addon"], request.form.get("key", ""))
    for one in find(session):
        if (one.addon, one.trouble.key) == wanted:
            remedy = one.trouble.remedy
            if remedy is None or remedy.run is None:
                raise NotFound(phrase("There is nothing to press for this."))
            if not request.actor.may(remedy.permission.code):
                raise Forbidden(
                    phrase("You lack the permission “{title}”.", title=remedy.permission.title),
                    fix=phrase("Ask an administrator of your company for it."),
                )
            return Redirect(REPAIRS, remedy.run(session))
    return Redirect(REPAIRS, phrase("This is in order again."))


def repairs_tile(session: Session) -> list[Tile]:
    """How much needs repair, on the start page of those who see to it; nothing if nothing does."""
    who = actor(session)
    if not who.may(SEE_REPAIRS.code):
        return []
    count = len(find(session))
    if not count:
        return []
    return [Tile(msg("Needs repair"), number(who.locale or "en", count), REPAIRS, order=1)]


def _button(session: Session, one: Found) -> tuple[str, str] | None:
    """The title of the button and where it posts to, for those who may press it."""
    remedy = one.trouble.remedy
    if remedy is None or not actor(session).may(remedy.permission.code):
        return None
    return remedy.title, remedy.url or f"{REPAIRS}/{quote(one.addon)}"


def _checking(session: Session) -> Progress | None:
    newest: int | None = session.scalar(select(func.max(Job.id)).where(Job.name == JOB))
    progress = None if newest is None else progress_of(session, newest)
    return None if progress is None or progress.ended else progress
