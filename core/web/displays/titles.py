"""How the values of a table's rows and columns are called, and what a table can be made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import msg
from core.web.resources.culture import Culture
from core.web.resources.kinds import Reference
from core.web.resources.kinds_figures import Day, Moment
from core.web.resources.list_fields import ListFields
from core.web.resources.periods import Unit
from core.web.resources.references import titles_of
from core.web.resources.showing import Translate, shower
from core.web.resources.views.grouping import Level, groupable, period_title

NOT_SET: Final = msg("Not set")
_UNITS: Final[tuple[tuple[Unit, str], ...]] = (
    ("day", msg("{title}: by day")),
    ("week", msg("{title}: by week")),
    ("month", msg("{title}: by month")),
    ("quarter", msg("{title}: by quarter")),
    ("year", msg("{title}: by year")),
)


def titles_for(
    session: Session, level: Level, values: Iterable[Any], culture: Culture, translate: Translate
) -> dict[Any, str]:
    """What each value of a level is called."""
    kind, known = level.filtered.kind, [value for value in values if value is not None]
    titles: dict[Any, str] = {None: translate(NOT_SET)}
    if level.unit is not None:
        titles |= {value: period_title(level.unit, value, culture) for value in known}
    elif isinstance(kind, Reference):
        found = titles_of(session, kind.resource, known)
        titles |= {value: found.get(value, str(value)) for value in known}
    else:
        show = shower(kind, culture, translate)
        titles |= {value: show(value) for value in known}
    return titles


def dimension_names(fields: ListFields, translate: Translate) -> list[tuple[str, str]]:
    """The fields that rows and columns can be made of, as addresses name them, with titles."""
    made = []
    for item in groupable(fields):
        title = translate(item.title)
        if isinstance(item.kind, Day | Moment):
            made += [
                (f"{item.name}:{unit}", translate(words).format(title=title))
                for unit, words in _UNITS
            ]
        else:
            made.append((item.name, title))
    return made
