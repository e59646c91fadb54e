"""Custom fields among the values that a list can show, filter and sort by.

Each is a row of `core.custom_value`, joined where it is needed: its column has the SQL type of
the field, so that conditions, orders and cursors work with it as with any column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_
from sqlalchemy.orm import aliased

from core.custom.definitions import FieldDefinition
from core.custom.models import CustomValue
from core.web.resources.attributes import Attribute, Attributes, Path
from core.web.resources.kinds import Text
from core.web.resources.kinds_of import kind_of
from core.web.resources.shape import Shape


class ExtendedAttributes(Attributes):
    """The attributes of a resource, and those of its custom fields."""

    def __init__(self, shape: Shape, items: Iterable[FieldDefinition]) -> None:
        self._plain = shape.attributes
        self._key = shape.key.expression
        self._custom: dict[str, Attribute] = {}
        self._joins: dict[Path, tuple[Any, Any]] = {}
        for item in items:
            self._add(item)

    def find(self, name: str) -> Attribute:
        """The attribute of this name; raises NoAttribute or NoKind."""
        return self._custom.get(name) or self._plain.find(name)

    def join(self, statement: Select[Any], paths: Iterable[Path]) -> Select[Any]:
        """The statement with what these paths need outer-joined, each once."""
        paths = list(dict.fromkeys(paths))
        # In the order asked for: what narrows comes first, and PostgreSQL weighs the first
        # eight joins of a statement against each other.
        for path in paths:
            if path in self._joins:
                statement = statement.outerjoin(*self._joins[path])
        return self._plain.join(statement, [path for path in paths if path not in self._joins])

    def _add(self, item: FieldDefinition) -> None:
        held = aliased(CustomValue, name=item.key)
        path, expression = (item.key,), getattr(held, item.column)
        self._joins[path] = (held, and_(held.field_id == item.id, held.record_id == self._key))
        key = Text() if item.type == "choices" else kind_of(expression.type, code=True)
        self._custom[item.key] = Attribute(item.key, expression, path, True, key, False)
