"""Holds what records have against a field's rules."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.custom.definitions import FieldDefinition
from core.custom.models import CustomValue
from core.web.custom.kinds import input_kind
from core.web.resources.kinds import Unreadable


def nonconforming(session: Session, item: FieldDefinition) -> int:
    """How many records hold a value that these rules would refuse."""
    kind, refused = input_kind(item), 0
    column = getattr(CustomValue, item.column)
    statement = select(column).where(CustomValue.field_id == item.id)
    rows = session.execute(statement, execution_options={"yield_per": 5000})
    for value in rows.scalars():
        try:
            kind.accept(kind.write(value))
        except Unreadable:
            refused += 1
    return refused
