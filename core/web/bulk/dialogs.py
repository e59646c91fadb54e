"""What is asked before many records are changed: which fields, which action, all or as many as
can be. The same address shows the question and, with the answer, does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.declare import Action, msg
from core.errors import Problem
from core.i18n import phrase
from core.i18n.formats import number
from core.web.bulk.choosing import ALL_FIELD, IDS_FIELD, count, counted, read_choice, take
from core.web.bulk.models import Batch
from core.web.bulk.outcomes import batch_url, find_batch, summary
from core.web.bulk.running import start
from core.web.bulk.tasks import shared_inputs, written
from core.web.replies import Fragment, Json, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.form_view import InputView, Texts, form_view
from core.web.resources.input_reading import read_fields
from core.web.resources.reference_checks import unreachable_references
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for, translator

RUN_FIELD: Final = "_run"
CHANGE_FIELD: Final = "_change"
"""Names each field that is to be changed; a blank input alone does not say so."""
WHOLE_FIELD: Final = "_whole"


@dataclass(frozen=True, slots=True)
class Question:
    """What stands above the button of a dialog."""

    title: str
    text: str
    button: str
    danger: bool = False


def count_matching(shape: Shape, session: Session, request: Request) -> Reply:
    """How many records the list's criteria let through, for "select all that match"."""
    number_ = count(session, shape, read_choice(session, shape, request))
    return Json({"count": number_, "text": number(request.locale, number_)})


def edit_many(shape: Shape, session: Session, request: Request) -> Reply:
    """Ask for the new values, or give them to the chosen records."""
    inputs = shared_inputs(shape)
    chosen = set(request.form.getlist(CHANGE_FIELD))
    asked = [item for item in inputs if item.name in chosen]
    title = phrase("Edit {title}", title=phrase(shape.resource.title))
    question = Question(title, "", msg("Change"))
    if RUN_FIELD not in request.form:
        return _ask(shape, session, request, question, edit=True)
    reading = read_fields(session, shape, asked, request.form, culture_for(request))
    problems = [*reading.problems]
    problems += unreachable_references(session, shape, reading.values, None)
    if not asked:
        problems.append(Problem("", phrase("Choose at least one field to change.")))
    if problems:
        return _ask(shape, session, request, question, edit=True, problems=problems)
    batch = _batch(session, shape, request, "edit", fields=written(shape, reading.values))
    return _run(shape, session, request, batch)


def act_on_many(shape: Shape, action: Action, session: Session, request: Request) -> Reply:
    """Ask whether the action shall run on the chosen records, or run it."""
    if RUN_FIELD not in request.form:
        danger = action.style == "danger"
        question = Question(action.title, action.confirm, action.title, danger)
        return _ask(shape, session, request, question)
    return _run(
        shape, session, request, _batch(session, shape, request, "action", action=action.name)
    )


def delete_many(shape: Shape, session: Session, request: Request) -> Reply:
    """Ask whether the chosen records shall be deleted, or delete them."""
    if RUN_FIELD not in request.form:
        text = msg("This deletes the records for good. Their history stays in the audit trail.")
        return _ask(shape, session, request, Question(msg("Delete"), text, msg("Delete"), True))
    return _run(shape, session, request, _batch(session, shape, request, "delete"))


def _batch(session: Session, shape: Shape, request: Request, task: str, **more: Any) -> Batch:
    who = actor(session)
    return Batch(
        resource=shape.full_name,
        task=task,
        whole=WHOLE_FIELD in request.form,
        made_by=who.name,
        made_by_id=who.user_id,
        **more,
    )


def _run(shape: Shape, session: Session, request: Request, batch: Batch) -> Reply:
    earlier = form_once.earlier(session, request)
    if earlier is not None:
        batch = find_batch(session, int(earlier.url.rpartition("/")[2]))
    else:
        take(session, shape, batch, read_choice(session, shape, request))
        start(session, shape, batch)
        form_once.keep(session, request, Redirect(batch_url(batch)))
    return ended_reply(session, request, batch)


def ended_reply(session: Session, request: Request, batch: Batch) -> Reply:
    """Where a batch leads: in the list a toast, without a script its own page."""
    if request.wants != "fragment":
        return Redirect(batch_url(batch))
    told = summary(session, batch)
    headers = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend", "HX-Trigger": "batch:made"}
    return Fragment("core/bulk/toast.html", {"summary": told}, headers=headers)


def _ask(
    shape: Shape,
    session: Session,
    request: Request,
    question: Question,
    *,
    edit: bool = False,
    problems: list[Problem] | None = None,
) -> Reply:
    chosen = counted(session, shape, read_choice(session, shape, request))
    context: Mapping[str, Any] = {
        "shape": shape,
        "resource": shape.resource,
        "question": question,
        "count": number(request.locale, chosen),
        "inputs": _inputs(shape, session, request, problems or []) if edit else (),
        "changing": set(request.form.getlist(CHANGE_FIELD)),
        "others": [item.message for item in problems or () if not item.field],
        "carried": [
            (name, request.form[name]) for name in (IDS_FIELD, ALL_FIELD) if name in request.form
        ],
        "whole": WHOLE_FIELD in request.form,
        "token": form_once.token_of(request),
    }
    status = 422 if problems else 200
    if request.wants == "fragment":
        return Fragment("core/bulk/dialog.html", context, status=status)
    return Page("core/bulk/page.html", context, status=status)


def _inputs(
    shape: Shape, session: Session, request: Request, problems: list[Problem]
) -> list[InputView]:
    """The fields that many records can share, holding what was typed."""
    names = {item.name for item in shared_inputs(shape)}
    held = Texts(dict(request.form.items()), {})
    view = form_view(
        session, shape, held, translator(session, request), culture_for(request), problems
    )
    shown = (item for group in view.groups for item in group.inputs if item.name in names)
    # Which fields are changed is chosen here: none of them must be.
    return [replace(item, required=False) for item in shown]
