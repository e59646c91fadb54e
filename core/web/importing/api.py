"""Imports by programs: send a file with how to read it, and ask what became of it."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy.orm import Session

from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase
from core.importing.layout import Layout
from core.importing.models import DataImport
from core.web.bulk.sentences import told
from core.web.importing.access import load_import, require_import
from core.web.importing.arriving import arrive
from core.web.importing.matching import remember_plan
from core.web.importing.obstacles import obstacles
from core.web.importing.outcome_page import problem_views
from core.web.importing.planning import DEFAULT, from_call, plan_problems
from core.web.importing.undoing import require_undoable
from core.web.importing.work import CHECK_JOB, RUN_JOB, UNDO_JOB, begin, outcome_json
from core.web.replies import Json, Reply
from core.web.request import Request
from core.web.resources.effective import shape_named
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for, translator


def create_import(shape: Shape, session: Session, request: Request) -> Reply:
    """Take a file and begin: 202 with the address at which to ask how it goes."""
    require_import(session, shape)
    given = _plan_sent(request)
    dry = request.form.get("dry_run", "false")
    if dry not in ("true", "false"):
        raise InvalidInput.of("dry_run", phrase("This must be true or false."))
    held = arrive(session, request, shape.full_name)
    layout = Layout.from_json(held.layout)
    plan = from_call(session, shape, layout, given, culture_for(request))
    problems = tuple(plan_problems(shape, layout, plan))
    if problems:
        first = problems[0]
        field = first.field.removeprefix(DEFAULT)
        raise InvalidInput(
            f"{field}: {first.message}" if field else first.message, problems=problems
        )
    held.plan = plan.to_json()
    remember_plan(session, shape.full_name, layout, request.actor.user_id, plan)
    job = CHECK_JOB if dry == "true" else RUN_JOB
    begin(session, held, job, shape.resource.title)
    session.flush()
    address = f"{shape.api_url}/imports/{held.id}"
    return Json(_document(session, request, held), status=202, headers={"Location": address})


def get_import(shape: Shape, session: Session, request: Request) -> Reply:
    """How an import stands, with its first problems."""
    return Json(_document(session, request, _load(shape, session, request)))


def undo_import(shape: Shape, session: Session, request: Request) -> Reply:
    """Begin to take an import back; 409 names what is in the way."""
    held = _load(shape, session, request, lock=True)
    require_undoable(held)
    found = obstacles(session, held)
    if found:
        named = ", ".join(dict.fromkeys(f"{item.title} {item.url}".strip() for item in found))
        raise Conflict(
            phrase("The import cannot be undone: something has been built on it."),
            fix=phrase("In the way: {records}.", records=named),
        )
    begin(session, held, UNDO_JOB, shape.resource.title)
    session.flush()
    return Json(_document(session, request, held), status=202)


def _plan_sent(request: Request) -> dict[str, Any]:
    try:
        given = orjson.loads(request.form.get("plan", "") or "{}")
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise InvalidInput.of("plan", phrase("Send one JSON object."))
    return given


def _load(shape: Shape, session: Session, request: Request, *, lock: bool = False) -> DataImport:
    held = load_import(session, request.path_params["import_id"], lock=lock)
    if held.target != shape.full_name:
        raise NotFound(phrase("There is no import {number}.", number=str(held.id)))
    return held


def _document(session: Session, request: Request, held: DataImport) -> dict[str, Any]:
    translate = translator(session, request)
    failure = held.failure or {}
    problems = problem_views(session, shape_named(session, held.target), held)
    return {
        **outcome_json(held),
        "failure": _told(failure.get("message"), translate),
        "columns": _columns(held),
        "problems": [
            {
                "row": item.line,
                "column": item.column,
                "value": item.value,
                "detail": translate(item.message),
                "fix": translate(item.fix),
            }
            for item in problems
        ],
    }


def _columns(held: DataImport) -> dict[str, str | None]:
    titles = held.layout["titles"]
    matched = held.plan["columns"]
    return {title: matched.get(str(place)) for place, title in enumerate(titles)}


def _told(stored: Any, translate: Any) -> str | None:
    return translate(told(stored)) if stored else None
