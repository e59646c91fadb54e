"""Printing many records into one file: as a job with progress, in bounded memory.

Records are read and set a part at a time on all presses at once, and each part is written to disk
behind the one before it. The file is kept for a day, for whoever asked for it.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, BinaryIO, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from core.auth.acting import act_as
from core.auth.actor import abilities_of, actor
from core.auth.rules import apply_rules
from core.belongings import store_file
from core.db.base import utc_now
from core.db.session import binding
from core.errors import NotFound
from core.files import CHUNK
from core.i18n import phrase
from core.jobs.progress import RunningJob, report_progress
from core.jobs.queue import enqueue
from core.printing.labels import LabelFormat, label_format
from core.printing.merging import Merger
from core.printing.models import PrintRun
from core.printing.presses import PRESSES
from core.printing.setting import Batch, set_pdf
from core.web.printing.forms import form_named
from core.web.printing.gathering import gather
from core.web.printing.labels import set_labels_of
from core.web.printing.service import log_print, order_of, prints_of, stationery
from core.web.printing.wanted import Wanted
from core.web.resources.effective import shape_named, with_values
from core.web.resources.shape import Shape

JOB: Final = "core.print_run"
FORGET: Final = "core.forget_print_runs"
PART: Final = 40
"""Documents that are set at once: enough to share fonts, few enough for little memory."""
MOST: Final = 20_000
KEPT: Final = timedelta(days=1)

Part = Callable[[], bytes]
"""Sets the documents of one part, in any thread."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is chosen for a run: the form, its language, and for labels their paper, how many of
    each, and how many places of the first sheet are used up."""

    form: str
    language: str
    label_format: str = ""
    copies: int = 1
    skip: int = 0


def ask_run(session: Session, shape: Shape, keys: Sequence[Any], options: RunOptions) -> int:
    """Ask for the file of these records, in this order; returns the job's id.

    The job prints what whoever asks may read when it runs; the rest is left out and counted.
    """
    form = form_named(shape, options.form)
    return enqueue(
        session,
        JOB,
        title=phrase("Print: {title}", title=phrase(shape.resource.title)),
        resource=shape.full_name,
        keys=list(keys),
        user_id=actor(session).user_id,
        abilities=abilities_of(actor(session)),
        form=form.name,
        language=options.language,
        label_format=options.label_format,
        copies=options.copies,
        skip=options.skip,
    )


def print_run(
    session: Session,
    resource: str,
    keys: list[Any],
    user_id: int | None,
    abilities: list[str] | None = None,
    **chosen: Any,
) -> None:
    """The job: sets the records and keeps the file."""
    if user_id is not None:
        act_as(session, user_id, abilities)
    shape = shape_named(session, resource)
    if shape is None or not actor(session).may(shape.resource.access.read.code):
        raise NotFound(phrase("There is no such page."))
    options = RunOptions(**chosen)
    order = order_of(session, shape, form_named(shape, options.form), options.language)
    job: RunningJob = binding(session).context["job"]
    with tempfile.TemporaryFile() as file:
        found = write_run(session, order, keys, options, file, identity=f"job {job.id}")
        session.add(
            PrintRun(
                job_id=job.id,
                user_id=user_id,
                name=f"{order.shape.name}.pdf",
                documents=found,
                left_out=len(keys) - found,
                **_kept(session, file),
            )
        )


def write_run(
    session: Session,
    order: Wanted,
    keys: Sequence[Any],
    options: RunOptions,
    file: BinaryIO,
    *,
    identity: str = "",
) -> int:
    """Set the records into an empty file and log their prints; returns how many were found."""
    title = order.speaker.say(order.shape.resource.title)
    merger = Merger(file, title=title, identity=identity, maker=binding(session).tenant.brand.maker)
    found = 0
    printed: list[Any] = []
    with closing(_parts(session, order, keys, options, title, printed)) as parts:
        for size, part in _in_parallel(parts):
            merger.add(part)
            found += size
            report_progress(session, found / max(1, len(keys)), f"{found} / {len(keys)}")
    if not found:
        raise NotFound(phrase("There is nothing to print: none of the records can be read."))
    merger.finish()
    # At the end, so that nobody who prints one of them waits for the whole run.
    log_print(session, order, printed, "label" if order.form.kind == "label" else "paper")
    return found


def forget_old_runs(session: Session) -> None:
    """Drop the files of yesterday; each is its run's alone."""
    bound = binding(session)
    files = bound.context["kernel"].files
    old = session.scalars(
        delete(PrintRun).where(PrintRun.created_at < utc_now() - KEPT).returning(PrintRun.digest)
    )
    for digest in old:
        files.delete(bound.tenant, digest)


def _parts(
    session: Session,
    order: Wanted,
    keys: Sequence[Any],
    options: RunOptions,
    title: str,
    printed: list[Any],
) -> Generator[tuple[int, Part]]:
    """The parts in their order, each with how many documents it has; their keys are `printed`."""
    is_label = order.form.kind == "label" and order.form.template is None
    paper = label_format(options.label_format) if is_label else None
    shared = stationery(session, order, title)
    size, skip = (_labels_a_part(paper, options) if paper else PART), options.skip
    for at in range(0, len(keys), size):
        records = _records(session, order.shape, keys[at : at + size])
        if not records:
            continue
        held = [getattr(record, order.shape.key.name) for record in records]
        printed += held
        if paper is not None:
            part: Part = set_labels_of(session, order, records, paper, options.copies, skip)
            skip = 0
        else:
            before = prints_of(session, order, held)
            copies = {key: before.get(str(key), 0) for key in held}
            documents = gather(session, order, records, copies)
            part = partial(set_pdf, Batch(shared, documents), tags=False)
        yield len(records), part


def _labels_a_part(paper: LabelFormat, options: RunOptions) -> int:
    """Records whose labels fill whole sheets, so that only the last one has empty places."""
    places = paper.columns * paper.rows
    if places == 1:
        return max(1, 200 // options.copies)
    return places if options.copies > 1 or options.skip else places * 5


def _in_parallel(parts: Iterator[tuple[int, Part]]) -> Iterator[tuple[int, bytes]]:
    """Each part's PDF in order, with as many being set as there are presses."""
    waiting: deque[tuple[int, Future[bytes]]] = deque()
    with ThreadPoolExecutor(PRESSES.size) as pool:
        for size, part in parts:
            waiting.append((size, pool.submit(part)))
            if len(waiting) > PRESSES.size:
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()


def _records(session: Session, shape: Shape, keys: Sequence[Any]) -> list[Any]:
    """The records of these keys that may be read, in this order."""
    resource = shape.resource
    statement = select(shape.model).where(shape.key.expression.in_(keys))
    statement = apply_rules(session, statement, resource, resource.access.read)
    statement = statement.options(
        *(selectinload(grid.relationship.class_attribute) for grid in shape.grids)
    )
    by_key = {getattr(r, shape.key.name): r for r in session.scalars(statement)}
    with_values(session, shape, by_key.values())
    return [by_key[key] for key in keys if key in by_key]


def _kept(session: Session, file: BinaryIO) -> dict[str, Any]:
    file.seek(0)
    stored = store_file(session, iter(partial(file.read, CHUNK), b""))
    return {"digest": stored.digest, "size": stored.size}
