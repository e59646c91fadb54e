"""Does a batch: a few records at once, many as jobs, each within the reach of who asked.

A batch that may be done in part is done in steps of a hundred records, each a job of its own:
locks are short, other work gets its turn, a killed worker repeats one step at the most, and what
is cancelled stops between two steps. A batch for all or none is one step, whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from core.auth.acting import act_as
from core.auth.actor import abilities_of, actor
from core.auth.rules import apply_rules
from core.db.base import utc_now
from core.declare import msg
from core.errors import AppError, Conflict, NotFound
from core.i18n import phrase
from core.jobs.progress import report_progress
from core.jobs.queue import enqueue
from core.web.bulk.models import Batch, BatchItem
from core.web.bulk.sentences import kept
from core.web.bulk.tasks import Overtaken, Task, task_of
from core.web.resources.culture import PLAIN
from core.web.resources.effective import shape_named, with_values
from core.web.resources.records import may, not_found
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Shape

JOB: Final = "core.run_batch"
AT_ONCE: Final = 200
"""Records that are done while the person waits; more of them are a job."""
STEP: Final = 100


class _Refused(Exception):
    """A batch for all or none met a record that cannot be changed."""


def start(session: Session, shape: Shape, batch: Batch) -> None:
    """Do the batch now if it is small, else have it done."""
    if batch.total <= AT_ONCE:
        _step(session, shape, batch, batch.total)
        return
    batch.job_id = _enqueue(session, batch, 0, abilities_of(actor(session)))


def run_batch(session: Session, batch_id: int, abilities: list[str] | None = None) -> None:
    """The job: the next step of a batch, with the rights of whoever asked for it, and no more
    than the abilities of the token that they came by."""
    batch = session.get(Batch, batch_id)
    if batch is None or batch.state != "waiting":
        return
    if batch.made_by_id is not None:
        act_as(session, batch.made_by_id, abilities)
    shape = shape_named(session, batch.resource)
    if shape is None:
        raise NotFound(phrase("There is no such page."))
    _step(session, shape, batch, batch.total if batch.whole else STEP)
    if batch.state == "waiting":
        batch.job_id = _enqueue(session, batch, _done(session, batch), abilities)


def lock_batch(session: Session, batch_id: int) -> Batch | None:
    """The batch, unchanged by anybody else until this transaction ends."""
    return session.get(Batch, batch_id, with_for_update=True, populate_existing=True)


def _enqueue(session: Session, batch: Batch, done: int, abilities: list[str] | None) -> int:
    return enqueue(
        session,
        JOB,
        key=f"{JOB}:{batch.id}:{done}",
        title=TITLES[batch.task],
        batch_id=batch.id,
        abilities=abilities,
    )


def _done(session: Session, batch: Batch) -> int:
    ended = select(func.count()).where(
        BatchItem.batch_id == batch.id, BatchItem.outcome != "waiting"
    )
    return session.execute(ended).scalar_one()


def _step(session: Session, shape: Shape, batch: Batch, limit: int) -> None:
    """Do the next records of the batch; at its end, close it."""
    waiting = select(BatchItem).where(
        BatchItem.batch_id == batch.id, BatchItem.outcome == "waiting"
    )
    items = session.scalars(waiting.order_by(BatchItem.place).limit(limit)).all()
    before = batch.total - len(items) if batch.whole else _done(session, batch)
    try:
        with session.begin_nested():
            _run_all(session, shape, batch, items, before)
    except _Refused:
        # What was done is undone; what was found out about each record is kept.
        failed = [item for item in items if item.outcome in ("failed", "overtaken")]
        _keep(session, batch, failed)
        batch.state, batch.finished_at = "refused", utc_now()
    else:
        _keep(session, batch, items)
        if before + len(items) >= batch.total:
            batch.state, batch.finished_at = "done", utc_now()
    session.flush()


def _run_all(
    session: Session, shape: Shape, batch: Batch, items: Sequence[BatchItem], before: int
) -> None:
    task = task_of(shape, batch)
    for item in items:
        # Written in one go at the end: the session must not see to them one by one.
        session.expunge(item)
    for start_ in range(0, len(items), STEP):
        part = items[start_ : start_ + STEP]
        records = _locked(session, shape, [item.record_id for item in part])
        for place, item in enumerate(part, start=before + start_):
            report_progress(session, place / batch.total, _so_far(place, batch.total))
            _run_one(session, shape, task, item, records.get(item.record_id))
        _note_versions(session, shape, part)
    if batch.whole and any(item.outcome in ("failed", "overtaken") for item in items):
        raise _Refused


def _so_far(done: int, total: int) -> str:
    return f"{done} / {total}"


def _locked(session: Session, shape: Shape, keys: Iterable[str]) -> dict[str, Any]:
    """The records that the actor may read, locked in the order of their keys."""
    wanted = [shape.key.key.read(text, PLAIN) for text in keys]
    read = shape.resource.access.read
    statement = select(shape.model).where(shape.key.expression.in_(wanted))
    statement = apply_rules(session, statement, shape.resource, read)
    statement = statement.options(
        *(selectinload(grid.relationship.class_attribute) for grid in shape.grids)
    )
    statement = statement.order_by(shape.key.expression).with_for_update(of=shape.model)
    found = session.scalars(statement.execution_options(populate_existing=True)).all()
    with_values(session, shape, found)
    return {str(getattr(record, shape.key.name)): record for record in found}


def _run_one(session: Session, shape: Shape, task: Task, item: BatchItem, record: Any) -> None:
    try:
        if record is None or not actor(session).may(shape.resource.access.read.code):
            raise not_found(shape)
        item.title = kept(shape.resource.record_title(record))
        if not may(session, shape, task.permission, record):
            raise Conflict(phrase("Your rights do not reach this record."))
        effect = attempt(session, lambda: task.run(session, record, item))
    except Overtaken as error:
        item.outcome, item.note = "overtaken", kept(error.message)
    except AppError as error:
        item.outcome, item.note = "failed", kept(error.message)
    else:
        item.outcome = "done" if effect.changed else "same"
        item.before, item.note = effect.before, kept(effect.note)


def _note_versions(session: Session, shape: Shape, items: Sequence[BatchItem]) -> None:
    """The versions that the records have after all of the step: one may have changed another."""
    if shape.version is None:
        return
    done = {item.record_id: item for item in items if item.outcome == "done"}
    keys = [shape.key.key.read(text, PLAIN) for text in done]
    statement = select(shape.key.expression, shape.version.expression)
    for key, version in session.execute(statement.where(shape.key.expression.in_(keys))):
        done[str(key)].version = version


def _keep(session: Session, batch: Batch, items: Sequence[BatchItem]) -> None:
    names = ("batch_id", "place", "title", "outcome", "before", "version", "note")
    rows = [{name: getattr(item, name) for name in names} for item in items]
    if rows:
        session.execute(update(BatchItem), rows)


TITLES: Final = {
    "edit": msg("Change many records"),
    "action": msg("Do something with many records"),
    "delete": msg("Delete many records"),
    "undo": msg("Undo a change of many records"),
}
