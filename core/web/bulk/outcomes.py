"""What has become of a batch, as its toast and its page tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.declare import Permission, msg
from core.errors import NotFound
from core.i18n import phrase
from core.jobs.models import Job
from core.web.bulk.models import Batch, BatchItem
from core.web.bulk.sentences import told
from core.web.bulk.undoing import UNDOABLE
from core.web.resources.shape import Shape

MANAGE: Final = Permission("core.batch.manage", msg("See and undo everybody's bulk changes"))
SHOWN: Final = 200
"""Records that did not go well, listed on the page of a batch."""
BATCHES: Final = "/core/batches"

Stage = Literal["going", "stuck", "done", "refused", "cancelled"]


@dataclass(frozen=True, slots=True)
class Told:
    """A record of a batch: how it is called, where it is, and why it was left as it is."""

    title: str
    url: str
    reason: str
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A batch in numbers and one sentence. `undone` is the batch that undid it, `can_undo` says
    whether that is still open to the reader."""

    batch: Batch
    stage: Stage
    sentence: str
    done: int
    same: int
    failed: int
    overtaken: int
    waiting: int
    error: str
    undone: Batch | None
    can_undo: bool
    url: str

    @property
    def fraction(self) -> float:
        """How far it is, from 0 to 1."""
        return 1 - self.waiting / self.batch.total if self.batch.total else 1.0

    @property
    def left(self) -> int:
        """Records that were not changed although they should have been."""
        return self.failed + self.overtaken


def batch_url(batch: Batch) -> str:
    """The page of a batch."""
    return f"{BATCHES}/{batch.id}"


def find_batch(session: Session, batch_id: int) -> Batch:
    """The batch, for whoever made it and for those who look after all; raises NotFound."""
    batch, who = session.get(Batch, batch_id), actor(session)
    if batch is None or not (who.user_id == batch.made_by_id or who.may(MANAGE.code)):
        raise NotFound(phrase("There is no such change."))
    return batch


def summary(session: Session, batch: Batch) -> Summary:
    """Where the batch stands."""
    return summaries(session, [batch])[0]


def summaries(session: Session, batches: Sequence[Batch]) -> list[Summary]:
    """Where each of these batches stands."""
    keys = [batch.id for batch in batches]
    counted = (
        select(BatchItem.batch_id, BatchItem.outcome, func.count())
        .where(BatchItem.batch_id.in_(keys))
        .group_by(BatchItem.batch_id, BatchItem.outcome)
    )
    numbers: dict[int, dict[str, int]] = {key: {} for key in keys}
    for batch_id, outcome, number in session.execute(counted):
        numbers[batch_id][outcome] = number
    waiting = [batch.job_id for batch in batches if batch.state == "waiting" and batch.job_id]
    jobs = {job.id: job for job in session.scalars(select(Job).where(Job.id.in_(waiting)))}
    undone = select(Batch).where(Batch.undoes_id.in_(keys), Batch.state.in_(("waiting", "done")))
    by_undone = {batch.undoes_id: batch for batch in session.scalars(undone)}
    return [
        _summary(batch, numbers[batch.id], jobs.get(batch.job_id or 0), by_undone.get(batch.id))
        for batch in batches
    ]


def _summary(
    batch: Batch, numbers: dict[str, int], job: Job | None, undone: Batch | None
) -> Summary:
    stuck = job is not None and job.state in ("dead", "cancelled")
    stage: Stage = batch.state if batch.state != "waiting" else "stuck" if stuck else "going"  # type: ignore[assignment]
    changed = numbers.get("done", 0)
    ended = stage in ("done", "cancelled")
    return Summary(
        batch=batch,
        stage=stage,
        sentence=_sentence(batch, stage, numbers),
        done=changed,
        same=numbers.get("same", 0),
        failed=numbers.get("failed", 0),
        overtaken=numbers.get("overtaken", 0),
        waiting=numbers.get("waiting", 0),
        error=job.error if job is not None and stuck else "",
        undone=undone,
        can_undo=bool(changed) and ended and batch.task in UNDOABLE and undone is None,
        url=batch_url(batch),
    )


def left_alone(session: Session, shape: Shape | None, batch: Batch) -> Sequence[Told]:
    """The records that were not changed, each with the reason."""
    items = session.scalars(
        select(BatchItem)
        .where(BatchItem.batch_id == batch.id, BatchItem.outcome.in_(("failed", "overtaken")))
        .order_by(BatchItem.place)
        .limit(SHOWN)
    )
    return [_told(shape, item) for item in items]


def changed_records(session: Session, shape: Shape | None, batch: Batch) -> Sequence[Told]:
    """The records that were changed, and what their services said of it."""
    items = session.scalars(
        select(BatchItem)
        .where(BatchItem.batch_id == batch.id, BatchItem.outcome == "done")
        .order_by(BatchItem.place)
        .limit(SHOWN)
    )
    return [_told(shape, item) for item in items]


def _told(shape: Shape | None, item: BatchItem) -> Told:
    url = "" if shape is None else shape.record_url(item.record_id)
    title = told(item.title) or item.record_id
    return Told(title, url, told(item.note), item.outcome == "overtaken")


def _sentence(batch: Batch, stage: Stage, numbers: dict[str, int]) -> str:
    done, total = numbers.get("done", 0), batch.total
    if stage == "going":
        return phrase("{done} of {total} records are done.", done=_ended(numbers), total=total)
    if stage == "stuck":
        return phrase("It stopped after {done} of {total}.", done=_ended(numbers), total=total)
    if stage == "refused":
        return phrase("Nothing was changed: not every record can be.")
    if stage == "cancelled":
        return phrase("Cancelled after {done} of {total}.", done=_ended(numbers), total=total)
    if numbers.get("same", 0) == total:
        return phrase("Nothing had to be changed.")
    if total == 1 and done == 1 and batch.task in _ONE:
        return phrase(_ONE[batch.task])
    return phrase(_DONE[batch.task], done=done, total=total)


def _ended(numbers: dict[str, int]) -> int:
    return sum(number for outcome, number in numbers.items() if outcome != "waiting")


_ONE: Final = {"edit": msg("Saved."), "undo": msg("Undone."), "delete": msg("Deleted.")}
_DONE: Final = {
    "edit": msg("{done} of {total} records were changed."),
    "action": msg("Done with {done} of {total} records."),
    "delete": msg("{done} of {total} records were deleted."),
    "undo": msg("{done} of {total} records are as they were before."),
}
