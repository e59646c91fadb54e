"""Notes, activities and attachments of a record as JSON, below the record's own address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.conversation import activities as planned
from core.conversation import attachments as files
from core.conversation import notes
from core.conversation.models import Activity, Attachment, Entry
from core.errors import InvalidInput
from core.i18n import phrase
from core.web.conversation.attachment_pages import content_of, require_removable
from core.web.conversation.place import place_of
from core.web.replies import Empty, Json, Reply
from core.web.request import Request
from core.web.resources.shape import Shape

MOST: Final = 500
"""Notes or finished activities of one record that one call returns, the newest."""


def list_notes(shape: Shape, session: Session, request: Request) -> Reply:
    """The notes about a record, the newest first."""
    place = place_of(shape, session, request)
    statement = select(Entry).where(
        Entry.conversation_id == place.conversation_id, Entry.kind == "note"
    )
    found = session.scalars(statement.order_by(Entry.id.desc()).limit(MOST))
    return Json({"data": [_note(entry) for entry in found]})


def create_note(shape: Shape, session: Session, request: Request) -> Reply:
    """Write a note; who is named in it behind an @ hears of it."""
    place = place_of(shape, session, request, writing=True)
    sent = _body(request, {"body"})
    written = notes.write_note(session, place.subject, _text(sent, "body"))
    return Json(_note(written.entry), status=201)


def update_note(shape: Shape, session: Session, request: Request) -> Reply:
    """Change one's own note."""
    place = place_of(shape, session, request, writing=True)
    entry = notes.entry_of(session, place.conversation_id, request.path_params["note"])
    sent = _body(request, {"body"})
    written = notes.change_note(session, place.subject, entry, _text(sent, "body"))
    return Json(_note(written.entry))


def delete_note(shape: Shape, session: Session, request: Request) -> Reply:
    """Take one's own note back."""
    place = place_of(shape, session, request, writing=True)
    entry = notes.entry_of(session, place.conversation_id, request.path_params["note"])
    notes.delete_note(session, entry)
    return Empty()


def list_activities(shape: Shape, session: Session, request: Request) -> Reply:
    """What is to be done about a record and what was done, the most urgent first."""
    place = place_of(shape, session, request)
    done = select(Activity).where(
        Activity.conversation_id == place.conversation_id, Activity.done_at.is_not(None)
    )
    found = [
        *planned.open_activities(session, place.conversation_id),
        *session.scalars(done.order_by(Activity.done_at.desc()).limit(MOST)),
    ]
    return Json({"data": [_activity(activity) for activity in found]})


def create_activity(shape: Shape, session: Session, request: Request) -> Reply:
    """Plan an activity; without an assignee it is the caller's own."""
    place = place_of(shape, session, request, writing=True)
    plan = _plan(session, _body(request, {"kind", "summary", "due_on", "assignee_id"}))
    activity = planned.schedule(session, place.subject, plan)
    return Json(_activity(activity), status=201)


def update_activity(shape: Shape, session: Session, request: Request) -> Reply:
    """Change what was sent of an open activity."""
    place = place_of(shape, session, request, writing=True)
    activity = planned.activity_of(
        session, place.conversation_id, request.path_params["activity"], lock=True
    )
    sent = _body(request, {"kind", "summary", "due_on", "assignee_id"})
    plan = _plan(session, sent, activity)
    return Json(_activity(planned.reschedule(session, place.subject, activity, plan)))


def finish_activity(shape: Shape, session: Session, request: Request) -> Reply:
    """Call an activity done, with what came of it."""
    place = place_of(shape, session, request)
    activity = planned.activity_of(
        session, place.conversation_id, request.path_params["activity"], lock=True
    )
    if activity.assignee_id != actor(session).user_id:
        place = place_of(shape, session, request, writing=True)
    sent = _body(request, {"feedback"}) if request.body else {}
    planned.finish(session, place.subject, activity, _text(sent, "feedback", required=False))
    session.flush()
    return Json(_activity(activity))


def delete_activity(shape: Shape, session: Session, request: Request) -> Reply:
    """Drop an open activity."""
    place = place_of(shape, session, request, writing=True)
    planned.cancel(
        session,
        planned.activity_of(
            session, place.conversation_id, request.path_params["activity"], lock=True
        ),
    )
    return Empty()


