"""Who else has a record open: told by their pages every few seconds, forgotten soon after.

A page of a record asks for it in one call that also says "I am here". Names are shown to those
who may read the record, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.auth.models import User
from core.db.base import utc_now
from core.web.documents.models import OpenRecord
from core.web.replies import Fragment, Reply
from core.web.request import Request
from core.web.resources.records import load, may_edit
from core.web.resources.shape import Shape

EVERY_SECONDS: Final = 15
"""How often an open page says so."""
_STALE: Final = timedelta(seconds=2.5 * EVERY_SECONDS)


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else at the record."""

    name: str
    editing: bool


def tell(shape: Shape, session: Session, request: Request) -> Reply:
    """Note that the actor has the record open, and answer who else has."""
    record = load(session, shape, request.path_params["id"])
    user_id, key = request.actor.user_id, str(getattr(record, shape.key.name))
    editing = request.form.get("editing") == "1" and may_edit(session, shape, record)
    if user_id is not None:
        _note(session, shape.full_name, key, user_id, editing=editing)
    version = request.form.get("version", "")
    is_older = bool(version) and version != str(getattr(record, "version", version))
    told = seen(session, shape, record, user_id, editing=editing)
    return Fragment("core/resources/presence.html", {**told, "changed_since": is_older})


def seen(
    session: Session, shape: Shape, record: Any, user_id: int | None, *, editing: bool
) -> dict[str, Any]:
    """What the line of presence shows as a page opens; nothing for a record that is new."""
    there = [] if record is None else others(session, shape, record, user_id)
    return {"others": there, "editing": editing, "changed_since": False}


def others(session: Session, shape: Shape, record: Any, user_id: int | None) -> list[Other]:
    """Who else has the record open, those first who change it."""
    fresh = OpenRecord.seen_at > utc_now() - _STALE
    statement = (
        select(User.name, OpenRecord.editing)
        .join(OpenRecord, OpenRecord.user_id == User.id)
        .where(
            OpenRecord.resource == shape.full_name,
            OpenRecord.record_id == str(getattr(record, shape.key.name)),
            OpenRecord.user_id != user_id,
            fresh,
        )
        .order_by(OpenRecord.editing.desc(), User.name)
    )
    return [Other(*row) for row in session.execute(statement)]


def forget_closed(session: Session) -> None:
    """Drop what was not said for long."""
    session.execute(delete(OpenRecord).where(OpenRecord.seen_at < utc_now() - 10 * _STALE))


def _note(session: Session, resource: str, key: str, user_id: int, *, editing: bool) -> None:
    row = insert(OpenRecord).values(
        resource=resource, record_id=key, user_id=user_id, editing=editing, seen_at=func.now()
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["resource", "record_id", "user_id"],
            set_={"editing": editing, "seen_at": func.now()},
        )
    )
