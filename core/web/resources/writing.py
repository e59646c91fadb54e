"""Creates, changes and deletes records: by the addon's services, or on the model itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.rules import check_record
from core.db.base import utc_now
from core.db.session import savepoint
from core.declare import Values
from core.errors import Forbidden, InvalidInput, Problem
from core.i18n import phrase
from core.licensing import quotas
from core.web.blocking import require_writable
from core.web.custom.saving import own_values, save_custom
from core.web.resources.in_use import in_use
from core.web.resources.records import require_editable
from core.web.resources.shape import Grid, Shape


def create(session: Session, shape: Shape, values: Values) -> Any:
    """A new record with these values, flushed. Whoever creates it owns it, unless the values say
    whose it is."""
    return create_all(session, shape, [values])[0]


def create_all(session: Session, shape: Shape, several: Iterable[Values]) -> list[Any]:
    """New records as `create` makes them, written together: many cost few round trips."""
    require_writable(session, shape.addon, shape.resource)
    owner = _owner(session, shape)
    several = list(several)
    own = [_placed(shape, {**owner, **own_values(shape, values)}) for values in several]
    together = shape.resource.operations.create_all
    records = (
        list(together(session, own))
        if together is not None
        else [_new(session, shape, values) for values in own]
    )
    session.flush()
    quotas.count_made(session, shape.addon, shape.resource, len(records))
    save_custom(session, shape, zip(records, several, strict=True), creating=True)
    for record in records:
        _require_reach(session, shape, record)
    return records


def update(session: Session, shape: Shape, record: Any, values: Values) -> Any:
    """The record with these values, flushed; its version counts up whatever was changed."""
    return update_all(session, shape, [(record, values)])[0]


def update_all(session: Session, shape: Shape, several: Iterable[tuple[Any, Values]]) -> list[Any]:
    """Records changed as `update` does it, written together."""
    require_writable(session, shape.addon, shape.resource)
    several = list(several)
    own = [(item, _placed(shape, own_values(shape, sent))) for item, sent in several]
    for item, _ in own:
        require_editable(shape, item)
        # A change of lines alone is a change of the document: whoever holds its version must know.
        item.updated_at = utc_now()
    together = shape.resource.operations.update_all
    records = (
        list(together(session, own))
        if together is not None
        else [_changed(session, shape, item, values) for item, values in own]
    )
    session.flush()
    sent = (values for _, values in several)
    save_custom(session, shape, zip(records, sent, strict=True), creating=False)
    for record in records:
        _require_reach(session, shape, record)
    return records


def delete(session: Session, shape: Shape, record: Any) -> None:
    """Delete the record, flushed."""
    delete_all(session, shape, [record])


def delete_all(session: Session, shape: Shape, records: Iterable[Any]) -> None:
    """Delete the records, flushed together. Raises Conflict, naming who uses it, for one that is
    used."""
    require_writable(session, shape.addon, shape.resource)
    records = list(records)
    try:
        with savepoint(session):
            _delete_all(session, shape, records)
    except IntegrityError as refused:
        if not isinstance(refused.orig, ForeignKeyViolation):
            raise
        for record in records:
            told = in_use(session, shape, record)
            if told is not None:
                raise told from refused
        raise


def _delete_all(session: Session, shape: Shape, records: Iterable[Any]) -> None:
    operation = shape.resource.operations.delete
    for record in records:
        require_editable(shape, record)
        if operation is not None:
            operation(session, record)
        else:
            session.delete(record)
    session.flush()


def _new(session: Session, shape: Shape, values: Values) -> Any:
    operation = shape.resource.operations.create
    if operation is not None:
        return operation(session, values)
    record = shape.model(**_scalars(shape, values))
    for grid in shape.grids:
        if grid.name in values:
            _set_lines(grid, record, values[grid.name])
    session.add(record)
    return record


def _changed(session: Session, shape: Shape, record: Any, values: Values) -> Any:
    operation = shape.resource.operations.update
    if operation is not None:
        return operation(session, record, values)
    for name, value in _scalars(shape, values).items():
        setattr(record, name, value)
    for grid in shape.grids:
        if grid.name in values:
            _set_lines(grid, record, values[grid.name])
    return record


def _placed(shape: Shape, values: Values) -> Values:
    """The values, with each line's place in the column that the grid keeps its order in."""
    placed = dict(values)
    for grid in shape.grids:
        name = grid.lines.order
        if name and grid.name in values:
            lines = enumerate(values[grid.name], start=1)
            placed[grid.name] = tuple({**line, name: place} for place, line in lines)
    return placed


def _scalars(shape: Shape, values: Values) -> dict[str, Any]:
    grids = {grid.name for grid in shape.grids}
    return {name: value for name, value in values.items() if name not in grids}


def _owner(session: Session, shape: Shape) -> dict[str, Any]:
    column = shape.resource.rules.owner
    return {column: actor(session).user_id} if column else {}


def _set_lines(grid: Grid, record: Any, sent: Iterable[Mapping[str, Any]]) -> None:
    """Make the lines those that were sent: known ones changed, new ones added, the rest gone."""
    lines = getattr(record, grid.name)
    known = {getattr(line, grid.key.name): line for line in lines}
    kept = []
    for place, values in enumerate(sent):
        values = dict(values)
        key = values.pop("id", None)
        line = grid.model() if key is None else known.pop(key, None)
        if line is None:
            raise InvalidInput.of(f"{grid.name}.{place}.id", phrase("There is no such line here."))
        for name, value in values.items():
            setattr(line, name, value)
        kept.append(line)
    setattr(record, grid.name, kept)


def _require_reach(session: Session, shape: Shape, record: Any) -> None:
    """Nobody gives a record away beyond their own reach, where they could not correct it."""
    access = shape.resource.access
    if check_record(session, shape.resource, access.read, record):
        return
    rules = shape.resource.rules
    fields = [name for name in (rules.owner, rules.team, rules.branch) if name]
    message = phrase("With this value you could not see the record any more.")
    if not fields:
        raise Forbidden(message)
    raise InvalidInput(message, problems=tuple(Problem(name, message) for name in fields))
