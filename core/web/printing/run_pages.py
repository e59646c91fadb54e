"""Printing from a list: what is asked first, and the page where the file is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.belongings import read_file
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.i18n.formats import number
from core.i18n.locales import LOCALES
from core.jobs.models import Job
from core.jobs.progress import Progress, progress_of
from core.printing.labels import FORMATS, label_format
from core.printing.labels import MOST as MOST_LABELS
from core.printing.models import PrintRun
from core.web.bulk.choosing import ALL_FIELD, IDS_FIELD, Choice, read_choice
from core.web.printing.forms import form_named, forms_of, title_of
from core.web.printing.labels import USUAL_FORMAT
from core.web.printing.runs import JOB, MOST, RunOptions, ask_run
from core.web.printing.service import known_language
from core.web.replies import File, Fragment, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.criteria import Criteria, complete
from core.web.resources.effective import shape_named
from core.web.resources.keyset import sorted_by
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape

RUNS: Final = "/core/print-runs"
_RUN_FIELD: Final = "_run"
_MOST_COPIES: Final = 500


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A form that many records can be printed as."""

    name: str
    title: str
    kind: str


def print_many(shape: Shape, session: Session, request: Request) -> Reply:
    """Ask how the chosen records are to be printed, or have it done as a job."""
    keys = chosen_keys(session, shape, read_choice(session, shape, request))
    if _RUN_FIELD not in request.form:
        return _ask(shape, session, request, len(keys))
    earlier = form_once.earlier(session, request)
    if earlier is not None:
        return earlier
    options = _options(shape, session, request)
    if options.label_format and len(keys) * options.copies > MOST_LABELS:
        raise InvalidInput.of(
            "copies", phrase("At the most {limit} labels at once.", limit=MOST_LABELS)
        )
    job_id = ask_run(session, shape, keys, options)
    return form_once.keep(session, request, Redirect(f"{RUNS}/{job_id}"))


def show_run(session: Session, request: Request) -> Reply:
    """How far a print run is, and its file once it is there."""
    progress = _mine(session, int(request.path_params["id"]))
    run = session.get(PrintRun, progress.job_id)
    if run is None and progress.state == "done":
        raise _gone()
    shape = shape_named(session, _resource(session, progress.job_id))
    context = {"progress": progress, "run": run, "runs": RUNS, "shape": shape}
    if request.wants == "fragment":
        return Fragment("core/printing/run_card.html", context)
    return Page("core/printing/run.html", context)


def fetch_run(session: Session, request: Request) -> Reply:
    """The file of a print run, for whoever asked for it."""
    progress = _mine(session, int(request.path_params["id"]))
    run = session.get(PrintRun, progress.job_id)
    if run is None:
        raise _gone()
    return File(read_file(session, run.digest), run.name, "application/pdf", inline=True)


def chosen_keys(session: Session, shape: Shape, choice: Choice) -> list[Any]:
    """The keys of the chosen records that may be read, in the order of the list."""
    criteria = choice.criteria or Criteria("", (), complete(shape, shape.order))
    attributes = [attribute for attribute, _ in criteria.order]
    statement = select(shape.key.expression.label("key"))
    statement = narrow(session, shape, statement, criteria, *attributes)
    if choice.criteria is None:
        statement = statement.where(shape.key.expression.in_(choice.keys))
    keys = session.scalars(sorted_by(statement, criteria.order).limit(MOST + 1)).all()
    if not keys:
        raise InvalidInput(
            phrase("No record is chosen."), fix="Tick the records in the list, then try again."
        )
    if len(keys) > MOST:
        raise InvalidInput(
            phrase("At the most {limit} records can be printed at once.", limit=MOST),
            fix="Narrow the list, and print one part after the other.",
        )
    return list(keys)


def _ask(shape: Shape, session: Session, request: Request, count: int) -> Reply:
    forms = [
        FormChoice(form.name, title_of(shape, form), form.kind)
        for form in forms_of(shape)
        if form.kind != "receipt"
    ]
    context = {
        "shape": shape,
        "resource": shape.resource,
        "count": number(request.locale, count),
        "forms": forms,
        "languages": LOCALES,
        "own_language": known_language(session, ""),
        "label_formats": FORMATS.values(),
        "usual_format": USUAL_FORMAT,
        "has_labels": any(form.kind == "label" for form in forms),
        "carried": [
            (name, request.form[name]) for name in (IDS_FIELD, ALL_FIELD) if name in request.form
        ],
        "token": form_once.token_of(request),
    }
    if request.wants == "fragment":
        return Fragment("core/printing/many_dialog.html", context)
    return Page("core/printing/many.html", context)


def _options(shape: Shape, session: Session, request: Request) -> RunOptions:
    form = form_named(shape, request.form.get("form", ""))
    language = known_language(session, request.form.get("language", ""))
    if form.kind != "label":
        return RunOptions(form.name, language)
    paper = label_format(request.form.get("label_format") or USUAL_FORMAT)
    return RunOptions(
        form.name,
        language,
        paper.name,
        _whole(request, "copies", 1, _MOST_COPIES),
        _whole(request, "skip", 0, paper.columns * paper.rows - 1),
    )


def _whole(request: Request, name: str, low: int, high: int) -> int:
    text = request.form.get(name, "").strip() or str(low)
    if not text.isdecimal() or len(text) > 9 or not low <= int(text) <= high:
        raise InvalidInput.of(
            name, phrase("Write a number from {low} to {high}.", low=low, high=high)
        )
    return int(text)


def _mine(session: Session, job_id: int) -> Progress:
    """The progress of a print run of the reader's own; raises NotFound."""
    named = session.scalar(select(Job.name).where(Job.id == job_id))
    if named != JOB:
        raise _gone()
    progress = progress_of(session, job_id)
    if progress.requested_by_id is None or progress.requested_by_id != actor(session).user_id:
        raise _gone()
    return progress


def _resource(session: Session, job_id: int) -> str:
    arguments = session.scalar(select(Job.arguments).where(Job.id == job_id))
    return arguments["resource"] if arguments else ""


def _gone() -> NotFound:
    return NotFound(
        phrase("There is no such print run."), fix="Files are kept for a day. Print them again."
    )
