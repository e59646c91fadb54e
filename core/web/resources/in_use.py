"""Who uses a record that cannot be deleted: the records whose foreign keys hold it, by name.

Asked only once the database has refused, of the resources that the tenant has. Records are named
as far as the reader's own rights reach; beyond them only their kind is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, Select, Table, or_, select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.rules import apply_rules
from core.errors import Conflict
from core.i18n import phrase
from core.web.resources.effective import shape_for
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shapes

_KINDS: Final = 3
_NAMED: Final = 3
"""How many kinds of users are named, and how many of each: enough to go and look."""
_LET_GO: Final = ("CASCADE", "SET NULL", "SET DEFAULT")


def in_use(session: Session, shape: Shape, record: Any) -> Conflict | None:
    """The refusal to delete a record, with the names of who uses it; None where nothing that can
    be named does."""
    told = []
    for user in served_shapes(view(session)):
        for statement in _users(user, shape, getattr(record, shape.key.name)):
            if session.scalar(statement.limit(1)) is not None:
                told.append(_named(session, shape_for(session, user), statement))
                break
        if len(told) == _KINDS:
            break
    if not told:
        return None
    title = shape.resource.record_title(record)
    users, *more = told
    for others in more:
        users = phrase("{users}; {others}", users=users, others=others)
    return Conflict(
        phrase("{title} is still used: {users}.", title=title, users=users),
        fix=phrase("Remove it there first, or keep it."),
    )


def _users(user: Shape, used: Shape, key: Any) -> Iterator[Select[Any]]:
    """The records of a resource that hold this one themselves, and those whose lines do."""
    target: Table = used.model.__table__
    held = _holding(user.model.__table__, target)
    if held:
        yield select(user.model).where(or_(*(column == key for column in held)))
    for grid in user.grids:
        held = _holding(grid.model.__table__, target)
        if held and grid.model is not used.model and user.model is not used.model:
            lines = select(grid.parent).where(or_(*(column == key for column in held)))
            yield select(user.model).where(user.key.expression.in_(lines))


def _holding(table: Table, target: Table) -> list[Column[Any]]:
    """The columns of a table that keep a record of another from being deleted."""
    return [
        each.parent
        for each in table.foreign_keys
        if each.column.table is target
        and each.column.primary_key
        and (each.ondelete or "").upper() not in _LET_GO
    ]


def _named(session: Session, user: Shape, statement: Select[Any]) -> str:
    """The kind of the records, and the latest of them that the reader may see."""
    resource = user.resource
    seen = apply_rules(session, statement, resource, resource.access.read)
    records = session.scalars(seen.order_by(user.key.expression.desc()).limit(_NAMED + 1)).all()
    titles = [resource.record_title(record) for record in records[:_NAMED]]
    if len(records) > _NAMED:
        titles.append("…")
    kind = phrase(resource.title)
    return phrase("{kind} {names}", kind=kind, names=", ".join(titles)) if titles else kind
