"""Criteria as SQL: which records a list, an export, a total or a lookup is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Enum,
    Select,
    String,
    Text,
    and_,
    cast,
    func,
    not_,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from core.auth.rules import apply_rules
from core.db.session import binding
from core.web.resources.attributes import Attribute
from core.web.resources.criteria import Condition, Criteria
from core.web.resources.culture import culture_of
from core.web.resources.kinds import Text as TextKind
from core.web.resources.kinds_figures import Moment
from core.web.resources.list_fields import list_fields
from core.web.resources.periods import Period
from core.web.resources.shape import Shape

_ESCAPE: Final = "\\"


def narrow(
    session: Session, shape: Shape, statement: Select[Any], criteria: Criteria, *shown: Attribute
) -> Select[Any]:
    """The statement, limited to the records that the criteria let through and the actor may
    read. `shown` are further attributes that the statement selects, to be joined."""
    needed = [condition.filtered.attribute for condition in criteria.conditions]
    # What narrows and orders is joined before what is merely shown.
    needed += [key for key, _ in criteria.order if key in shown]
    needed += shown
    searched: tuple[Attribute, ...] = ()
    if criteria.search:
        searched = list_fields(session, shape).search
        needed += searched
    statement = shape.attributes.join(statement, [item.path for item in needed if item.path])
    zone = zone_of(session)
    for condition in criteria.conditions:
        statement = statement.where(matches(condition, zone))
    for word in criteria.search.split():
        statement = statement.where(found_by(searched, word))
    return apply_rules(session, statement, shape.resource, shape.resource.access.read)


def zone_of(session: Session) -> ZoneInfo:
    """The tenant's time zone: where its days begin."""
    return culture_of("en", binding(session).tenant.timezone).zone


def found_by(searched: Iterable[Attribute], word: str) -> ColumnElement[bool]:
    """Whether any of the attributes searched holds this word, in whatever case."""
    return or_(*(_like(item, f"%{like_literal(word)}%") for item in searched))


def like_literal(text: str) -> str:
    """Text that a LIKE pattern takes by the letter."""
    return text.replace(_ESCAPE, _ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")


def _as_text(attribute: Attribute) -> Any:
    return attribute.expression if _is_text(attribute) else cast(attribute.expression, Text)


def _is_text(attribute: Attribute) -> bool:
    sql_type = attribute.expression.type
    return isinstance(sql_type, String) and not isinstance(sql_type, Enum)


def _like(attribute: Attribute, pattern: str) -> ColumnElement[bool]:
    return _as_text(attribute).ilike(pattern, escape=_ESCAPE)


def matches(condition: Condition, zone: ZoneInfo) -> ColumnElement[bool]:
    """Whether a record fulfils this condition; days begin as in this zone."""
    attribute, value = condition.filtered.attribute, condition.value
    expression = attribute.expression
    match condition.operator:
        case "eq" if isinstance(expression.type, ARRAY):
            return expression.overlap(value)
        case "ne" if isinstance(expression.type, ARRAY):
            return func.coalesce(not_(expression.overlap(value)), true())
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
        case "null":
            return expression.is_(None) if value else expression.is_not(None)
        case "empty":
            return _is_empty(condition) if value else not_(_is_empty(condition))
        case "during":
            return or_(*(_within(condition, item, zone) for item in value))
    return _words(condition)


def _words(condition: Condition) -> ColumnElement[bool]:
    attribute = condition.filtered.attribute
    texts = [like_literal(text) for text in condition.value]
    if condition.operator == "begins":
        return or_(*(_like(attribute, f"{text}%") for text in texts))
    held = [_like(attribute, f"%{text}%") for text in texts]
    if condition.operator == "all":
        return and_(*held)
    if condition.operator == "lacks":
        return func.coalesce(not_(or_(*held)), true())
    return or_(*held)


def _is_empty(condition: Condition) -> ColumnElement[bool]:
    """Without a value; text also where it has no letter."""
    attribute = condition.filtered.attribute
    unset = attribute.expression.is_(None)
    if isinstance(condition.filtered.kind, TextKind) and _is_text(attribute):
        return or_(unset, attribute.expression == "")
    return unset


def _within(condition: Condition, period: Period, zone: ZoneInfo) -> ColumnElement[bool]:
    expression = condition.filtered.attribute.expression
    bounds = [expression.is_not(None)]
    if period.start is not None:
        bounds.append(expression >= _bound(condition, period.start, zone))
    if period.end is not None:
        bounds.append(expression < _bound(condition, period.end, zone))
    return and_(*bounds)


def _bound(condition: Condition, day: date, zone: ZoneInfo) -> date:
    if isinstance(condition.filtered.kind, Moment):
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    return day
