"""Where a request about a conversation stands: the record, read by right, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.conversation.subjects import (
    Subject,
    find_conversation,
    is_discussed,
    remove_permission,
    subject_of,
    write_permission,
)
from core.errors import Forbidden
from core.i18n import phrase
from core.web.request import Request
from core.web.resources.records import load, may
from core.web.resources.shape import Shape


@dataclass(frozen=True, slots=True)
class Place:
    """A record that the actor may read, and the conversation about it, if it was begun."""

    shape: Shape
    record: Any
    subject: Subject
    conversation_id: int | None
    may_write: bool
    may_remove: bool

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.shape.resource.record_title(self.record)

    @property
    def url(self) -> str:
        """Where its conversation is."""
        return f"{self.subject.url}/conversation"


def place_of(
    shape: Shape, session: Session, request: Request, *, writing: bool = False, lock: bool = False
) -> Place:
    """The place that the address names. Raises NotFound for a record that the actor may not read,
    and with `writing` Forbidden for one in whose conversation they may not write."""
    record = load(session, shape, request.path_params["id"], lock=lock)
    resource = shape.resource
    subject = subject_of(shape.full_name, resource, record)
    may_write = is_discussed(resource) and may(session, shape, write_permission(resource), record)
    if writing and not may_write:
        raise Forbidden(
            phrase("You may read this, and not write to it."),
            fix=phrase("Ask whoever gives out the roles in your company."),
        )
    return Place(
        shape=shape,
        record=record,
        subject=subject,
        conversation_id=find_conversation(session, subject),
        may_write=may_write,
        may_remove=may(session, shape, remove_permission(resource), record),
    )
