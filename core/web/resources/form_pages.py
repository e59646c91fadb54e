"""The form of a resource: a new record, or a change to one, saved or shown again with what is
wrong beside each input and everything typed still there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import Values, msg
from core.errors import AppError, Conflict, NeedsConfirmation, Problem
from core.i18n import phrase
from core.web.replies import Page, Redirect, Reply
from core.web.request import Fields, Request
from core.web.resources import form_once, writing
from core.web.resources.conflicts import Overtaken, overtaken
from core.web.resources.form_view import (
    Texts,
    form_view,
    new_texts,
    record_texts,
    typed_texts,
)
from core.web.resources.input_reading import read_form
from core.web.resources.records import load, require_editable
from core.web.resources.reference_checks import unreachable_references
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Grid, Shape
from core.web.resources.showing import culture_for, translator

VERSION_FIELD: Final = "_version"
ADD_FIELD: Final = "_add"
REMOVE_FIELD: Final = "_remove"
ADD_ANOTHER_FIELD: Final = "_another"
_ROW = re.compile(r"[a-z_][a-z0-9_]*\.\d{1,6}")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A form on its way to the page; `record` is None for a new one."""

    record: Any
    held: Texts
    version: str = ""
    problems: tuple[Problem, ...] = ()
    fix: str = ""
    overtaken: Overtaken | None = None


def new_page(shape: Shape, session: Session, request: Request) -> Reply:
    """An empty form; parameters of the address fill declared inputs."""
    held = new_texts(session, shape, request.query, culture_for(request))
    return _shown(shape, session, request, _Draft(None, held))


def create(shape: Shape, session: Session, request: Request) -> Reply:
    """Save a new record, or show the form again."""
    typed = _rows_changed(shape, request, None)
    if typed is not None:
        return _shown(shape, session, request, _Draft(None, typed))
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    return _saved_or_shown(
        shape,
        session,
        request,
        _Draft(None, typed_texts(shape, request.form, None, culture_for(request))),
        save=lambda values: writing.create(session, shape, values),
        message=msg("{title} was created."),
    )


def edit_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The form of a record."""
    record = load(session, shape, request.path_params["id"], shape.resource.access.update)
    require_editable(shape, record)
    held = record_texts(shape, record, culture_for(request))
    return _shown(shape, session, request, _Draft(record, held, str(record.version)))


def update(shape: Shape, session: Session, request: Request) -> Reply:
    """Save a change, or show the form again: also when somebody else was faster."""
    key, access = request.path_params["id"], shape.resource.access
    version = request.form.get(VERSION_FIELD, "")
    if ADD_FIELD in request.form or REMOVE_FIELD in request.form:
        record = load(session, shape, key, access.update)
        typed = _rows_changed(shape, request, record)
        if typed is not None:
            return _shown(shape, session, request, _Draft(record, typed, version))
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    record = load(session, shape, key, access.update, lock=True)
    require_editable(shape, record)
    held = typed_texts(shape, request.form, record, culture_for(request))
    draft = _Draft(record, held, version)
    if version != str(record.version):
        faster = overtaken(session, shape, record, draft.held, culture_for(request))
        # The version goes along now: whoever saves again has seen what changed.
        draft = replace(draft, version=str(record.version), overtaken=faster)
        return _shown(shape, session, request, draft, status=Conflict.status)
    return _saved_or_shown(
        shape,
        session,
        request,
        draft,
        save=lambda values: writing.update(session, shape, record, values),
        message=msg("{title} was saved."),
    )


def _saved_or_shown(
    shape: Shape,
    session: Session,
    request: Request,
    draft: _Draft,
    *,
    save: Callable[[Values], Any],
    message: str,
) -> Reply:
    creating = draft.record is None
    reading = read_form(session, shape, request.form, culture_for(request), creating=creating)
    reading.problems += unreachable_references(session, shape, reading.values, draft.record)
    if reading.problems:
        draft = replace(draft, problems=tuple(reading.problems))
        return _shown(shape, session, request, draft, status=422)
    try:
        record = attempt(session, lambda: save(reading.values))
    except NeedsConfirmation:
        raise  # asked on a page of its own, which sends the same form again
    except AppError as error:
        problems = error.problems or (Problem("", error.message),)
        draft = replace(draft, problems=problems, fix=error.fix)
        return _shown(shape, session, request, draft, status=422)
    url = shape.record_url(getattr(record, shape.key.name))
    if ADD_ANOTHER_FIELD in request.form:
        url = f"{shape.url}/new"
    title = shape.resource.record_title(record)
    return form_once.keep(session, request, Redirect(url, phrase(message, title=title)))


def _shown(
    shape: Shape, session: Session, request: Request, draft: _Draft, *, status: int = 200
) -> Reply:
    translate, culture = translator(session, request), culture_for(request)
    resource, record = shape.resource, draft.record
    context: Mapping[str, Any] = {
        "shape": shape,
        "resource": resource,
        "record": record,
        "title": "" if record is None else resource.record_title(record),
        "form": form_view(session, shape, draft.held, translate, culture, draft.problems),
        "version": draft.version,
        "token": form_once.token_of(request),
        "fix": draft.fix,
        "overtaken": draft.overtaken,
        "back": shape.url if record is None else shape.record_url(getattr(record, shape.key.name)),
    }
    return Page("core/resources/form.html", context, status=status)


def _rows_changed(shape: Shape, request: Request, record: Any) -> Texts | None:
    """The form with a row added or taken away, if that is what its button asked for: how lines
    are edited without a script."""
    form = request.form
    added, removed = form.get(ADD_FIELD, ""), form.get(REMOVE_FIELD, "")
    grid = next((grid for grid in shape.grids if grid.name == added), None)
    if grid is None and not _ROW.fullmatch(removed):
        return None
    held = typed_texts(shape, form, record, culture_for(request))
    rows = {
        name: tuple(p for p in prefixes if p != removed) for name, prefixes in held.rows.items()
    }
    if grid is not None:
        rows[grid.name] += (f"{grid.name}.{_next_number(grid, form)}",)
    return Texts(held.texts, rows)


def _next_number(grid: Grid, form: Fields) -> int:
    start = len(grid.name) + 1
    taken = [name[start:].partition(".")[0] for name in form if name.startswith(f"{grid.name}.")]
    return max((int(number) for number in taken if number.isdecimal()), default=-1) + 1
