"""Criteria as SQL: which records a list, an export, a total or a lookup is about."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Enum, Select, String, Text, and_, cast, or_
from sqlalchemy.orm import Session

from core.auth.rules import apply_rules
from core.web.resources.attributes import Attribute
from core.web.resources.criteria import Condition, Criteria
from core.web.resources.shape import Shape

_ESCAPE: Final = "\\"


def narrow(
    session: Session, shape: Shape, statement: Select[Any], criteria: Criteria, *shown: Attribute
) -> Select[Any]:
    """The statement, limited to the records that the criteria let through and the actor may
    read. `shown` are further attributes that the statement selects, to be joined."""
    needed = [condition.filtered.attribute for condition in criteria.conditions]
    needed += shown
    if criteria.search:
        needed += shape.search
    statement = shape.attributes.join(statement, [item.path for item in needed if item.path])
    for condition in criteria.conditions:
        statement = statement.where(_matches(condition))
    for word in criteria.search.split():
        statement = statement.where(found_by(shape, word))
    return apply_rules(session, statement, shape.resource, shape.resource.access.read)


def found_by(shape: Shape, word: str) -> ColumnElement[bool]:
    """Whether any of the attributes searched holds this word, in whatever case."""
    pattern = f"%{like_literal(word)}%"
    return or_(*(_as_text(item).ilike(pattern, escape=_ESCAPE) for item in shape.search))


def like_literal(text: str) -> str:
    """Text that a LIKE pattern takes by the letter."""
    return text.replace(_ESCAPE, _ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")


def _as_text(attribute: Attribute) -> Any:
    expression = attribute.expression
    is_text = isinstance(expression.type, String) and not isinstance(expression.type, Enum)
    return expression if is_text else cast(expression, Text)


def _matches(condition: Condition) -> ColumnElement[bool]:
    expression, value = condition.filtered.attribute.expression, condition.value
    match condition.operator:
        case "eq":
            return expression == value[0] if len(value) == 1 else expression.in_(value)
        case "ne":
            # A person who asks for "not open" also means those without a status.
            return and_(*(expression.is_distinct_from(item) for item in value))
        case "gt":
            return expression > value
        case "gte":
            return expression >= value
        case "lt":
            return expression < value
        case "lte":
            return expression <= value
        case "contains":
            return expression.ilike(f"%{like_literal(value)}%", escape=_ESCAPE)
        case "null":
            return expression.is_(None) if value else expression.is_not(None)
