"""One record: found within what the actor may reach, and what may be done with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.auth.actor import actor
from core.auth.rules import apply_rules, check_record
from core.declare import Action, Permission
from core.errors import Conflict, Forbidden, NotFound
from core.i18n import phrase
from core.web.blocking import is_writable
from core.web.resources.effective import with_values
from core.web.resources.kinds import Unreadable
from core.web.resources.shape import Shape


def load(
    session: Session,
    shape: Shape,
    key: Any,
    permission: Permission | None = None,
    *,
    lock: bool = False,
) -> Any:
    """The record with its lines, if the actor may read it; raises NotFound otherwise.

    With another permission than to read, raises Forbidden if that does not reach the record.
    With `lock` nobody else changes it until this transaction ends.
    """
    resource = shape.resource
    try:
        key = shape.key.key.accept(key)
    except Unreadable:
        raise not_found(shape) from None
    statement = select(shape.model).where(shape.key.expression == key)
    statement = apply_rules(session, statement, resource, resource.access.read)
    statement = statement.options(
        *(selectinload(grid.relationship.class_attribute) for grid in shape.grids)
    )
    if lock:
        statement = statement.with_for_update(of=shape.model).execution_options(
            populate_existing=True
        )
    record = session.scalars(statement).one_or_none()
    if record is None:
        raise not_found(shape)
    with_values(session, shape, (record,))
    if permission is not None and not may(session, shape, permission, record):
        raise Forbidden(
            phrase("You may not do this with {title}.", title=resource.record_title(record)),
            fix="Ask whoever gives out the roles in your company.",
        )
    return record


def not_found(shape: Shape) -> NotFound:
    """For what does not exist, and for what the actor may not know of."""
    return NotFound(
        phrase("There is no such record: {kind}.", kind=phrase(shape.resource.singular)),
        fix="It may have been deleted. Look for it in the list.",
    )


def may(session: Session, shape: Shape, permission: Permission | None, record: Any) -> bool:
    """Whether the actor's permission is there and reaches this record."""
    if permission is None or not actor(session).may(permission.code):
        return False
    return check_record(session, shape.resource, permission, record)


def may_edit(session: Session, shape: Shape, record: Any) -> bool:
    """Whether the form of this record is open to the actor."""
    resource = shape.resource
    return (
        bool(shape.groups)
        and is_writable(session, shape.addon, resource)
        and resource.editable(record)
        and may(session, shape, resource.access.update, record)
    )


def may_delete(session: Session, shape: Shape, record: Any) -> bool:
    """Whether the actor may delete this record."""
    resource = shape.resource
    return (
        is_writable(session, shape.addon, resource)
        and resource.editable(record)
        and may(session, shape, resource.access.delete, record)
    )


def offered(session: Session, shape: Shape, record: Any) -> list[Action]:
    """The actions open to the actor in the record's present state."""
    if not is_writable(session, shape.addon, shape.resource):
        return []
    return [
        action
        for action in shape.resource.actions
        if action.when(record) and may(session, shape, action.permission, record)
    ]


def require_editable(shape: Shape, record: Any) -> None:
    """Raise Conflict if the state of the record forbids any change."""
    if not shape.resource.editable(record):
        raise Conflict(
            phrase("{title} can no longer be changed.", title=shape.resource.record_title(record)),
            fix="Its actions show what can still be done with it.",
        )
