"""Says what is wrong with a form before it is saved: by reading it and saving it for rehearsal.

The very code that saves does it, in a savepoint that is always undone. Nothing is kept.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.errors import AppError, NeedsConfirmation, Problem
from core.web.replies import Json, Reply
from core.web.request import Fields, Request
from core.web.resources import writing
from core.web.resources.input_reading import Reading, read_form
from core.web.resources.records import load, require_editable
from core.web.resources.reference_checks import unreachable_references
from core.web.resources.savepoint import rehearse
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for, translator


def check(shape: Shape, session: Session, request: Request) -> Reply:
    """The problems of a form as it stands, by the names of its inputs."""
    key, record = request.path_params.get("id"), None
    if key is not None:
        record = load(session, shape, key, shape.resource.access.update, lock=True)
        require_editable(shape, record)
    translate = translator(session, request)
    found: dict[str, str] = {}
    for problem in _problems(session, shape, request, record):
        found.setdefault(problem.field, translate(problem.message))
    return Json({"problems": found})


def readable(
    session: Session, shape: Shape, request: Request, form: Fields, record: Any
) -> Reading:
    """The form read, with all problems that show before anything is saved."""
    culture = culture_for(request)
    reading = read_form(session, shape, form, culture, creating=record is None)
    unreachable = unreachable_references(session, shape, reading.values, record)
    reading.problems += reading.inputs_named(unreachable)
    return reading


def _problems(
    session: Session, shape: Shape, request: Request, record: Any
) -> tuple[Problem, ...] | list[Problem]:
    reading = readable(session, shape, request, request.form, record)
    if reading.problems:
        return reading.problems

    def save() -> None:
        if record is None:
            writing.create(session, shape, reading.values)
        else:
            writing.update(session, shape, record, reading.values)

    try:
        rehearse(session, save)
    except NeedsConfirmation:
        return ()  # asked when it is saved
    except AppError as error:
        return reading.inputs_named(error.problems or (Problem("", error.message),))
    return ()
