"""The filters above a list: a control for each that is declared, and a mark for each in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.errors import Problem
from core.web.request import Request
from core.web.resources.criteria import Criteria, parameter
from core.web.resources.kinds import Boolean, Choice, Reference, Unreadable
from core.web.resources.links import list_address
from core.web.resources.references import lookup_url, readable, titles_of
from core.web.resources.shape import Filtered, Shape
from core.web.resources.showing import Translate, culture_for, shower


@dataclass(frozen=True, slots=True)
class FilterControl:
    """One control. A range has two inputs of the type `input`, whose names end in `__gte` and
    `__lte`; a reference shows `text` for the record whose key is `value`."""

    name: str
    title: str
    control: str
    input: str
    value: str
    high: str
    text: str
    lookup: str
    choices: tuple[tuple[str, str], ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in use, and the list without it."""

    title: str
    text: str
    remove: str


def filter_controls(
    session: Session,
    request: Request,
    shape: Shape,
    translate: Translate,
    problems: tuple[Problem, ...],
) -> list[FilterControl]:
    """The controls, holding what the address says."""
    return [
        _control(session, request, item, translate, problems)
        for item in shape.filters
        if not isinstance(item.kind, Reference) or readable(session, item.kind.resource)
    ]


def chips(
    session: Session, request: Request, shape: Shape, criteria: Criteria, translate: Translate
) -> list[Chip]:
    """A mark for each condition in use, in the reader's words."""
    made = []
    culture = culture_for(request)
    for condition in criteria.conditions:
        filtered = condition.filtered
        show = shower(filtered.kind, culture, translate)
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        if condition.operator == "null":
            words = ["–" if condition.value else "*"]
        elif isinstance(filtered.kind, Reference):
            titles = titles_of(session, filtered.kind.resource, values)
            words = [titles.get(value, str(value)) for value in values]
        else:
            words = [show(value) for value in values]
        name = filtered.name if condition.operator == "eq" else _param(condition)
        made.append(
            Chip(
                translate(filtered.title),
                f"{_SIGNS[condition.operator]} {', '.join(words)}".strip(),
                list_address(request, shape.url, name, f"{name}__eq"),
            )
        )
    return made


_SIGNS = {
    "eq": "", "ne": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "contains": "∋", "null": "=",
}  # fmt: skip


def _param(condition: Any) -> str:
    return f"{condition.filtered.name}__{condition.operator}"


def _control(
    session: Session,
    request: Request,
    item: Filtered,
    translate: Translate,
    problems: tuple[Problem, ...],
) -> FilterControl:
    kind, name = item.kind, item.name
    asked = request.query
    control, value, high, text, lookup = "text", asked.get(f"{name}__contains", ""), "", "", ""
    choices: tuple[tuple[str, str], ...] = ()
    if isinstance(kind, Choice):
        control, value = "choice", asked.get(parameter(name), "")
        choices = tuple((key, translate(kind.labels.get(key, key))) for key in kind.members)
    elif isinstance(kind, Boolean):
        control, value = "choice", asked.get(parameter(name), "")
        choices = (("true", translate("Yes")), ("false", translate("No")))
    elif isinstance(kind, Reference):
        control, value = "reference", asked.get(parameter(name), "")
        lookup, text = lookup_url(kind.resource), _title(session, request, kind, value)
    elif kind.ranged:
        control, value, high = "range", asked.get(f"{name}__gte", ""), asked.get(f"{name}__lte", "")
    wrong = [p.message for p in problems if p.field.partition("__")[0] == name]
    return FilterControl(
        name=parameter(name) if control in ("choice", "reference") else name,
        title=translate(item.title),
        control=control,
        input=_INPUTS.get(kind.control, "text"),
        value=value,
        high=high,
        text=text,
        lookup=lookup,
        choices=choices,
        problem=translate(wrong[0]) if wrong else "",
    )


_INPUTS = {"date": "date", "datetime": "date", "time": "time"}


def _title(session: Session, request: Request, kind: Reference, value: str) -> str:
    try:
        key = kind.read(value, culture_for(request))
    except Unreadable:
        return ""
    return titles_of(session, kind.resource, [key]).get(key, "")
