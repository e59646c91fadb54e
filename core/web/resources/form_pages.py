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
from core.web.documents import draft_pages, drafts, duplicating, neighbours, presence, snapshots
from core.web.documents.checking import readable
from core.web.documents.models import FormDraft
from core.web.documents.reconciling import (
    BASE_FIELD,
    CONFLICT_FIELD,
    VERSION_FIELD,
    decided,
    reconcile,
    undecided,
)
from core.web.replies import Page, Redirect, Reply
from core.web.request import Fields, Request
from core.web.resources import form_once, writing
from core.web.resources.conflicts import Overtaken, last_change, overtaken
from core.web.resources.form_view import (
    Texts,
    form_view,
    new_texts,
    record_texts,
    typed_texts,
)
from core.web.resources.records import load, require_editable
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Grid, Shape
from core.web.resources.showing import culture_for, translator

ADD_FIELD: Final = "_add"
REMOVE_FIELD: Final = "_remove"
ADD_ANOTHER_FIELD: Final = "_another"
_ROW = re.compile(r"[a-z_][a-z0-9_]*\.\d{1,6}")

Said = Callable[[str], str]
"""What is said of a record once it is saved, given its title."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A form on its way to the page; `record` is None for a new one. `base` says what it was
    made from, `draft` which draft it goes on with."""

    record: Any
    held: Texts
    version: str = ""
    base: str = ""
    problems: tuple[Problem, ...] = ()
    fix: str = ""
    overtaken: Overtaken | None = None
    draft: FormDraft | None = None


def new_page(shape: Shape, session: Session, request: Request) -> Reply:
    """An empty form; parameters of the address fill declared inputs, or name a draft to go on
    with or a record to duplicate."""
    culture, draft = culture_for(request), draft_pages.asked_for(session, request)
    if draft is not None:
        held = typed_texts(shape, draft_pages.content_of(draft), None, culture)
        return _shown(shape, session, request, _Sheet(None, held, draft=draft))
    copied = duplicating.copied_texts(shape, session, request)
    if copied is not None:
        return _shown(shape, session, request, _Sheet(None, copied))
    held = new_texts(session, shape, request.query, culture)
    return _shown(shape, session, request, _Sheet(None, held))


def create(shape: Shape, session: Session, request: Request) -> Reply:
    """Save a new record, or show the form again."""
    typed = _rows_changed(shape, request, request.form, None)
    if typed is not None:
        return _shown(shape, session, request, _Sheet(None, typed))
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    return _saved_or_shown(
        shape,
        session,
        request,
        request.form,
        None,
        save=lambda values: writing.create(session, shape, values),
        said=lambda title: phrase("{title} was created.", title=title),
    )


