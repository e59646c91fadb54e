"""Which records many texts mean at once, as a pasted column of codes or names asks.

A text means the record of which one searched attribute is just that text, whatever its case;
one query finds them all. What is left is looked for one by one, as a form does when it is saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session

from core.i18n import phrase
from core.web.resources.criteria import Criteria, complete
from core.web.resources.kinds import Unreadable
from core.web.resources.references import resolve, target, titles_of
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape

MOST_SEARCHED: Final = 50
"""Texts that are looked for one by one; the wrong column pasted must not take minutes."""
Match = tuple[Any, str]
"""A record's key and title."""


class Matcher:
    """Finds records by what they are called; what was found is remembered."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[tuple[str, str], Match | Unreadable] = {}
        self._searched = 0

    def prepare(self, resource: str, texts: Iterable[str]) -> None:
        """Look for many at once."""
        shape = target(self._session, resource)
        wanted = {text.strip().casefold() for text in texts if "\x00" not in text} - {""}
        if shape is None or not wanted or not shape.search:
            return
        matches: dict[str, dict[Any, str]] = {}
        for record in self._called(shape, wanted):
            title = shape.resource.record_title(record)
            for name in (*_names(shape, record), title):
                if name.casefold() in wanted:
                    key = getattr(record, shape.key.name)
                    matches.setdefault(name.casefold(), {})[key] = title
        for text, hits in matches.items():
            if len(hits) == 1:
                self._found[resource, text] = next(iter(hits.items()))

    def match(self, resource: str, text: str) -> Match:
        """The record that a text means; raises Unreadable unless it is one."""
        place = resource, text.casefold()
        if place not in self._found:
            self._found[place] = self._resolve(resource, text)
        found = self._found[place]
        if isinstance(found, Unreadable):
            raise found
        return found

    def _resolve(self, resource: str, text: str) -> Match | Unreadable:
        if "\x00" in text:
            return Unreadable(phrase("This holds a character that cannot be stored."))
        self._searched += 1
        if self._searched > MOST_SEARCHED:
            return Unreadable(phrase("Nothing is called just “{text}”.", text=text))
        try:
            key = resolve(self._session, resource, text)
        except Unreadable as error:
            return error
        return key, titles_of(self._session, resource, [key]).get(key, text)

    def _called(self, shape: Shape, wanted: set[str]) -> Iterable[Any]:
        criteria = Criteria("", (), complete(shape, shape.order))
        statement = narrow(self._session, shape, select(shape.model), criteria, *shape.search)
        lowered = [func.lower(cast(item.expression, Text)).in_(wanted) for item in shape.search]
        return self._session.scalars(statement.where(or_(*lowered))).unique()


def _names(shape: Shape, record: Any) -> Iterable[str]:
    """What a record can be called by: its searched attributes, through their relationships."""
    for attribute in shape.search:
        value: Any = record
        for step in attribute.name.split("."):
            value = None if value is None else getattr(value, step)
        if isinstance(value, str):
            yield value
