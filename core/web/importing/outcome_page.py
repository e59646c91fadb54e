"""The page of an import that was checked, is done or could not be: figures, and each problem with
its row, column and value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.addons.states import view
from core.belongings import read_file
from core.importing.models import BUSY, DataImport
from core.jobs.progress import Progress, progress_of
from core.web.bulk.sentences import told
from core.web.importing.plan import Plan
from core.web.importing.planning import field_titles
from core.web.importing.problems import RowProblem, read_log
from core.web.importing.undoing import UNDOABLE
from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.resources.effective import shape_named
from core.web.resources.shape import Shape

SHOWN: Final = 100
"""Problems on the page; the file of the bad rows has all."""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as the page tells it; `column` is the title in the file."""

    line: int
    column: str
    value: str
    message: str
    fix: str


def progress_or_none(session: Session, held: DataImport) -> Progress | None:
    """How far the job is, as long as there is something to wait for."""
    if held.state not in BUSY or held.job_id is None:
        return None
    progress = progress_of(session, held.job_id)
    return None if progress.ended else progress


def outcome_page(session: Session, request: Request, held: DataImport) -> Reply:
    """The page of an import that nobody works at."""
    shape = shape_named(session, held.target)
    failure = held.failure or {}
    stopped = held.state in BUSY and held.job_id is not None
    job = progress_of(session, held.job_id) if stopped and held.job_id is not None else None
    problems = problem_views(session, shape, held)[: SHOWN + 1]
    context: Mapping[str, Any] = {
        "held": held,
        "title": target_title(session, held),
        "back": shape.url if shape is not None else "/core/imports",
        "counts": _counts(held),
        "problems": problems[:SHOWN],
        "more": len(problems) > SHOWN,
        "keep_good": held.importer is False and Plan.from_json(held.plan).keep == "good",
        "failure": told(failure.get("message")) or (job.error if job is not None else ""),
        "fix": told(failure.get("fix")),
        "stopped": stopped,
        "undoable": not held.importer and held.state in UNDOABLE and _did_something(held),
    }
    return Page("core/importing/outcome.html", context)


def problem_views(session: Session, shape: Shape | None, held: DataImport) -> list[ProblemView]:
    """The first problems of an import, with the titles that its file has."""
    if not held.problem_file:
        return []
    titles = column_titles(shape, held)
    views: list[ProblemView] = []
    for _, problems in read_log(read_file(session, held.problem_file)):
        views += [_view(problem, titles) for problem in problems]
        if len(views) > SHOWN:
            break
    return views


def column_titles(shape: Shape | None, held: DataImport) -> dict[str, str]:
    """What the file calls the column of each field; the field's own title where it has none."""
    if held.importer or not held.layout:
        return {}
    plan, titles = Plan.from_json(held.plan), held.layout["titles"]
    known = field_titles(shape) if shape is not None else {}
    return known | {name: titles[place] for place, name in plan.columns.items()}


def target_title(session: Session, held: DataImport) -> str:
    """What was imported: the resource's title, or the importer's."""
    if held.importer:
        importer = view(session).importers.get(held.target)
        return importer.title if importer is not None else held.target
    shape = shape_named(session, held.target)
    return shape.resource.title if shape is not None else held.target


def _view(problem: RowProblem, titles: Mapping[str, str]) -> ProblemView:
    column = titles.get(problem.column, problem.column)
    return ProblemView(problem.line, column, problem.value, problem.message, problem.fix)


def _counts(held: DataImport) -> dict[str, int]:
    names = ("rows", "created", "updated", "unchanged", "skipped", "bad", "bad_rows")
    return {name: int(held.counts.get(name, 0)) for name in names}


def _did_something(held: DataImport) -> bool:
    return bool(held.counts.get("created") or held.counts.get("updated"))
