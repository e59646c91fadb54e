"""What keeps an import from being taken back: records that somebody changed since, and records
that others have come to refer to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Exists, ForeignKey, String, Table, cast, exists, select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import actor
from core.auth.rules import apply_rules, check_record
from core.db.base import Model
from core.i18n import phrase
from core.importing.models import DataImport, ImportedRecord
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shape, served_shapes

SHOWN: Final = 20
"""Of each kind: who has removed these looks again."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A record in the way, with its address if the actor may open it."""

    title: str
    url: str
    reason: str


def obstacles(session: Session, held: DataImport) -> list[Obstacle]:
    """What is in the way; empty if the import can be taken back whole."""
    found: list[Obstacle] = []
    names = _resources(session, held.id)
    if not names and (held.counts.get("created") or held.counts.get("updated")):
        sentence = phrase("What it did is no longer remembered.")
        found.append(Obstacle(held.file_name, "", sentence))
    for name in names:
        shape = served_shape(view(session), name)
        if shape is None:
            sentence = phrase("The addon of these records is switched off.")
            found.append(Obstacle(name, "", sentence))
            continue
        found += _not_allowed(session, shape, held.id)
        found += _changed(session, shape, held.id)
        found += _referred(session, shape, held.id)
    return found


def _resources(session: Session, import_id: int) -> list[str]:
    statement = select(ImportedRecord.resource).where(ImportedRecord.import_id == import_id)
    return sorted(session.scalars(statement.distinct()))


def _not_allowed(session: Session, shape: Shape, import_id: int) -> Iterator[Obstacle]:
    """Undoing deletes and changes, so it takes the right to do that."""
    actions = set(
        session.scalars(
            select(ImportedRecord.action)
            .where(
                ImportedRecord.import_id == import_id, ImportedRecord.resource == shape.full_name
            )
            .distinct()
        )
    )
    access, may = shape.resource.access, actor(session).may
    if "created" in actions and (access.delete is None or not may(access.delete.code)):
        yield Obstacle(shape.resource.title, "", phrase("You may not delete such records."))
    elif "created" in actions:
        yield from _out_of_reach(session, shape, import_id, "created", access.delete)
    if "updated" in actions and (access.update is None or not may(access.update.code)):
        yield Obstacle(shape.resource.title, "", phrase("You may not change such records."))
    elif "updated" in actions:
        yield from _out_of_reach(session, shape, import_id, "updated", access.update)


def _out_of_reach(
    session: Session, shape: Shape, import_id: int, action: str, permission: Any
) -> Iterator[Obstacle]:
    """Records that are there, and that the actor's permission does not reach: the import may be
    somebody else's, and its records be given to others since."""
    key = cast(shape.key.expression, String)
    keys = select(ImportedRecord.record_key).where(
        ImportedRecord.import_id == import_id,
        ImportedRecord.resource == shape.full_name,
        ImportedRecord.action == action,
    )
    there = select(shape.key.expression).where(key.in_(keys))
    reached = apply_rules(session, there, shape.resource, permission)
    if reached is there:
        return
    beyond = there.where(shape.key.expression.not_in(reached)).limit(1)
    if session.execute(beyond).first() is not None:
        sentence = phrase("Some of them are not yours to change.")
        yield Obstacle(shape.resource.title, "", sentence)


def _changed(session: Session, shape: Shape, import_id: int) -> Iterator[Obstacle]:
    key = cast(shape.key.expression, String)
    touched = (ImportedRecord.import_id == import_id) & (ImportedRecord.resource == shape.full_name)
    if shape.version is None:
        return
    statement = (
        select(shape.model)
        .join(ImportedRecord, (ImportedRecord.record_key == key) & touched)
        .where(shape.version.expression != ImportedRecord.version)
        .limit(SHOWN)
    )
    for record in session.scalars(statement):
        yield _in_the_way(session, shape, record, phrase("It was changed since."))


def _referred(session: Session, shape: Shape, import_id: int) -> Iterator[Obstacle]:
    """Records that refer to what the import created, and are not of the import themselves."""
    table: Table = shape.model.__table__
    own_lines = {grid.model.__table__ for grid in shape.grids}
    for other in list(Model.metadata.tables.values()):
        for key in other.foreign_keys:
            if key.references(table) and other not in own_lines and _is_single(key):
                yield from _referring(session, shape, import_id, other, key.parent)


def _referring(
    session: Session, shape: Shape, import_id: int, other: Table, column: Column[Any]
) -> Iterator[Obstacle]:
    if other.schema not in _schemas(session):
        return
    created = select(ImportedRecord.record_key).where(
        ImportedRecord.import_id == import_id,
        ImportedRecord.resource == shape.full_name,
        ImportedRecord.action == "created",
    )
    owner, at = _document_of(session, other)
    if owner is None:
        statement = select(column).where(cast(column, String).in_(created)).limit(1)
        if session.execute(statement).first() is not None:
            sentence = phrase("Other records refer to it.")
            yield Obstacle(other.name.replace("_", " "), "", sentence)
        return
    owner_key = cast(owner.key.expression, String)
    ours = exists().where(
        ImportedRecord.import_id == import_id,
        ImportedRecord.resource == owner.full_name,
        ImportedRecord.record_key == owner_key,
    )
    statement = select(owner.model)
    if at is not None:
        statement = statement.where(
            owner.key.expression.in_(
                select(at).where(cast(column, String).in_(created)).scalar_subquery()
            )
        )
    else:
        statement = statement.where(cast(column, String).in_(created))
    apart = (~ours, *(~along for along in _taken_along(session, owner, import_id)))
    for record in session.scalars(statement.where(*apart).limit(SHOWN)):
        sentence = phrase("It refers to what was imported.")
        yield _in_the_way(session, owner, record, sentence)


def _taken_along(session: Session, owner: Shape, import_id: int) -> Iterator[Exists]:
    """Whether a record goes by itself with one that the import created."""
    for shape in served_shapes(view(session)):
        importing = shape.resource.importing
        if importing is None or owner.full_name not in importing.takes_along:
            continue
        for key in shape.model.__table__.foreign_keys:
            if key.references(owner.model.__table__) and _is_single(key):
                yield exists().where(
                    ImportedRecord.import_id == import_id,
                    ImportedRecord.resource == shape.full_name,
                    ImportedRecord.action == "created",
                    ImportedRecord.record_key == cast(shape.key.expression, String),
                    key.parent == owner.key.expression,
                )


def _is_single(key: ForeignKey) -> bool:
    return key.constraint is not None and len(key.constraint.columns) == 1


def _schemas(session: Session) -> set[str]:
    """The schemas that this tenant has tables in."""
    return {shape.addon for shape in served_shapes(view(session))} | {"core"}


def _document_of(session: Session, table: Table) -> tuple[Shape | None, Any]:
    """The resource whose records a table holds, or whose lines: then also the column of the
    table that names the document."""
    for shape in served_shapes(view(session)):
        if shape.model.__table__ is table:
            return shape, None
        for grid in shape.grids:
            if grid.model.__table__ is table:
                return shape, grid.parent
    return None, None


def _in_the_way(session: Session, shape: Shape, record: Any, reason: str) -> Obstacle:
    resource = shape.resource
    if not check_record(session, resource, resource.access.read, record):
        return Obstacle(resource.singular, "", reason)
    url = shape.record_url(getattr(record, shape.key.name))
    return Obstacle(resource.record_title(record), url, reason)
