"""The wizard: bring a file, match its columns, check it, import it, and take it back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.declare import msg
from core.errors import AppError, Conflict, Problem
from core.i18n import phrase
from core.importing.layout import Corrections, Layout
from core.importing.models import BUSY, DataImport
from core.web.importing.access import load_import, require_import, visible
from core.web.importing.arriving import arrive, read_again
from core.web.importing.columns_page import columns_page
from core.web.importing.matching import remember_plan
from core.web.importing.obstacles import obstacles
from core.web.importing.outcome_page import outcome_page, progress_or_none, target_title
from core.web.importing.plan import Plan
from core.web.importing.planning import from_form, plan_problems, propose
from core.web.importing.undoing import require_undoable
from core.web.importing.work import CHECK_JOB, RUN_JOB, UNDO_JOB, begin, shape_of_target
from core.web.replies import Empty, Fragment, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for

IMPORTS: Final = "/core/imports"
EARLIER: Final = 5
_TITLES: Final = {
    CHECK_JOB: msg("Checking the file"),
    RUN_JOB: msg("Importing the file"),
    UNDO_JOB: msg("Undoing the import"),
}


def upload_page(
    shape: Shape, session: Session, request: Request, problem: AppError | None = None
) -> Reply:
    """The first step: choose a file, or get an example of one."""
    require_import(session, shape)
    statement = select(DataImport).where(DataImport.target == shape.full_name, visible(session))
    earlier = session.scalars(statement.order_by(DataImport.id.desc()).limit(EARLIER)).all()
    context = {
        "shape": shape,
        "resource": shape.resource,
        "action": f"{shape.url}/import",
        "earlier": earlier,
        "problem": problem,
    }
    return Page("core/importing/upload.html", context, status=problem.status if problem else 200)


def upload(shape: Shape, session: Session, request: Request) -> Reply:
    """Keep the file and go on to its columns."""
    require_import(session, shape)
    try:
        held = arrive(session, request, shape.full_name)
    except AppError as error:
        return upload_page(shape, session, request, error)
    plan = propose(session, shape, Layout.from_json(held.layout), culture_for(request))
    held.plan = plan.to_json()
    return Redirect(f"{IMPORTS}/{held.id}")


def import_page(session: Session, request: Request) -> Reply:
    """An import, wherever it stands."""
    held = load_import(session, request.path_params["id"])
    if held.state == "draft" and not held.importer:
        shape = shape_of_target(session, held)
        require_import(session, shape)
        return columns_page(session, request, shape, held, Plan.from_json(held.plan))
    progress = progress_or_none(session, held)
    if progress is None:
        return outcome_page(session, request, held)
    context = {"held": held, "progress": progress, "title": target_title(session, held)}
    return Page("core/importing/busy.html", context)


def import_progress(session: Session, request: Request) -> Reply:
    """How far the job is; when it has ended, the page is shown anew."""
    held = load_import(session, request.path_params["id"])
    progress = progress_or_none(session, held)
    if progress is None:
        return Empty(headers={"HX-Refresh": "true"})
    return Fragment("core/importing/progress.html", {"held": held, "progress": progress})


def correct_layout(session: Session, request: Request) -> Reply:
    """Read the file again as its owner says it is written, and match its columns anew."""
    held = _draft(session, request)
    shape, form = shape_of_target(session, held), request.form
    header = form.get("header", "")
    known = Corrections(
        encoding=form.get("encoding", ""),
        separator=form.get("separator", ""),
        decimal=form.get("decimal", ""),
        day_order=form.get("day_order", ""),
        header=int(header) if header.isascii() and header.isdecimal() and len(header) < 10 else 0,
    )
    before = Layout.from_json(held.layout)
    try:
        layout = read_again(session, held, request, known, form.get("sheet", ""))
    except AppError as error:
        problems = error.problems or (Problem("", error.message),)
        plan = Plan.from_json(held.plan)
        return columns_page(session, request, shape, held, plan, problems, status=error.status)
    held.layout = layout.to_json()
    if layout.titles != before.titles:
        held.plan = propose(session, shape, layout, culture_for(request)).to_json()
    return Redirect(f"{IMPORTS}/{held.id}")


def choose_columns(session: Session, request: Request) -> Reply:
    """Keep what was chosen, and check or import the file if that is what its button says."""
    held = _draft(session, request)
    shape, layout = shape_of_target(session, held), Layout.from_json(held.layout)
    require_import(session, shape)
    plan = from_form(session, shape, layout, request.form, culture_for(request))
    held.plan = plan.to_json()
    step = request.form.get("step", "")
    if step not in ("check", "run"):
        return columns_page(session, request, shape, held, plan)
    problems = plan_problems(shape, layout, plan)
    if problems:
        return columns_page(session, request, shape, held, plan, problems, status=422)
    remember_plan(session, shape.full_name, layout, request.actor.user_id, plan)
    _start(session, held, CHECK_JOB if step == "check" else RUN_JOB)
    return Redirect(f"{IMPORTS}/{held.id}")


def run(session: Session, request: Request) -> Reply:
    """Import a file that was checked; `keep` may say now what happens to its good rows."""
    held = load_import(session, request.path_params["id"], lock=True)
    if held.state not in ("checked", "refused", "failed") and not _stopped(session, held):
        raise Conflict(phrase("This import is done or under way already."))
    if not held.importer:
        require_import(session, shape_of_target(session, held))
        if request.form.get("keep") in ("all", "good"):
            held.plan = {**held.plan, "keep": request.form["keep"]}
    _start(session, held, RUN_JOB)
    return Redirect(f"{IMPORTS}/{held.id}")


def back_to_columns(session: Session, request: Request) -> Reply:
    """Match the columns of a file again that was checked or refused."""
    held = load_import(session, request.path_params["id"], lock=True)
    if held.importer or (
        held.state not in ("checked", "refused", "failed") and not _stopped(session, held)
    ):
        raise Conflict(phrase("The columns of this import can no longer be changed."))
    held.state, held.counts, held.problem_file, held.failure = "draft", {}, "", None
    return Redirect(f"{IMPORTS}/{held.id}")


def confirm_undo(session: Session, request: Request) -> Reply:
    """What undoing would take back, or what is in its way."""
    held = load_import(session, request.path_params["id"])
    require_undoable(held)
    context = {
        "held": held,
        "title": target_title(session, held),
        "obstacles": obstacles(session, held),
    }
    return Page("core/importing/undo.html", context)


def undo(session: Session, request: Request) -> Reply:
    """Take the import back, unless something is in the way."""
    held = load_import(session, request.path_params["id"], lock=True)
    require_undoable(held)
    if obstacles(session, held):
        return confirm_undo(session, request)
    _start(session, held, UNDO_JOB)
    return Redirect(f"{IMPORTS}/{held.id}")


def _draft(session: Session, request: Request) -> DataImport:
    held = load_import(session, request.path_params["id"], lock=True)
    if held.state != "draft" or held.importer:
        raise Conflict(
            phrase("The columns of this import can no longer be changed."),
            fix=phrase("Open the import again to see how far it is."),
        )
    return held


def _start(session: Session, held: DataImport, job: str) -> None:
    begin(session, held, job, _TITLES[job])


def _stopped(session: Session, held: DataImport) -> bool:
    """Whether its job has ended without an end, such as one that was cancelled."""
    return held.state in BUSY and progress_or_none(session, held) is None