def edit_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The form of a record, as it is saved or as a draft of it holds it."""
    record = load(session, shape, request.path_params["id"], shape.resource.access.update)
    require_editable(shape, record)
    culture, draft = culture_for(request), draft_pages.asked_for(session, request)
    if draft is not None:
        sheet = _typed(shape, request, draft_pages.content_of(draft), record)
        return _shown(shape, session, request, replace(sheet, draft=draft))
    base = snapshots.pack(snapshots.of_record(shape, record, culture))
    held = record_texts(shape, record, culture)
    return _shown(shape, session, request, _Sheet(record, held, str(record.version), base))


def update(shape: Shape, session: Session, request: Request) -> Reply:
    """Save a change, together with what others changed meanwhile; or show the form again, where
    something is wrong or both changed the same thing."""
    key, access, culture = request.path_params["id"], shape.resource.access, culture_for(request)
    form = decided(session, shape, request.form, culture)
    if ADD_FIELD in form or REMOVE_FIELD in form:
        record = load(session, shape, key, access.update)
        typed = _rows_changed(shape, request, form, record)
        if typed is not None:
            sheet = _typed(shape, request, form, record)
            return _shown(shape, session, request, replace(sheet, held=typed))
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    record = load(session, shape, key, access.update, lock=True)
    require_editable(shape, record)
    adopted: tuple[str, ...] = ()
    is_stale = form.get(VERSION_FIELD, "") != str(record.version)
    if is_stale:
        reconciled = reconcile(session, shape, record, form, culture)
        form, adopted = reconciled.form, reconciled.adopted
    if CONFLICT_FIELD in form:
        # Asked for the first time, nothing is wrong yet.
        problems = () if is_stale else undecided(form)
        return _asked(shape, session, request, form, record, problems)
    return _saved_or_shown(
        shape,
        session,
        request,
        form,
        record,
        save=lambda values: writing.update(session, shape, record, values),
        said=_saved_message(shape, session, request, record, adopted),
    )


def _asked(
    shape: Shape,
    session: Session,
    request: Request,
    form: Fields,
    record: Any,
    problems: tuple[Problem, ...],
) -> Reply:
    """The form again, asking which of two changes to keep."""
    translate, culture = translator(session, request), culture_for(request)
    faster = overtaken(session, shape, record, form, culture, translate)
    sheet = replace(_typed(shape, request, form, record), problems=problems, overtaken=faster)
    return _shown(shape, session, request, sheet, status=Conflict.status)


def _saved_message(
    shape: Shape, session: Session, request: Request, record: Any, adopted: tuple[str, ...]
) -> Said:
    if not adopted:
        return lambda title: phrase("{title} was saved.", title=title)
    translate = translator(session, request)
    who = last_change(session, shape, record)[0] or translate(msg("somebody"))
    return lambda title: phrase(
        "{title} was saved, together with what {who} changed meanwhile: {fields}.",
        title=title,
        who=who,
        fields=", ".join(translate(name) for name in adopted),
    )


def _saved_or_shown(
    shape: Shape,
    session: Session,
    request: Request,
    form: Fields,
    record: Any,
    *,
    save: Callable[[Values], Any],
    said: Said,
) -> Reply:
    reading = readable(session, shape, request, form, record)
    sheet = _typed(shape, request, form, record)
    if reading.problems:
        sheet = replace(sheet, problems=tuple(reading.problems))
        return _shown(shape, session, request, sheet, status=422)
    try:
        saved = attempt(session, lambda: save(reading.values))
    except NeedsConfirmation:
        raise  # asked on a page of its own, which sends the same form again
    except AppError as error:
        problems = reading.inputs_named(error.problems or (Problem("", error.message),))
        sheet = replace(sheet, problems=tuple(problems), fix=error.fix)
        return _shown(shape, session, request, sheet, status=422)
    drafts.discard(session, request.actor.user_id, request.form.get(form_once.TOKEN_FIELD, ""))
    url = shape.record_url(getattr(saved, shape.key.name))
    if ADD_ANOTHER_FIELD in request.form:
        url = f"{shape.url}/new"
    message = said(shape.resource.record_title(saved))
    return form_once.keep(session, request, Redirect(neighbours.with_list(url, request), message))


def _typed(shape: Shape, request: Request, form: Fields, record: Any) -> _Sheet:
    held = typed_texts(shape, form, record, culture_for(request))
    return _Sheet(record, held, form.get(VERSION_FIELD, ""), form.get(BASE_FIELD, ""))


def _shown(
    shape: Shape, session: Session, request: Request, sheet: _Sheet, *, status: int = 200
) -> Reply:
    translate, culture = translator(session, request), culture_for(request)
    resource, record = shape.resource, sheet.record
    fresh = request.method == "GET" and sheet.draft is None
    context: Mapping[str, Any] = {
        "shape": shape,
        "resource": resource,
        "record": record,
        "title": "" if record is None else resource.record_title(record),
        "form": form_view(session, shape, sheet.held, translate, culture, sheet.problems),
        "version": sheet.version,
        "base": sheet.base,
        "token": form_once.token_of(request) if sheet.draft is None else sheet.draft.token,
        "fix": sheet.fix,
        "overtaken": sheet.overtaken,
        "draft": sheet.draft,
        "drafts": draft_pages.offered(session, request, request.path) if fresh else [],
        "list_query": neighbours.list_query(shape, request),
        "url": shape.url if record is None else shape.record_url(getattr(record, shape.key.name)),
        "back": _back(shape, request, record),
        **presence.seen(session, shape, record, request.actor.user_id, editing=True),
    }
    return Page("core/resources/form.html", context, status=status)


def _back(shape: Shape, request: Request, record: Any) -> str:
    url = shape.url if record is None else shape.record_url(getattr(record, shape.key.name))
    return neighbours.with_list(url, request)


def _rows_changed(shape: Shape, request: Request, form: Fields, record: Any) -> Texts | None:
    """The form with a row added or taken away, if that is what its button asked for: how lines
    are edited without a script."""
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
    return Texts(held.texts, rows, held.held)


def _next_number(grid: Grid, form: Fields) -> int:
    start = len(grid.name) + 1
    taken = [name[start:].partition(".")[0] for name in form if name.startswith(f"{grid.name}.")]
    return (
        max(
            (int(number) for number in taken if number.isdecimal() and len(number) < 10), default=-1
        )
        + 1
    )
