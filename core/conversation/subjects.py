"""The record that a conversation is about, and the row that holds the conversation together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.addons.states import view
from core.conversation.models import Conversation
from core.declare import Discussion, Permission, Resource

KEY = "id"
"""The column by which the audit trail, and so a conversation, knows its record."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A record, and the resource (`shop.orders`) through which it was reached."""

    resource: str
    table: str
    record_id: str

    @property
    def url(self) -> str:
        """The record's page."""
        return f"/{self.resource.replace('.', '/')}/{self.record_id}"


def is_discussed(resource: Resource) -> bool:
    """Whether records of this resource have a conversation: the audit trail must know them, since
    it is what removes a conversation with its record."""
    table = resource.model.__table__
    keys = [column.name for column in inspect(resource.model).primary_key]
    return resource.discussed is not False and keys == [KEY] and table.info.get("audit") != "none"


def write_permission(resource: Resource) -> Permission:
    """What it takes to write into the conversations of this resource."""
    declared = resource.discussed
    access = resource.access
    chosen = declared.write if isinstance(declared, Discussion) else None
    return chosen or access.update or access.create or access.read


def remove_permission(resource: Resource) -> Permission:
    """What it takes to delete what others attached."""
    declared = resource.discussed
    chosen = declared.remove if isinstance(declared, Discussion) else None
    return chosen or resource.access.delete or write_permission(resource)


def subject_of(full_name: str, resource: Resource, record: Any) -> Subject:
    """The subject that a record in hand is."""
    return Subject(full_name, resource.model.__table__.fullname, str(getattr(record, KEY)))


def find_conversation(session: Session, subject: Subject) -> int | None:
    """The conversation about this record, if anything was ever said."""
    return session.scalar(
        select(Conversation.id).where(
            Conversation.table_name == subject.table, Conversation.record_id == subject.record_id
        )
    )


def open_conversation(session: Session, subject: Subject) -> int:
    """The conversation about this record, begun if need be; two may begin it at once."""
    found = find_conversation(session, subject)
    if found is not None:
        return found
    begun = insert(Conversation).values(table_name=subject.table, record_id=subject.record_id)
    session.execute(begun.on_conflict_do_nothing())
    found = find_conversation(session, subject)
    if found is None:
        raise LookupError(f"the conversation about {subject} was deleted as it began")
    return found


def resource_named(session: Session, full_name: str) -> Resource | None:
    """The resource, if its addon is enabled for the tenant."""
    owned = view(session).resources.get(full_name)
    return None if owned is None else owned.item


def record_of(session: Session, resource: Resource, record_id: str) -> Any:
    """The record itself, whoever asks; None when it is gone."""
    key = inspect(resource.model).primary_key[0]
    wanted: Any = record_id
    if key.type.python_type is int:
        wanted = int(record_id) if record_id.isdecimal() else None
    return None if wanted is None else session.get(resource.model, wanted)
