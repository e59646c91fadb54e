"""References to other records: their titles, the search behind an input, and what was meant
by a text that somebody typed without choosing from the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.rules import apply_rules
from core.i18n import phrase
from core.web.replies import Fragment, Reply
from core.web.request import Request
from core.web.resources.criteria import MAX_SEARCH, Criteria, complete
from core.web.resources.culture import PLAIN
from core.web.resources.effective import shape_named
from core.web.resources.keyset import sorted_by
from core.web.resources.kinds import Reference, Unreadable
from core.web.resources.selection import like_literal, narrow
from core.web.resources.shape import Shape

SHOWN: Final = 20
"""Hits under an input; who does not see theirs types another letter."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that can be referred to."""

    key: Any
    title: str


def target(session: Session, full_name: str) -> Shape | None:
    """The resource of this name, if its addon is enabled for the tenant."""
    return shape_named(session, full_name)


def readable(session: Session, full_name: str) -> bool:
    """Whether the actor may look records of this resource up."""
    shape = target(session, full_name)
    return shape is not None and actor(session).may(shape.resource.access.read.code)


def lookup_url(full_name: str) -> str:
    """Where an input asks for the records of a resource."""
    return f"/{full_name.replace('.', '/')}/lookup"


def titles_of(
    session: Session, full_name: str, keys: Iterable[Any], *, typed: bool = False
) -> dict[Any, str]:
    """The titles of these records, by key, in one query. Whoever sees a document sees what its
    references are called, even if they may not open them; keys that were `typed`, in an address
    or a filter, are named only as far as the reader's own rights reach."""
    wanted = {key for key in keys if key is not None}
    shape = target(session, full_name)
    if not wanted or shape is None:
        return {}
    statement = select(shape.model).where(shape.key.expression.in_(wanted))
    if typed:
        read = shape.resource.access.read
        statement = apply_rules(session, statement, shape.resource, read)
    return {hit.key: hit.title for hit in _hits(session, shape, statement)}


Keys = Mapping[str, frozenset[Any]]
"""Keys of records by the full name of their resource."""


def held_references(shape: Shape, record: Any) -> Keys:
    """The records that this one and its lines refer to."""
    held: dict[str, set[Any]] = {}
    parts = [(shape.inputs, [record])]
    parts += [(grid.inputs, list(getattr(record, grid.name))) for grid in shape.grids]
    for inputs, holders in parts:
        for item in inputs:
            if isinstance(item.kind, Reference):
                keys = held.setdefault(item.kind.resource, set())
                keys.update(getattr(holder, item.name) for holder in holders)
    return {resource: frozenset(keys) for resource, keys in held.items()}


def chosen_titles(
    session: Session,
    shape: Shape,
    texts: Mapping[str, str],
    prefixes: Mapping[str, Iterable[str]],
    held: Keys | None = None,
) -> dict[str, dict[Any, str]]:
    """The titles of all records chosen in a form, by resource and key; `prefixes` are those of
    the rows of each grid. Where `held` is given, the titles are to be shown: what a record refers
    to is named to whoever sees the record, anything else as far as the reader's rights reach."""
    named = [(item.name, item) for item in shape.inputs]
    for grid in shape.grids:
        rows = prefixes.get(grid.name, ())
        named += [(f"{row}.{item.name}", item) for row in rows for item in grid.inputs]
    # A grid without rows still has a blank one, whose inputs look things up.
    inputs = [*shape.inputs, *(item for grid in shape.grids for item in grid.inputs)]
    chosen: dict[str, set[Any]] = {
        item.kind.resource: set() for item in inputs if isinstance(item.kind, Reference)
    }
    for name, item in named:
        if isinstance(item.kind, Reference):
            keys = chosen[item.kind.resource]
            with suppress(Unreadable):
                keys.add(item.kind.read(texts.get(name, ""), PLAIN))
    titles = {}
    for resource, keys in chosen.items():
        known = keys if held is None else keys & held.get(resource, frozenset())
        titles[resource] = {
            **titles_of(session, resource, known),
            **titles_of(session, resource, keys - known, typed=True),
        }
    return titles


def lookup(shape: Shape, session: Session, request: Request) -> Reply:
    """The options under an input, as the text in it asks for."""
    hits = find(session, shape, request.query.get("q", ""))
    return Fragment("core/resources/lookup.html", {"hits": hits})


def find(session: Session, shape: Shape, text: str, *, limit: int = SHOWN) -> list[Hit]:
    """The records that the actor may read and that hold every word of the text, those first
    that begin with it."""
    text = text.replace("\x00", "").strip()[:MAX_SEARCH]
    criteria = Criteria(text if shape.search else "", (), complete(shape, shape.order))
    shown = [key for key, _ in criteria.order]
    statement = narrow(session, shape, select(shape.model), criteria, *shown)
    if text and shape.search:
        pattern = f"{like_literal(text)}%"
        begins = or_(*(item.expression.ilike(pattern, escape="\\") for item in shape.search))
        statement = statement.order_by(case((begins, 0), else_=1))
    return _hits(session, shape, sorted_by(statement, criteria.order).limit(limit))


def resolve(session: Session, full_name: str, text: str) -> Any:
    """The key of the record that a typed text means; raises Unreadable unless it is one."""
    shape = target(session, full_name)
    hits = find(session, shape, text) if shape is not None else []
    exact = [hit for hit in hits if hit.title.casefold() == text.strip().casefold()]
    if len(exact) == 1:
        return exact[0].key
    if len(hits) == 1:
        return hits[0].key
    if not hits:
        raise Unreadable(phrase("Nothing is called “{text}”. Choose from the list.", text=text))
    raise Unreadable(phrase("“{text}” fits several. Choose one from the list.", text=text))


def _hits(session: Session, shape: Shape, statement: Any) -> list[Hit]:
    title, key = shape.resource.record_title, shape.key.name
    return [Hit(getattr(record, key), title(record)) for record in session.scalars(statement)]
