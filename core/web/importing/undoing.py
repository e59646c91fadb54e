"""Takes an import back: what it created is deleted, what it changed gets its former values, both
by the resource's own services, the last first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.declare import msg
from core.errors import Conflict
from core.i18n import phrase
from core.importing.models import DataImport, ExternalId, ImportedRecord
from core.jobs.progress import report_progress
from core.web.importing.comparing import restored
from core.web.importing.finding import records_by_key, typed_key
from core.web.importing.obstacles import obstacles
from core.web.resources import writing
from core.web.resources.effective import shape_named
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Shape

BATCH: Final = 500
UNDOABLE: Final = frozenset({"done"})


def require_undoable(held: DataImport) -> None:
    """Raise Conflict for what cannot be taken back at all."""
    if held.importer:
        raise Conflict(
            phrase("What an addon read from a file of its own is not taken back here."),
            fix=phrase("Reverse or correct the records themselves."),
        )
    if held.state not in UNDOABLE:
        raise Conflict(phrase("Only an import that is done can be undone."))


def undo(session: Session, held: DataImport) -> None:
    """Take everything back; raises Conflict, and then nothing is, if something is in the way."""
    import_id = held.id
    if obstacles(session, held):
        raise Conflict(
            phrase("The import cannot be undone: something has been built on it."),
            fix=phrase("See what is in the way, remove that first, and undo the import again."),
        )
    total = max(1, sum(held.counts.get(name, 0) for name in ("created", "updated")))
    done = 0
    for batch in _batches(session, import_id):
        for resource, entries in groupby(batch, key=lambda entry: entry.resource):
            shape = shape_named(session, resource)
            assert shape is not None, "an obstacle otherwise"
            part = list(entries)
            attempt(session, lambda shape=shape, part=part: _take_back(session, shape, part))
            done += len(part)
        session.expunge_all()
        report_progress(session, done / total, msg("Taking the import back."))
    session.execute(delete(ExternalId).where(ExternalId.import_id == import_id))
    session.execute(delete(ImportedRecord).where(ImportedRecord.import_id == import_id))


def _batches(session: Session, import_id: int) -> Iterator[Sequence[Any]]:
    """What the import did, the last first."""
    below: int | None = None
    while True:
        statement = select(
            ImportedRecord.id,
            ImportedRecord.resource,
            ImportedRecord.record_key,
            ImportedRecord.action,
            ImportedRecord.before,
        ).where(ImportedRecord.import_id == import_id)
        if below is not None:
            statement = statement.where(ImportedRecord.id < below)
        rows = session.execute(statement.order_by(ImportedRecord.id.desc()).limit(BATCH)).all()
        if not rows:
            return
        yield rows
        below = rows[-1].id


def _take_back(session: Session, shape: Shape, entries: Sequence[Any]) -> None:
    keys = [key for e in entries if (key := typed_key(shape, e.record_key)) is not None]
    grids = {grid.name: True for grid in shape.grids}
    records = records_by_key(session, shape, keys, grids)
    changes, gone = [], []
    for entry in entries:
        record = records.get(typed_key(shape, entry.record_key))
        if record is None:
            continue  # deleted by somebody since: nothing is left to take back
        if entry.action == "created":
            gone.append(record)
        else:
            changes.append((record, restored(shape, record, entry.before)))
    writing.update_all(session, shape, changes)
    writing.delete_all(session, shape, gone)
