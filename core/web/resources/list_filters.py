"""The filters of a list in words: a chip for each condition in use, and how each is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.declare import msg
from core.web.resources.criteria import Condition, Operator, parameter
from core.web.resources.kinds import Reference
from core.web.resources.periods import RELATIVE, Period, unit_of
from core.web.resources.references import titles_of
from core.web.resources.showing import shower
from core.web.resources.views.asking import Asked
from core.web.resources.views.group_pages import group_titles
from core.web.resources.views.grouping import Level, period_title

PANEL = "panel"


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in use: `words` between the field's title and the values; the list without
    it, and where it is changed ("" where it cannot be)."""

    title: str
    words: str
    text: str
    remove: str
    change: str
    icon: str = ""


WORDS: dict[Operator, str] = {
    "eq": "",
    "ne": msg("is not"),
    "gt": msg("after"),
    "gte": msg("from"),
    "lt": msg("before"),
    "lte": msg("up to"),
    "contains": msg("contains"),
    "all": msg("contains all of"),
    "lacks": msg("does not contain"),
    "begins": msg("begins with"),
    "during": "",
    "null": "",
    "empty": "",
}
"""What stands between a field and its values; nothing where a colon says enough."""
_FIGURES: dict[Operator, str] = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}


def chips(session: Session, asked: Asked) -> list[Chip]:
    """A chip for each condition in use, for each group gone into, and for the grouping."""
    if asked.problems:
        return []
    inside = len(asked.state.path)
    conditions = asked.criteria.conditions[: len(asked.criteria.conditions) - inside]
    made = [_condition(session, asked, item) for item in conditions]
    for place, level in enumerate(asked.state.grouping[:inside]):
        made.append(_group(session, asked, place, level))
    if asked.state.grouping:
        made.append(_grouping(asked))
    return made


def parameter_of(condition: Condition) -> str:
    """The parameter that an address asks for this condition with."""
    name = condition.filtered.name
    return parameter(name) if condition.operator == "eq" else f"{name}__{condition.operator}"


def _condition(session: Session, asked: Asked, condition: Condition) -> Chip:
    filtered, name = condition.filtered, parameter_of(condition)
    words = WORDS[condition.operator]
    if filtered.kind.figure:
        words = _FIGURES.get(condition.operator, words)
    return Chip(
        title=asked.translate(filtered.title),
        words=asked.translate(words) if words else "",
        text=", ".join(_texts(session, asked, condition)),
        remove=asked.address.without(name, f"{filtered.name}__{condition.operator}").url(),
        change=asked.address.having(PANEL, f"filter:{filtered.name}__{condition.operator}").url(),
    )


def _texts(session: Session, asked: Asked, condition: Condition) -> Iterable[str]:
    kind, translate = condition.filtered.kind, asked.translate
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.operator in ("null", "empty"):
        return [translate("is empty") if condition.value else translate("is not empty")]
    if condition.operator == "during":
        return [period_words(asked, item) for item in values]
    if isinstance(kind, Reference):
        titles = titles_of(session, kind.resource, values, typed=True)
        return [titles.get(value, str(value)) for value in values]
    return map(shower(kind, asked.culture, translate), values)


def period_words(asked: Asked, period: Period) -> str:
    """A period by its title, or as the calendar calls it."""
    if period.name in RELATIVE:
        return asked.translate(RELATIVE[period.name])
    unit = unit_of(period.name)
    if unit is None or period.start is None:
        return period.name
    return period_title(unit, period.start, asked.culture)


def _group(session: Session, asked: Asked, place: int, level: Level) -> Chip:
    value: Any = asked.state.path[place]
    kept = [text for name, text in asked.address.items if name == "in"][:place]
    return Chip(
        title=asked.translate(level.filtered.title),
        words="",
        text=group_titles(session, asked, level, [value])[value],
        remove=asked.address.having("in", *kept).url(),
        change="",
    )


def _grouping(asked: Asked) -> Chip:
    titles = [asked.translate(level.filtered.title) for level in asked.state.grouping]
    return Chip(
        title=asked.translate("Grouped by"),
        words="",
        text=" › ".join(titles),
        remove=asked.address.without("group", "in").url(),
        change=asked.address.having(PANEL, "group").url(),
        icon="collection",
    )
