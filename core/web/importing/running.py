"""Reads a file into a resource, batch by batch: rows to documents, documents to values, values to
records. A dry run does exactly the same and is then taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, BinaryIO, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.db.session import binding
from core.declare import msg
from core.errors import AppError, Problem
from core.i18n import phrase
from core.importing.layout import Layout, records_of
from core.importing.models import ImportedRecord
from core.jobs.progress import report_progress
from core.web.importing.cells import Writing
from core.web.importing.comparing import says_the_same, with_line_keys
from core.web.importing.documents import FileDocument, Grouping
from core.web.importing.finding import (
    keys_by_values,
    known_by_external_id,
    records_by_key,
    typed_key,
)
from core.web.importing.lookups import Lookups
from core.web.importing.plan import Plan
from core.web.importing.problems import ProblemLog, RowProblem
from core.web.importing.reading import DocumentReader, read_defaults, readers_of
from core.web.importing.targets import key_of
from core.web.importing.totals import without_totals
from core.web.importing.writing import Item, Writer
from core.web.resources.records import may
from core.web.resources.shape import Shape

BATCH: Final = 500
"""Documents written together. More would be no faster, and a refused one costs more."""


@dataclass(slots=True)
class Counts:
    """How many documents became what; `rows` are those of the file that were read."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    bad: int = 0
    bad_rows: int = 0

    def to_json(self) -> dict[str, int]:
        """As they are stored with the import."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Told:
    """By what a document says which record it is; `values` are those of the key fields."""

    external_id: str
    values: tuple[Any, ...] | None

    @property
    def mark(self) -> Any:
        """What no other new document of the file may have; None where nothing tells them apart."""
        return ("external", self.external_id) if self.external_id else self.values


class FileImport:
    """One run over one file, within the session's transaction and its actor's rights."""

    def __init__(
        self,
        session: Session,
        shape: Shape,
        import_id: int,
        layout: Layout,
        plan: Plan,
        *,
        locale: str,
        problems: ProblemLog,
    ) -> None:
        bound = binding(session)
        languages = bound.context["kernel"].languages
        writing = Writing.of(layout, locale, bound.tenant.timezone)
        self._session, self._shape, self._import_id = session, shape, import_id
        self._layout, self._plan, self._log = layout, plan, problems
        self._languages = languages
        self._lookups = Lookups(session)
        typed = Writing.of(layout, locale, bound.tenant.timezone, typed=True)
        defaults, wrong = read_defaults(session, shape, plan, self._lookups, typed, languages)
        self.wrong_defaults = wrong
        self._grouping = Grouping(shape, plan)
        self._reader = DocumentReader(
            shape,
            plan,
            self._grouping,
            self._lookups,
            readers_of(shape, plan, writing, languages),
            defaults,
        )
        self._writer = Writer(
            session,
            shape,
            import_id,
            self._lookups,
            self._grouping.grids,
            may_miss=bool(plan.create_missing),
        )
        self.counts = Counts()

    def run(self, file: BinaryIO) -> Counts:
        """Read the file to its end; what is wrong is in the log, what is right is written."""
        rows = without_totals(records_of(file, self._layout), self._languages)
        documents = self._grouping.documents(rows)
        total = max(1, self._layout.rows)
        for batch in _batches(documents, BATCH):
            self._reader.look_up(batch)
            items = list(self._items(batch))
            self._writer.write(items)
            for item in items:
                self._count(item)
            self.counts.rows += sum(len(document.rows) for document in batch)
            # What is written need not be kept in mind.
            self._session.expunge_all()
            report_progress(self._session, self.counts.rows / total, msg("Reading the rows."))
        self.counts.bad, self.counts.bad_rows = self._log.documents, self._log.rows
        return self.counts

    def _items(self, batch: Sequence[FileDocument]) -> Iterator[Item]:
        """What of a batch there is to write."""
        named = [self._told(document) for document in batch]
        keys = self._record_keys(named)
        known = [key for key in keys if key is not None]
        records = records_by_key(self._session, self._shape, known, self._grouping.grids)
        touched = self._touched(known)
        seen: dict[Any, int] = {}
        for document, told, key in zip(batch, named, keys, strict=True):
            record = records.get(key)
            mark = told.mark if record is None else ("record", key)
            line = touched.get(str(key)) or (seen.get(mark) if mark is not None else None)
            if line is not None:
                document.problems.append(_twice(document, line))
            elif mark is not None:
                seen[mark] = document.line
            item = self._item(document, told, key, record)
            if document.problems:
                self._log.add((row.line for row in document.rows), document.problems)
            elif item is not None:
                yield item

    def _told(self, document: FileDocument) -> _Told:
        names = key_of(self._shape)
        values = self._reader.told(document, names) if names else None
        return _Told(self._reader.external_id(document), values)

    def _item(self, document: FileDocument, told: _Told, key: Any, record: Any) -> Item | None:
        """The document as something to write; None for what is left as it is or has problems."""
        values = self._reader.values(document, creating=record is None)
        if record is None:
            self._require_create(document)
        elif not document.problems:
            values = with_line_keys(self._shape, record, values)
            if says_the_same(self._shape, record, values):
                self.counts.unchanged += 1
                return None
            if self._plan.mode == "create":
                self.counts.skipped += 1
                return None
            self._require_update(document, record)
        key = key if record is not None else None
        return Item(document, values, told.external_id, key, record)

    def _record_keys(self, named: Sequence[_Told]) -> list[Any]:
        """The keys of the records that the documents are already."""
        externals = (told.external_id for told in named)
        by_external = known_by_external_id(self._session, self._shape, externals)
        told_values = (told.values for told in named if told.values is not None)
        by_values = keys_by_values(self._session, self._shape, told_values)
        keys = []
        for told in named:
            known = by_external.get(told.external_id)
            key = typed_key(self._shape, known) if known is not None else None
            if key is None and told.values is not None:
                key = by_values.get(told.values)
            keys.append(key)
        return keys

    def _touched(self, keys: Iterable[Any]) -> dict[str, int]:
        """Of these records, those that this import has written already, with their lines."""
        texts = [str(key) for key in keys]
        if not texts:
            return {}
        statement = select(ImportedRecord.record_key, ImportedRecord.line).where(
            ImportedRecord.import_id == self._import_id,
            ImportedRecord.resource == self._shape.full_name,
            ImportedRecord.record_key.in_(texts),
        )
        return {row[0]: row[1] for row in self._session.connection().execute(statement)}

    def _require_create(self, document: FileDocument) -> None:
        create = self._shape.resource.access.create
        if self._plan.mode == "update":
            message = phrase("There is no such record to change.")
        elif create is None or not actor(self._session).may(create.code):
            message = phrase("There is no such record, and you may not create one.")
        else:
            return
        document.problems.append(RowProblem(document.line, "", "", message))

    def _require_update(self, document: FileDocument, record: Any) -> None:
        resource = self._shape.resource
        if not resource.editable(record):
            title = resource.record_title(record)
            message = phrase("{title} can no longer be changed.", title=title)
        elif not (
            may(self._session, self._shape, resource.access.read, record)
            and may(self._session, self._shape, resource.access.update, record)
        ):
            message = phrase("This is a record that you may not change.")
        else:
            return
        document.problems.append(RowProblem(document.line, "", "", message))

    def _count(self, item: Item) -> None:
        if item.error is not None:
            lines = (row.line for row in item.document.rows)
            self._log.add(lines, self._refused(item.document, item.error))
        elif item.key is None:
            self.counts.created += 1
        else:
            self.counts.updated += 1

    def _refused(self, document: FileDocument, error: AppError) -> Iterator[RowProblem]:
        """What a service or the database said, with the cells it is about."""
        named = error.problems or (Problem("", error.message),)
        for problem in named:
            grid, _, rest = problem.field.partition(".")
            place, _, column = rest.partition(".")
            row, name = document.first, problem.field
            if grid in self._grouping.grids:
                rows = self._grouping.lines_of(document, grid)
                if place.isdecimal() and int(place) < len(rows):
                    row, name = rows[int(place)], f"{grid}.{column}"
                else:
                    name = ""
            at = self._plan.place_of(name)
            value = row.cell(at) if at is not None else ""
            yield RowProblem(
                row.line, name if at is not None else "", value, problem.message, error.fix
            )


def _batches(documents: Iterator[FileDocument], size: int) -> Iterator[list[FileDocument]]:
    while batch := list(islice(documents, size)):
        yield batch


def _twice(document: FileDocument, line: int) -> RowProblem:
    message = phrase(
        "Row {line} is about the same record. Put both together, or delete one.", line=str(line)
    )
    return RowProblem(document.line, "", "", message)