def list_attachments(shape: Shape, session: Session, request: Request) -> Reply:
    """The files beside a record, the newest first."""
    place = place_of(shape, session, request)
    found = files.attachments_of(session, place.conversation_id)
    return Json({"data": [_attachment(shape, request, one) for one in found]})


def create_attachment(shape: Shape, session: Session, request: Request) -> Reply:
    """Attach the file sent as `file` in a multipart form."""
    place = place_of(shape, session, request, writing=True)
    upload = request.files.get("file")
    if upload is None:
        raise InvalidInput.of(
            "file",
            phrase("The file is missing."),
            fix=phrase("Send multipart/form-data with a part called file."),
        )
    attachment = files.attach(session, place.subject, upload.name, upload.file, upload.size)
    return Json(_attachment(shape, request, attachment), status=201)


def get_content(shape: Shape, session: Session, request: Request) -> Reply:
    """The bytes of an attachment."""
    place = place_of(shape, session, request)
    attachment = files.attachment_of(
        session, place.conversation_id, request.path_params["attachment"]
    )
    return content_of(session, request, attachment)


def delete_attachment(shape: Shape, session: Session, request: Request) -> Reply:
    """Delete an attachment; that it was there stays on the timeline."""
    place = place_of(shape, session, request)
    attachment = files.attachment_of(
        session, place.conversation_id, request.path_params["attachment"]
    )
    require_removable(session, place, attachment)
    files.remove(session, place.subject, attachment)
    return Empty()


def _note(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "author": entry.author,
        "author_id": entry.author_id,
        "body": entry.body,
        "mentions": [{"id": one.id, "name": one.name} for one in notes.mentions_of(entry)],
        "created_at": entry.created_at,
        "edited_at": entry.edited_at,
    }


def _activity(activity: Activity) -> dict[str, Any]:
    return {
        "id": activity.id,
        "kind": activity.kind,
        "summary": activity.summary,
        "due_on": activity.due_on,
        "assignee_id": activity.assignee_id,
        "creator_id": activity.creator_id,
        "done_at": activity.done_at,
        "done_by": activity.done_by,
        "feedback": activity.feedback,
    }


def _attachment(shape: Shape, request: Request, attachment: Attachment) -> dict[str, Any]:
    record = f"{shape.api_url}/{request.path_params['id']}"
    return {
        "id": attachment.id,
        "name": attachment.name,
        "size": attachment.size,
        "media_type": attachment.media_type,
        "sha256": attachment.digest,
        "state": attachment.state,
        "verdict": attachment.verdict,
        "added_by": attachment.added_by,
        "created_at": attachment.created_at,
        "content": f"{record}/attachments/{attachment.id}/content",
    }


def _body(request: Request, known: set[str]) -> Mapping[str, Any]:
    sent = request.json()
    if not isinstance(sent, dict):
        raise InvalidInput.of("body", phrase("Send one JSON object."))
    for name in sent:
        if name not in known:
            raise InvalidInput.of(name, phrase("There is no field of this name here."))
    return sent


def _text(sent: Mapping[str, Any], field: str, *, required: bool = True) -> str:
    text = sent.get(field, None if required else "")
    if not isinstance(text, str):
        raise InvalidInput.of(field, phrase("Send a text."))
    return text


def _plan(
    session: Session, sent: Mapping[str, Any], present: Activity | None = None
) -> planned.Plan:
    before: dict[str, Any] = {"kind": "todo", "assignee_id": actor(session).user_id}
    if present is not None:
        before = _activity(present)
        before["due_on"] = present.due_on.isoformat()
    held = {**before, **sent}
    try:
        due_on = date.fromisoformat(_text(held, "due_on"))
    except ValueError:
        raise InvalidInput.of("due_on", phrase("Send a day as 2026-11-22.")) from None
    assignee_id = held["assignee_id"]
    if not isinstance(assignee_id, int) or isinstance(assignee_id, bool):
        raise InvalidInput.of("assignee_id", phrase("Send the id of a user."))
    if not 0 < assignee_id < 2**63:
        raise InvalidInput.of("assignee_id", phrase("There is no such user."))
    return planned.Plan(_text(held, "kind"), _text(held, "summary"), due_on, assignee_id)
