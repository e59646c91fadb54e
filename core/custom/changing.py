"""Adds, changes, archives and deletes custom fields, never losing what records hold by accident."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.addons.transaction import current
from core.custom.definitions import FIELD_TYPES, UNIQUE, FieldDefinition
from core.custom.models import CustomField, CustomValue
from core.custom.naming import free_name
from core.custom.registry import definition_of, forget_fields, stored_rules
from core.custom.storing import unique_key
from core.db.base import utc_now
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n.phrases import phrase

MAX_FIELDS: Final = 60
"""Custom fields of one resource in use: each costs a look-up for every record shown."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change of a field touches: records that hold a value, and those of them that hold
    what another one holds too."""

    values: int
    repeated: int = 0


def all_fields(session: Session) -> list[FieldDefinition]:
    """Every field of the tenant, the archived ones last, in the order of forms."""
    statement = select(CustomField).order_by(
        CustomField.resource,
        CustomField.archived_at.is_not(None),
        CustomField.position,
        CustomField.id,
    )
    return [definition_of(row) for row in session.scalars(statement)]


def get_field(session: Session, field_id: int, *, lock: bool = False) -> CustomField:
    """The field of this id; raises NotFound. With `lock`, nobody writes a value of it or changes
    it until this transaction ends."""
    statement = select(CustomField).where(CustomField.id == field_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(
            phrase("There is no such field."), fix=phrase("Somebody may have deleted it.")
        )
    return found


def create_field(session: Session, table_name: str, item: FieldDefinition) -> CustomField:
    """Add a field to a resource whose records are in `table_name`; flushed. Its name is taken
    from its title unless given, and is its own among all fields that the resource ever had."""
    _require_sound(item)
    statement = select(CustomField.name, CustomField.archived_at, CustomField.position)
    known = session.execute(statement.where(CustomField.resource == item.resource)).all()
    if sum(row.archived_at is None for row in known) >= MAX_FIELDS:
        raise Conflict(
            phrase("These records have {limit} fields of your own already.", limit=MAX_FIELDS),
            fix=phrase("Archive one that nobody needs any more."),
        )
    name = _free_name(item, {row.name for row in known})
    position = max((row.position for row in known), default=0) + 10
    record = CustomField(table_name=table_name, type=item.type, resource=item.resource, name=name)
    _fill(record, replace(item, position=item.position or position))
    session.add(record)
    session.flush()
    forget_fields(session)
    return record


def change_field(session: Session, record: CustomField, item: FieldDefinition) -> None:
    """Make the field like `item`, but for its type and its name; flushed.

    Raises InvalidInput where records hold what the new rules would never let in and could not
    be told from others afterwards: values twice in a unique field, options that are in use.
    """
    _require_sound(item)
    before = definition_of(record)
    _require_options_kept(session, before, item)
    if item.unique and not before.unique:
        repeated = repeated_values(session, before)
        if repeated:
            message = phrase("{count} records hold the same as others.", count=repeated)
            raise InvalidInput.of("unique", message, fix=phrase("Change those records first."))
    _fill(record, item)
    session.flush()
    if item.unique != before.unique:
        set_unique_keys(session, definition_of(record))
    forget_fields(session)


def archive_field(session: Session, record: CustomField) -> None:
    """Take the field out of use; what records hold is kept."""
    record.archived_at = record.archived_at or utc_now()
    session.flush()
    forget_fields(session)


def restore_field(session: Session, record: CustomField) -> None:
    """Bring an archived field back, with what records hold in it."""
    record.archived_at = None
    session.flush()
    forget_fields(session)


def delete_field(session: Session, record: CustomField) -> int:
    """Delete a field with what records hold in it; how many did."""
    # The values first, while the trail can still say which field they were of.
    gone = session.execute(delete(CustomValue).where(CustomValue.field_id == record.id))
    session.delete(record)
    session.flush()
    forget_fields(session)
    return gone.rowcount  # type: ignore[attr-defined]


def impact_of(session: Session, item: FieldDefinition) -> Impact:
    """What a change of this field touches."""
    held = select(func.count()).where(CustomValue.field_id == item.id)
    return Impact(session.scalar(held) or 0, repeated_values(session, item))


def counts(session: Session) -> Mapping[int, int]:
    """How many records hold a value, by field."""
    counted = select(CustomValue.field_id, func.count()).group_by(CustomValue.field_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def option_counts(session: Session, item: FieldDefinition) -> Mapping[str, int]:
    """How many records hold each option of a choice."""
    column = getattr(CustomValue, item.column)
    code = func.unnest(column) if item.column == "many" else column
    counted = select(code.label("code"), func.count().label("records"))
    counted = counted.where(CustomValue.field_id == item.id).group_by("code")
    return {row.code: row.records for row in session.execute(counted)}


def repeated_values(session: Session, item: FieldDefinition) -> int:
    """How many records hold what another one holds too; 0 for types where that never matters."""
    if item.type not in UNIQUE:
        return 0
    column = getattr(CustomValue, item.column)
    value = func.lower(column) if item.type == "email" else column
    same = select(func.count().label("records")).where(CustomValue.field_id == item.id)
    same = same.group_by(value).having(func.count() > 1).subquery()
    return int(session.scalar(select(func.coalesce(func.sum(same.c.records), 0))) or 0)


def set_unique_keys(session: Session, item: FieldDefinition) -> None:
    """Have the database see to it that no value of the field repeats, or no longer."""
    of_field = CustomValue.field_id == item.id
    if not item.unique:
        session.execute(update(CustomValue).where(of_field).values(unique_key=None))
        return
    column = getattr(CustomValue, item.column)
    held = session.execute(select(CustomValue.record_id, column).where(of_field)).all()
    for start in range(0, len(held), _BATCH):
        session.execute(
            update(CustomValue),
            [
                {
                    "field_id": item.id,
                    "record_id": record_id,
                    "unique_key": unique_key(item, value),
                }
                for record_id, value in held[start : start + _BATCH]
            ],
        )


def drop_purged(session: Session) -> None:
    """Delete the fields of addons whose data was deleted, which took the records with it. Those
    of addons that are switched off sleep until they are switched on again."""
    rows = current(session).rows.values()
    purged = {row.name for row in rows if row.state == "purged"}
    if not purged:
        return
    known = session.execute(select(CustomField.id, CustomField.resource)).all()
    ids = [row.id for row in known if row.resource.partition(".")[0] in purged]
    if ids:
        session.execute(delete(CustomValue).where(CustomValue.field_id.in_(ids)))
        session.execute(delete(CustomField).where(CustomField.id.in_(ids)))
        forget_fields(session)


def _fill(record: CustomField, item: FieldDefinition) -> None:
    record.titles, record.helps = dict(item.titles), dict(item.helps)
    record.rules = stored_rules(item.rules)
    record.initial = list(item.initial) if isinstance(item.initial, tuple) else item.initial
    record.required, record.unique = item.required, item.unique
    record.listed, record.searchable = item.listed, item.searchable
    record.section, record.position = item.section, item.position
    record.seen_by, record.edited_by = sorted(item.seen_by), sorted(item.edited_by)


def _require_sound(item: FieldDefinition) -> None:
    """Raise InvalidInput for what no definition may be."""
    if item.type not in FIELD_TYPES:
        raise InvalidInput.of("type", phrase("Choose a type."))
    if not any(text.strip() for _, text in item.titles):
        raise InvalidInput.of("title", phrase("Give the field a title."))
    if item.type in ("choice", "choices") and not item.rules.options:
        raise InvalidInput.of("options", phrase("Give at least one option."))
    if item.type == "reference" and not item.rules.reference:
        raise InvalidInput.of("reference", phrase("Choose what it refers to."))
    if item.unique and item.type not in UNIQUE:
        raise InvalidInput.of("unique", phrase("Values of this type cannot be asked to differ."))


def _require_options_kept(session: Session, before: FieldDefinition, item: FieldDefinition) -> None:
    gone = {option.code: option for option in before.rules.options}
    for option in item.rules.options:
        gone.pop(option.code, None)
    used = option_counts(session, before) if gone else {}
    for code, option in gone.items():
        if used.get(code):
            message = phrase(
                "“{option}” is in use: {count} records hold it.",
                option=option.title,
                count=used[code],
            )
            raise InvalidInput.of("options", message, fix=phrase("Change those records first."))


def _free_name(item: FieldDefinition, taken: Container[str]) -> str:
    """A name for the API that no field of the resource has or had."""
    if item.name and not _NAME.fullmatch(item.name):
        raise InvalidInput.of(
            "name", phrase("Use small Latin letters, digits and _, beginning with a letter.")
        )
    if item.name in taken:
        raise InvalidInput.of("name", phrase("Another field has this name already."))
    return item.name or free_name(item.title, taken, otherwise="field")
