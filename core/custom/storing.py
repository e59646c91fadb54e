"""Reads and writes what records hold in their custom fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.custom.definitions import STORED_IN, FieldDefinition
from core.custom.models import CustomField, CustomValue
from core.custom.registry import forget_fields
from core.errors import Conflict, InvalidInput, Problem
from core.i18n.phrases import phrase

_COLUMNS: Final = tuple(dict.fromkeys(STORED_IN.values()))
_EMPTY: Final = (None, "", (), [])


@dataclass(frozen=True, slots=True)
class Sent:
    """What a record is to hold in a field."""

    field: FieldDefinition
    record_id: int
    value: Any

    @property
    def unique_key(self) -> str | None:
        """What no other record may share; None where values may repeat."""
        return unique_key(self.field, self.value) if self.field.unique else None

    def row(self) -> dict[str, Any]:
        """The row of the table."""
        blank: dict[str, Any] = dict.fromkeys(_COLUMNS)
        kept = list(self.value) if self.field.column == "many" else self.value
        return {
            **blank,
            "field_id": self.field.id,
            "record_id": self.record_id,
            self.field.column: kept,
            "unique_key": self.unique_key,
        }


def values_of(
    session: Session, definitions: Sequence[FieldDefinition], record_ids: Iterable[int]
) -> dict[int, dict[str, Any]]:
    """What these records hold in these fields, by record and the field's key, in one query."""
    by_id = {item.id: item for item in definitions}
    statement = select(CustomValue).where(
        CustomValue.field_id.in_(by_id), CustomValue.record_id.in_(tuple(record_ids))
    )
    found: dict[int, dict[str, Any]] = {}
    for row in session.connection().execute(statement):
        item = by_id[row.field_id]
        found.setdefault(row.record_id, {})[item.key] = getattr(row, item.column)
    return found


def write_values(
    session: Session,
    definitions: Iterable[FieldDefinition],
    written: Mapping[int, Mapping[str, Any]],
) -> None:
    """Make these the values of records, by their ids and the fields' keys; None empties a field.

    Raises InvalidInput where another record holds what only one may hold, and Conflict if a
    field was changed since it was read.
    """
    by_key = {item.key: item for item in definitions}
    sent = [
        Sent(by_key[key], record_id, None if value in _EMPTY else value)
        for record_id, values in written.items()
        for key, value in values.items()
    ]
    if not sent:
        return
    _hold(session, {item.field.id: item.field for item in sent})
    emptied = [(item.field.id, item.record_id) for item in sent if item.value is None]
    if emptied:
        place = tuple_(CustomValue.field_id, CustomValue.record_id)
        session.execute(delete(CustomValue).where(place.in_(emptied)))
    held = [item for item in sent if item.value is not None]
    if held:
        _write(session, held)


def _write(session: Session, held: Sequence[Sent]) -> None:
    _require_unused(session, held)
    rows = [item.row() for item in held]
    try:
        with session.begin_nested():
            _upsert(session, rows)
    except IntegrityError:
        # Somebody else took the value since it was looked for; now it can be seen.
        _require_unused(session, held)
        raise


def _hold(session: Session, fields: Mapping[int, FieldDefinition]) -> None:
    """Keep these fields from changing until the transaction ends."""
    statement = (
        select(CustomField.id, CustomField.version)
        .where(CustomField.id.in_(fields))
        .with_for_update(read=True)
    )
    now = {row.id: row.version for row in session.connection().execute(statement)}
    if any(now.get(item.id) != item.version for item in fields.values()):
        forget_fields(session)
        raise Conflict(
            phrase("The fields of these records were changed meanwhile."),
            fix="Open the form again and make your change in it.",
        )


def _require_unused(session: Session, held: Sequence[Sent]) -> None:
    """Raise InvalidInput for the values that another record holds, or is about to."""
    asked: dict[tuple[int, str], Sent] = {}
    taken: dict[str, None] = {}
    for item in held:
        key = item.unique_key
        if key is not None:
            first = asked.setdefault((item.field.id, key), item)
            if first is not item:
                taken[item.field.key] = None
    if asked:
        place = tuple_(CustomValue.field_id, CustomValue.unique_key)
        statement = select(CustomValue.field_id, CustomValue.unique_key, CustomValue.record_id)
        for row in session.connection().execute(statement.where(place.in_(asked))):
            item = asked[row.field_id, row.unique_key]
            if item.record_id != row.record_id:
                taken[item.field.key] = None
    if taken:
        message = phrase("Another record has this value already.")
        raise InvalidInput(message, problems=tuple(Problem(key, message) for key in taken))


def unique_key(item: FieldDefinition, value: Any) -> str:
    """The text that two values share exactly if they are the same."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value).casefold() if item.type == "email" else str(value)


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    new = insert(CustomValue).values(rows)
    written = (*_COLUMNS, "unique_key")
    changed = or_(
        *(getattr(CustomValue, name).is_distinct_from(new.excluded[name]) for name in written)
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=["field_id", "record_id"],
            set_={name: new.excluded[name] for name in written},
            where=changed,
        )
    )
