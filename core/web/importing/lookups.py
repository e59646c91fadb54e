"""Which records the cells of a file mean: found by key, by what they are searched by, by another
system's id or by their title, a whole batch at a time and only within the actor's reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.rules import apply_rules
from core.i18n import phrase
from core.importing.models import ExternalId
from core.web.importing.targets import key_of
from core.web.resources.kinds import Unreadable
from core.web.resources.references import find, target
from core.web.resources.shape import Shape

REMEMBERED: Final = 50_000
"""Answers kept of one resource; a file rarely names more records than that."""
ASKED_BY_TITLE: Final = 500
"""Texts that are compared with whole titles, which costs a query each."""
_SEVERAL: Final = object()
_NONE: Final = object()


@dataclass(frozen=True, slots=True)
class Missing:
    """A record that a file names and that there is not."""

    resource: str
    text: str


class NoSuchRecord(Unreadable):
    """Nothing is called like this, so that it could be made."""


class Lookups:
    """Answers for one import. A text is folded: case tells no records apart."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, dict[str, Any]] = defaultdict(dict)
        self._asked = 0

    def prepare(self, resource: str, texts: Iterable[str]) -> None:
        """Look up what is not known yet, in a few queries."""
        known = self._known[resource]
        if len(known) > REMEMBERED:
            known.clear()
        wanted = {text.casefold() for text in texts} - known.keys() - {""}
        shape = target(self._session, resource)
        if not wanted or shape is None or not _may_read(self._session, shape):
            return
        for names in _ways(shape):
            self._by_columns(shape, names, wanted - known.keys(), known)
        self._by_external_id(shape, wanted - known.keys(), known)

    def find(self, resource: str, text: str) -> Any:
        """The key of the record that a text means; raises Unreadable unless it is exactly one."""
        known, folded = self._known[resource], text.casefold()
        found = known.get(folded)
        if found is None:
            found = known[folded] = self._by_title(resource, text)
        if found is _SEVERAL:
            raise Unreadable(phrase("This fits several records. Write something that fits one."))
        if found is _NONE:
            raise NoSuchRecord(
                phrase("There is no such record. Correct the name, or create it first.")
            )
        return found

    def known(self, resource: str, text: str) -> Any:
        """The key that this text is known to mean; None while it means nothing."""
        found = self._known[resource].get(text.casefold())
        return None if found is _NONE or found is _SEVERAL else found

    def learn(self, resource: str, text: str, key: Any) -> None:
        """From now on this text means this record."""
        self._known[resource][text.casefold()] = key

    def forget(self, resource: str, texts: Iterable[str]) -> None:
        """These records have been taken back."""
        for text in texts:
            self._known[resource].pop(text.casefold(), None)

    def _by_title(self, resource: str, text: str) -> Any:
        shape = target(self._session, resource)
        if shape is None or not _may_read(self._session, shape):
            raise Unreadable(phrase("You may not look up such records."))
        self._asked += 1
        if self._asked > ASKED_BY_TITLE:
            return _NONE
        hits = find(self._session, shape, text)
        keys = [hit.key for hit in hits if hit.title.casefold() == text.casefold()]
        return keys[0] if len(keys) == 1 else _SEVERAL if keys else _NONE

    def _by_columns(
        self, shape: Shape, names: tuple[str, ...], wanted: set[str], known: dict[str, Any]
    ) -> None:
        if not wanted:
            return
        columns = [func.lower(cast(getattr(shape.model, name), String)) for name in names]
        statement: Any = select(shape.key.expression, *columns).where(
            or_(*(column.in_(wanted) for column in columns))
        )
        statement = apply_rules(
            self._session, statement, shape.resource, shape.resource.access.read
        )
        found: dict[str, set[Any]] = defaultdict(set)
        for key, *texts in self._session.connection().execute(statement):
            for text in texts:
                if text is not None and text.casefold() in wanted:
                    found[text.casefold()].add(key)
        for text, keys in found.items():
            known[text] = keys.pop() if len(keys) == 1 else _SEVERAL

    def _by_external_id(self, shape: Shape, wanted: set[str], known: dict[str, Any]) -> None:
        if not wanted:
            return
        key = cast(shape.key.expression, String)
        statement: Any = (
            select(func.lower(ExternalId.external_id), shape.key.expression)
            .select_from(shape.model)
            .join(ExternalId, ExternalId.record_key == key)
            .where(
                ExternalId.resource == shape.full_name,
                func.lower(ExternalId.external_id).in_(wanted),
            )
        )
        statement = apply_rules(
            self._session, statement, shape.resource, shape.resource.access.read
        )
        rows: Any = self._session.connection().execute(statement)
        for row in rows:
            known[row[0]] = _SEVERAL if row[0] in known else row[1]


def _ways(shape: Shape) -> list[tuple[str, ...]]:
    """By what records are found: first by their key, then by what they are searched by."""
    key = key_of(shape)
    searched = tuple(item.name for item in shape.search if not item.path)
    ways = [key] if len(key) == 1 else []
    return [*ways, *([searched] if searched and searched != key else [])]


def _may_read(session: Session, shape: Shape) -> bool:
    return actor(session).may(shape.resource.access.read.code)
