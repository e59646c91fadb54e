"""What is done to a record by a button: its actions, and deleting it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import Action, Made, msg
from core.errors import AppError, Conflict
from core.i18n import phrase
from core.web.blocking import require_writable
from core.web.documents import neighbours
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.web.resources import form_once, writing
from core.web.resources.effective import shape_named
from core.web.resources.records import load, require_editable
from core.web.resources.shape import Shape

DONE: Final = msg("Done.")


def confirm_action(shape: Shape, action: Action, session: Session, request: Request) -> Reply:
    """The page that asks before an action; its button posts to the same address."""
    record = load(session, shape, request.path_params["id"], action.permission)
    require_offered(shape, action, record)
    return _confirm_page(
        shape,
        request,
        record,
        {
            "question": action.confirm or action.title,
            "button": action.title,
            "danger": action.style == "danger",
        },
    )


def run_action(shape: Shape, action: Action, session: Session, request: Request) -> Reply:
    """Run an action and go back to the record, or on to the one that it made."""
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    record = load(session, shape, request.path_params["id"], action.permission, lock=True)
    done = perform(session, shape, action, record)
    goal = _page_of(session, done) if isinstance(done, Made) else None
    if goal is None:
        url = shape.record_url(request.path_params["id"])
        goal = neighbours.with_list(url, request)
    return form_once.keep(session, request, Redirect(goal, sentence(done) or DONE))


def sentence(done: str | Made | None) -> str | None:
    """What an action said."""
    return done.message if isinstance(done, Made) else done


def _page_of(session: Session, made: Made) -> str | None:
    shape = shape_named(session, made.resource)
    if shape is None:
        return None
    try:
        load(session, shape, made.key, shape.resource.access.read)
    except AppError:
        return None
    return shape.record_url(made.key)


def perform(session: Session, shape: Shape, action: Action, record: Any) -> str | Made | None:
    """Run an action on a locked record, if its state allows it."""
    require_writable(session, shape.addon, shape.resource)
    require_offered(shape, action, record)
    done = action.run(session, record)
    session.flush()
    return done


def require_offered(shape: Shape, action: Action, record: Any) -> None:
    """Raise Conflict if the record is not in a state for this action."""
    if not action.when(record):
        title = shape.resource.record_title(record)
        raise Conflict(
            phrase(
                "“{action}” cannot be done with {title} now.",
                action=phrase(action.title),
                title=title,
            ),
            fix="Reload the record: its state may have changed.",
        )


def confirm_delete(shape: Shape, session: Session, request: Request) -> Reply:
    """The page that asks before a record is deleted."""
    record = load(session, shape, request.path_params["id"], shape.resource.access.delete)
    require_editable(shape, record)
    question = msg("This deletes the record for good. Its history stays in the audit trail.")
    return _confirm_page(
        shape, request, record, {"question": question, "button": msg("Delete"), "danger": True}
    )


def run_delete(shape: Shape, session: Session, request: Request) -> Reply:
    """Delete a record and go back to the list."""
    repeated = form_once.earlier(session, request)
    if repeated is not None:
        return repeated
    access = shape.resource.access
    record = load(session, shape, request.path_params["id"], access.delete, lock=True)
    title = shape.resource.record_title(record)
    writing.delete(session, shape, record)
    goal = neighbours.list_url(shape, neighbours.list_query(shape, request))
    done = Redirect(goal, phrase("{title} was deleted.", title=title))
    return form_once.keep(session, request, done)


def _confirm_page(shape: Shape, request: Request, record: Any, words: dict[str, Any]) -> Reply:
    return Page(
        "core/resources/confirm.html",
        {
            "shape": shape,
            "resource": shape.resource,
            "title": shape.resource.record_title(record),
            "url": shape.record_url(getattr(record, shape.key.name)),
            "token": form_once.token_of(request),
            "list_query": neighbours.list_query(shape, request),
            **words,
        },
    )
