"""Which records the documents of a file are already: by another system's id, or by their key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, selectinload

from core.importing.models import ExternalId
from core.web.importing.targets import key_of
from core.web.resources.effective import with_values
from core.web.resources.kinds import Unreadable
from core.web.resources.shape import Shape


def known_by_external_id(
    session: Session, shape: Shape, external_ids: Iterable[str]
) -> dict[str, str]:
    """Keys of records, as texts, by what the other system calls them."""
    wanted = {text for text in external_ids if text}
    if not wanted:
        return {}
    statement = select(ExternalId.external_id, ExternalId.record_key).where(
        ExternalId.resource == shape.full_name, among(ExternalId.external_id, wanted)
    )
    return {row[0]: row[1] for row in session.connection().execute(statement)}


def keys_by_values(
    session: Session, shape: Shape, told: Iterable[tuple[Any, ...]]
) -> dict[tuple[Any, ...], Any]:
    """Keys of records by the values of their key fields, whoever may see them."""
    names, wanted = key_of(shape), set(told)
    if not wanted or not names:
        return {}
    columns = [getattr(shape.model, name) for name in names]
    if len(columns) == 1:
        matches = among(columns[0], (values[0] for values in wanted))
    else:
        whole = [values for values in wanted if None not in values]
        parts = [_is(columns, values) for values in wanted if None in values]
        matches = or_(tuple_(*columns).in_(whole), *parts)
    statement = select(shape.key.expression, *columns).where(matches)
    return {tuple(row[1:]): row[0] for row in session.connection().execute(statement)}


def _is(columns: Sequence[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether the columns hold these values, of which some are nothing."""
    pairs = zip(columns, values, strict=True)
    return and_(*(column.is_not_distinct_from(value) for column, value in pairs))


def records_by_key(
    session: Session, shape: Shape, keys: Sequence[Any], grids: Mapping[str, Any]
) -> dict[Any, Any]:
    """The records, locked until the transaction ends, with those of their lines that the file
    brings."""
    if not keys:
        return {}
    loaded = [grid for grid in shape.grids if grids.get(grid.name)]
    statement = (
        select(shape.model)
        .where(among(shape.key.expression, keys))
        .options(*(selectinload(grid.relationship.class_attribute) for grid in loaded))
        .order_by(shape.key.expression)
        .with_for_update(of=shape.model)
        .execution_options(populate_existing=True)
    )
    records = {getattr(record, shape.key.name): record for record in session.scalars(statement)}
    with_values(session, shape, records.values())
    return records


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column holds one of the values: as one array, however many they are, since a
    statement with hundreds of parameters takes longer to read than to run."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def typed_key(shape: Shape, text: str) -> Any:
    """A record's key from its text; None if it is none any more."""
    try:
        return shape.key.key.accept(int(text) if shape.key.key.figure else text)
    except (Unreadable, ValueError):
        return None
