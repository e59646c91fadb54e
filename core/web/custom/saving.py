"""Saves what was sent for custom fields, beside what a record holds itself.

The addon's own services never see these values: they are taken out of what was sent, and
written once the records are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from core.custom.definitions import PREFIX, FieldDefinition
from core.custom.registry import fields_of, forget_fields
from core.custom.storing import write_values
from core.declare import Values
from core.errors import Conflict
from core.i18n import phrase
from core.web.custom.extending import can_extend, initial_value
from core.web.resources.shape import Shape


def own_values(shape: Shape, values: Values) -> Values:
    """What was sent for the record itself."""
    if not any(_is_custom(shape, name) for name in values):
        return values
    return {name: value for name, value in values.items() if not _is_custom(shape, name)}


def save_custom(
    session: Session, shape: Shape, sent: Iterable[tuple[Any, Values]], *, creating: bool
) -> None:
    """Write what was sent for the custom fields of these records, which are flushed; a new one
    holds the fields' defaults where nothing was sent, also where its maker does not see them."""
    fields = {item.key: item for item in fields_of(session, shape.full_name)}
    if creating and not can_extend(shape):
        fields = {}
    written: dict[int, dict[str, Any]] = {}
    for record, values in sent:
        custom = {name: value for name, value in values.items() if _is_custom(shape, name)}
        if custom.keys() - fields.keys():
            _changed_meanwhile(session)
        if creating and fields:
            custom = {**_defaults(fields.values()), **custom}
        if custom:
            written[getattr(record, shape.key.name)] = custom
            for name, value in custom.items():
                setattr(record, name, value)
    if written:
        write_values(session, fields.values(), written)


def _is_custom(shape: Shape, name: str) -> bool:
    return name.startswith(PREFIX) and not hasattr(shape.model, name)


def _defaults(fields: Iterable[FieldDefinition]) -> dict[str, Any]:
    held = ((item.key, initial_value(item)) for item in fields)
    return {key: value for key, value in held if value is not None}


def _changed_meanwhile(session: Session) -> None:
    forget_fields(session)
    raise Conflict(
        phrase("The fields of these records were changed meanwhile."),
        fix="Open the form again and make your change in it.",
    )
