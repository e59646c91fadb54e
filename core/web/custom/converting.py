"""Changes the type of a field that is in use, after showing which values would not come along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.custom.changing import set_unique_keys
from core.custom.definitions import STORED_IN, UNIQUE, FieldDefinition, FieldType, Option, Rules
from core.custom.models import CustomField, CustomValue
from core.custom.naming import free_name
from core.custom.registry import definition_of, forget_fields, stored_rules
from core.errors import Conflict
from core.i18n import phrase
from core.web.custom.kinds import input_kind, plain_kind
from core.web.resources.culture import PLAIN
from core.web.resources.kinds import Unreadable

MOST_OPTIONS: Final = 100
"""Different texts that can become the options of a choice."""
SHOWN_FAILURES: Final = 20
_BATCH: Final = 1000
_TO_TEXT: Final = frozenset({"text", "multiline"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that cannot come along: of which record, what it is, and why."""

    record_id: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of type would do. `failures` are the first of those counted in `failed`."""

    field: FieldDefinition
    converted: int
    failed: int
    failures: tuple[Failure, ...]


def preview(session: Session, item: FieldDefinition, to: FieldType) -> Preview:
    """What happens to each value if the field becomes one of this type."""
    target = _target(session, item, to)
    converted, failures = 0, []
    for record_id, value in _held(session, item):
        try:
            _converted(item, target, value)
            converted += 1
        except Unreadable as error:
            failures.append(Failure(record_id, _as_text(item, value), error.message))
    return Preview(target, converted, len(failures), tuple(failures[:SHOWN_FAILURES]))


def convert(session: Session, record: CustomField, to: FieldType, *, losing: int) -> int:
    """Make it a field of this type, with every value that can come along; how many did. Raises
    Conflict unless exactly `losing` values cannot, as whoever asks was told."""
    item = definition_of(record)
    target = _target(session, item, to)
    rows, lost = [], []
    for record_id, value in _held(session, item):
        try:
            rows.append(_row(item, target, record_id, _converted(item, target, value)))
        except Unreadable:
            lost.append(record_id)
    if len(lost) != losing:
        raise Conflict(
            phrase("The records were changed meanwhile."), fix=phrase("Look at the preview again.")
        )
    for start in range(0, len(lost), _BATCH):
        gone = CustomValue.record_id.in_(lost[start : start + _BATCH])
        session.execute(delete(CustomValue).where(CustomValue.field_id == item.id, gone))
    for start in range(0, len(rows), _BATCH):
        session.execute(update(CustomValue), rows[start : start + _BATCH])
    record.type, record.rules = target.type, stored_rules(target.rules)
    record.initial = None
    record.unique, record.searchable = target.unique, target.searchable
    session.flush()
    if target.unique:
        set_unique_keys(session, target)
    forget_fields(session)
    return len(rows)


def _target(session: Session, item: FieldDefinition, to: FieldType) -> FieldDefinition:
    """The field as it would be: rules that mean nothing to the new type are dropped."""
    rules = Rules()
    if to in ("choice", "choices"):
        rules = Rules(options=_options(session, item))
    if to in ("decimal", "money") and item.type in ("decimal", "money"):
        rules = Rules(digits=item.rules.digits)
    elif to == "decimal":
        rules = Rules(digits=6)
    return replace(item, type=to, rules=rules, initial=None, unique=item.unique and to in UNIQUE)


def _options(session: Session, item: FieldDefinition) -> tuple[Option, ...]:
    """The options of a choice that is to hold what the field holds now."""
    if item.rules.options:
        return item.rules.options
    texts = {_as_text(item, value): None for _, value in _held(session, item)}
    options: dict[str, Option] = {}
    for text in sorted(texts)[:MOST_OPTIONS]:
        code = free_name(text, options, otherwise="option")
        options[code] = Option(code, (("en", text),))
    return tuple(options.values())


def _held(session: Session, item: FieldDefinition) -> Iterator[tuple[int, Any]]:
    column = getattr(CustomValue, item.column)
    statement = select(CustomValue.record_id, column).where(CustomValue.field_id == item.id)
    for row in session.execute(statement.order_by(CustomValue.record_id)):
        yield row[0], row[1]


def _as_text(item: FieldDefinition, value: Any) -> str:
    return plain_kind(item).edit(value, PLAIN)


def _converted(item: FieldDefinition, target: FieldDefinition, value: Any) -> Any:
    """The value in the new type; raises Unreadable."""
    codes = value if item.type == "choices" else [value] if item.type == "choice" else None
    if codes is not None and target.type in ("choice", "choices"):
        if target.type == "choices":
            return list(codes)
        if len(codes) != 1:
            raise Unreadable(phrase("Only one option can be kept."))
        return codes[0]
    text = _as_text(item, value)
    if codes is not None and target.type in _TO_TEXT:
        titles = {option.code: str(option.title) for option in item.rules.options}
        text = ", ".join(titles.get(code, str(code)) for code in codes)
    if target.type in ("choice", "choices"):
        code = next((o.code for o in target.rules.options if str(o.title) == text), None)
        if code is None:
            raise Unreadable(
                phrase("There are more than {limit} different values.", limit=MOST_OPTIONS)
            )
        return [code] if target.type == "choices" else code
    if item.type == "datetime" and target.type == "date":
        return value.date()
    if item.type == "multiline" and target.type == "text" and "\n" in text:
        raise Unreadable(phrase("This is more than one line."))
    return input_kind(target).read(text, PLAIN)


def _row(
    item: FieldDefinition, target: FieldDefinition, record_id: int, value: Any
) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(STORED_IN.values())
    row |= {"field_id": item.id, "record_id": record_id, target.column: value, "unique_key": None}
    return row
