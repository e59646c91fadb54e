"""Takes a batch back: each record that nobody has changed since gets its former values again,
through the resource's own services, in one transaction.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.errors import Conflict
from core.i18n import phrase
from core.web.bulk.choosing import fill
from core.web.bulk.models import Batch, BatchItem
from core.web.bulk.running import lock_batch, start
from core.web.resources.shape import Shape

UNDOABLE: Final = frozenset({"edit", "undo"})
"""A restored value can be taken back too. What an action or a deletion did cannot be known."""


def undo(session: Session, shape: Shape, batch: Batch, *, whole: bool) -> Batch:
    """The batch that undoes this one; the one there is, if it was undone before.

    A `whole` undo changes nothing unless every record is still as the batch left it. Otherwise
    those that were changed since stay as they are.
    """
    lock_batch(session, batch.id)
    earlier = undone_by(session, batch)
    if earlier is not None:
        return earlier
    require_undoable(batch)
    who = actor(session)
    made = Batch(
        resource=batch.resource,
        task="undo",
        fields=batch.fields,
        whole=whole,
        undoes_id=batch.id,
        made_by=who.name,
        made_by_id=who.user_id,
    )
    session.add(made)
    session.flush()
    changed = select(
        literal(made.id), BatchItem.place, BatchItem.record_id, BatchItem.title,
        BatchItem.version, BatchItem.before,
    ).where(BatchItem.batch_id == batch.id, BatchItem.outcome == "done")  # fmt: skip
    names = ["batch_id", "place", "record_id", "title", "expects", "restores"]
    statement = insert(BatchItem).from_select(names, changed)
    made.total = fill(session, statement)
    start(session, shape, made)
    return made


def undone_by(session: Session, batch: Batch) -> Batch | None:
    """The batch that undid this one or is about to."""
    return session.scalars(
        select(Batch).where(Batch.undoes_id == batch.id, Batch.state.in_(("waiting", "done")))
    ).one_or_none()


def require_undoable(batch: Batch) -> None:
    """Raise Conflict for what cannot be taken back, or not yet."""
    if batch.task not in UNDOABLE:
        raise Conflict(
            phrase("What an action or a deletion did cannot be undone here."),
            fix="The actions of each record show what can still be done with it.",
        )
    if batch.state == "waiting":
        raise Conflict(
            phrase("This change is still going on."), fix="Wait for its end, or cancel it first."
        )
