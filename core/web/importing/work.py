"""The jobs: check a file, import it, take an import back. Each is one transaction, finished
together with the job, so that a worker that is killed has done nothing and its successor does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.acting import act_as
from core.auth.actor import SYSTEM, Actor
from core.belongings import store_file
from core.db.base import utc_now
from core.db.session import Author, attribute, binding, reattribute
from core.errors import AppError, InvalidInput, NotFound, Unavailable
from core.i18n import phrase
from core.importing.layout import Layout
from core.importing.models import DataImport, ImportState
from core.jobs.queue import enqueue
from core.web.blocking import require_writable
from core.web.bulk.sentences import kept
from core.web.importing.plan import Plan
from core.web.importing.problems import ProblemLog, RowProblem
from core.web.importing.running import Counts, FileImport
from core.web.importing.undoing import undo
from core.web.resources.effective import shape_named
from core.web.resources.shape import Shape

CHECK_JOB: Final = "core.check_import"
RUN_JOB: Final = "core.run_import"
UNDO_JOB: Final = "core.undo_import"
_BUSY: Final[dict[str, ImportState]] = {
    CHECK_JOB: "checking",
    RUN_JOB: "running",
    UNDO_JOB: "undoing",
}


class _TakenBack(Exception):
    """Leaves the savepoint of what was only tried, or is not to be kept."""


def begin(session: Session, held: DataImport, job: str, title: str) -> None:
    """Have a job check, run or undo this import once the transaction has committed. Raises
    ReadOnlyAddon if what it would write can only be read."""
    _require_writable(session, held)
    held.state = _BUSY[job]
    held.job_id = enqueue(session, job, title=title, import_id=held.id)


def _require_writable(session: Session, held: DataImport) -> None:
    if not held.importer:
        shape = shape_of_target(session, held)
        require_writable(session, shape.addon, shape.resource)
        return
    for owned in view(session).all.imports:
        if owned.item.kind == held.target:
            require_writable(session, owned.addon)


def check_import(session: Session, import_id: int) -> None:
    """The dry run: everything is done, and taken back."""
    _with(session, import_id, CHECK_JOB, lambda held: _run(session, held, dry=True))


def run_import(session: Session, import_id: int) -> None:
    """The import itself."""
    _with(session, import_id, RUN_JOB, lambda held: _run(session, held, dry=False))


def undo_import(session: Session, import_id: int) -> None:
    """Take a whole import back, or nothing of it."""
    _with(session, import_id, UNDO_JOB, lambda held: _undo(session, held))


def shape_of_target(session: Session, held: DataImport) -> Shape:
    """The resource that an import is into; raises NotFound if the tenant no longer has it."""
    shape = shape_named(session, held.target)
    if shape is None:
        raise NotFound(phrase("There is no such page."))
    return shape


def act_for(session: Session, held: DataImport) -> Actor:
    """From here on the session acts for whoever brought the file, with what they may do now and
    a token's abilities at the most; its changes are told as this import's."""
    who = SYSTEM
    if held.user_id is not None:
        who = act_as(session, held.user_id, held.abilities)
    bound = binding(session)
    bound.context["actor"] = who
    label = f"{held.user_name} (import {held.id})"
    reattribute(session, Author(label, held.user_id, f"import-{held.id}", "job"))
    # Outside of any savepoint, with which it would be taken back.
    attribute(session)
    return who


def _with(session: Session, import_id: int, job: str, work: Callable[[DataImport], None]) -> None:
    held = session.get(DataImport, import_id, with_for_update=True, populate_existing=True)
    if held is None or held.state != _BUSY[job]:
        return
    held.failure = None
    try:
        act_for(session, held)
        work(held)
    except Unavailable:
        raise  # tried again a little later, like any other job
    except AppError as error:
        failed = _again(session, import_id)
        failed.state = "done" if job == UNDO_JOB else "failed"
        failed.failure = {"message": kept(error.message), "fix": kept(error.fix)}
        failed.finished_at = utc_now()


def _run(session: Session, held: DataImport, *, dry: bool) -> None:
    import_id, importer = held.id, held.importer
    with ProblemLog() as log:
        try:
            with session.begin_nested():
                read = _read_by_addon if importer else _read_into_resource
                counts = read(session, held, log)
                keep = not dry and not (counts.bad and _all_or_nothing(session, import_id))
                if not keep:
                    raise _TakenBack
        except _TakenBack:
            pass
        stored = store_file(session, log.chunks()) if log.documents else None
    ended = _again(session, import_id)
    ended.state = "checked" if dry else "done" if keep else "refused"
    ended.counts = counts.to_json()
    ended.problem_file = stored.digest if stored else ""
    ended.finished_at = utc_now()


def _all_or_nothing(session: Session, import_id: int) -> bool:
    held = _again(session, import_id)
    return held.importer or Plan.from_json(held.plan).keep == "all"


def _again(session: Session, import_id: int) -> DataImport:
    """The import's row, which what was read has pushed out of the session's mind."""
    return session.get_one(DataImport, import_id)


def _read_into_resource(session: Session, held: DataImport, log: ProblemLog) -> Counts:
    shape = shape_of_target(session, held)
    plan, layout = Plan.from_json(held.plan), Layout.from_json(held.layout)
    run = FileImport(session, shape, held.id, layout, plan, locale=held.locale, problems=log)
    if run.wrong_defaults:
        first = run.wrong_defaults[0]
        raise InvalidInput.of(f"defaults.{first.column}", first.message)
    bound = binding(session)
    digest = held.rows_file or held.file
    with bound.context["kernel"].files.open(bound.tenant, digest) as file:
        return run.run(file)


def _read_by_addon(session: Session, held: DataImport, log: ProblemLog) -> Counts:
    importer = view(session).importers.get(held.target)
    if importer is None or not binding(session).context["actor"].may(importer.permission.code):
        raise NotFound(phrase("There is no such page."))
    bound = binding(session)
    with bound.context["kernel"].files.open(bound.tenant, held.file) as file:
        outcome = importer.run(session, file.read(), held.file_name)
    for problem in outcome.problems:
        log.add([problem.line], [RowProblem(problem.line, "", "", problem.message)])
    session.flush()
    # What the database would only find out at the end of the transaction.
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    return Counts(
        created=outcome.created, unchanged=outcome.unchanged, bad=log.documents, bad_rows=log.rows
    )


def _undo(session: Session, held: DataImport) -> None:
    import_id = held.id
    with session.begin_nested():
        undo(session, held)
    ended = _again(session, import_id)
    ended.state, ended.finished_at = "undone", utc_now()


def outcome_json(held: DataImport) -> dict[str, Any]:
    """How an import stands, for programs."""
    return {
        "id": held.id,
        "target": held.target,
        "file": held.file_name,
        "state": held.state,
        "counts": held.counts,
        "created_at": held.created_at,
        "finished_at": held.finished_at,
    }
