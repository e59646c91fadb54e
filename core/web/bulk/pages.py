"""The pages of changes to many records: the recent ones, one of them, its undo and its end."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.base import utc_now
from core.errors import Conflict, NotFound
from core.i18n import phrase
from core.jobs import repair
from core.jobs.models import Job
from core.web.bulk.models import Batch
from core.web.bulk.outcomes import (
    MANAGE,
    batch_url,
    changed_records,
    find_batch,
    left_alone,
    summaries,
    summary,
)
from core.web.bulk.running import lock_batch
from core.web.bulk.tasks import typed
from core.web.bulk.undoing import undo
from core.web.replies import Fragment, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.effective import shape_named
from core.web.resources.kinds import Reference, Unreadable
from core.web.resources.references import titles_of
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for, shower, translator

RECENT: Final = 100


def list_batches(session: Session, request: Request) -> Reply:
    """What the reader changed lately; everybody's, for those who look after them."""
    statement = select(Batch).order_by(Batch.id.desc()).limit(RECENT)
    everybody = request.actor.may(MANAGE.code)
    if not everybody:
        statement = statement.where(Batch.made_by_id == actor(session).user_id)
    found = summaries(session, session.scalars(statement).all())
    rows = [(told, _shape(session, told.batch)) for told in found]
    return Page("core/bulk/batches.html", {"rows": rows, "everybody": everybody})


def show_batch(session: Session, request: Request) -> Reply:
    """One batch: what was asked for, what was done, and what was left with the reason."""
    batch = find_batch(session, int(request.path_params["id"]))
    shape = _shape(session, batch)
    context: dict[str, Any] = {
        "summary": summary(session, batch),
        "shape": shape,
        "action": _action_title(shape, batch),
        "fields": _fields(session, request, shape, batch),
        "left": left_alone(session, shape, batch),
        "changed": changed_records(session, shape, batch),
    }
    return Page("core/bulk/batch.html", context)


def show_progress(session: Session, request: Request) -> Reply:
    """The toast or the card of a batch, asked for again while it goes on."""
    told = summary(session, find_batch(session, int(request.path_params["id"])))
    headers = {} if told.stage == "going" else {"HX-Trigger": "batch:ended"}
    template = "core/bulk/card.html" if "card" in request.query else "core/bulk/toast.html"
    return Fragment(template, {"summary": told}, headers=headers)


def undo_batch(session: Session, request: Request) -> Reply:
    """Take a batch back. Unless asked to leave them, records changed since refuse all of it."""
    batch = find_batch(session, int(request.path_params["id"]))
    shape = _shape(session, batch)
    if shape is None:
        raise NotFound(phrase("There is no such page."))
    made = undo(session, shape, batch, whole="_leave" not in request.form)
    if request.wants != "fragment":
        return Redirect(batch_url(made))
    headers = {"HX-Trigger": "batch:ended"}
    return Fragment("core/bulk/toast.html", {"summary": summary(session, made)}, headers=headers)


def cancel_batch(session: Session, request: Request) -> Reply:
    """Stop a batch; what its finished steps did stays, and can be undone."""
    batch_id = int(request.path_params["id"])
    find_batch(session, batch_id)
    batch = lock_batch(session, batch_id)
    if batch is None or batch.state != "waiting":
        raise Conflict(phrase("This change has already ended."))
    job = session.get(Job, batch.job_id) if batch.job_id else None
    if job is not None and job.state in repair.CANCELLABLE:
        repair.cancel(session, job.id)
    batch.state, batch.finished_at = "cancelled", utc_now()
    return Redirect(batch_url(batch))


def _shape(session: Session, batch: Batch) -> Shape | None:
    return shape_named(session, batch.resource)


def _action_title(shape: Shape | None, batch: Batch) -> str:
    actions = shape.resource.actions if shape is not None else ()
    return next((item.title for item in actions if item.name == batch.action), batch.action)


def _fields(
    session: Session, request: Request, shape: Shape | None, batch: Batch
) -> list[tuple[str, str]]:
    """The fields of an edit and their new values, in the reader's words."""
    if shape is None or batch.task != "edit":
        return []
    translate, culture = translator(session, request), culture_for(request)
    try:
        values = typed(shape, batch.fields)
    except Unreadable:
        return []
    told = []
    for item in shape.inputs:
        if item.name not in values:
            continue
        value = values[item.name]
        if isinstance(item.kind, Reference):
            text = titles_of(session, item.kind.resource, [value], typed=True).get(value, "")
        else:
            text = shower(item.kind, culture, translate)(value)
        told.append((translate(item.title), text or "–"))
    return told
