"""What the enabled addons add to a page or an operation: extensions, slots, tiles, search hits.

An addon that fails here is left out and logged (`containment`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from core.addons.containment import contained
from core.addons.states import view
from core.db.session import binding
from core.declare import FoundRecord, Slot, Tile, Trouble
from core.errors import NotEnabled
from core.i18n.phrases import phrase

Point = TypeVar("Point")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SlotContent:
    """A piece of a page that is ready to be rendered."""

    addon: str
    template: str
    context: Mapping[str, Any]


def extensions(session: Session, point: type[Point]) -> dict[str, Point]:
    """The implementations of an extension point by their keys, in load order."""
    return {owned.item.key: owned.item.implementation for owned in view(session).extensions(point)}


def extension(session: Session, point: type[Point], key: str) -> Point:
    """One implementation of an extension point; raises NotEnabled if it is not there."""
    found = extensions(session, point).get(key)
    if found is None:
        raise NotEnabled(
            phrase("{key} is not available here.", key=key),
            fix=phrase("Enable the addon that brings it."),
        )
    return found


def from_each(
    session: Session, point: type[Point], call: Callable[[Point], T]
) -> list[tuple[str, T]]:
    """`call` each implementation, and keep the answers of those that do not raise, by key."""
    answers: list[tuple[str, T]] = []
    for owned in view(session).extensions(point):
        key, implementation = owned.item.key, owned.item.implementation
        what = f"extension {point.__name__} {key}"
        answer = contained(session, owned.addon, what, lambda one=implementation: call(one))
        if answer is not None:
            answers.append((key, answer))
    return answers


def slots(session: Session, place: str, given: Mapping[str, Any]) -> list[SlotContent]:
    """What the addons put into a named place, for an actor who may see it, in order."""
    may = binding(session).context["actor"].may
    contents = []
    for owned in view(session).slots(place):
        slot: Slot = owned.item
        if may(slot.permission.code):
            what = f"slot {place}"
            context = contained(
                session, owned.addon, what, lambda s=slot: s.context(session, given)
            )
            if context is not None:
                contents.append(SlotContent(owned.addon, slot.template, context))
    return contents


def tiles(session: Session) -> list[tuple[str, Tile]]:
    """The figures of the moment for the start page, each with the addon that shows it."""
    context = binding(session).context
    catalog, found = context["kernel"].catalog, []
    for addon in catalog.implementers("page_tiles", context["state"].enabled):
        found += [(addon, tile) for tile in _ask_one(session, "page_tiles", addon)]
    return found


def search(session: Session, text: str) -> list[FoundRecord]:
    """The hits of the global search, addon by addon."""
    return _ask(session, "find_records", text=text)


def troubles(session: Session) -> list[tuple[str, Trouble]]:
    """What does not work, each with the addon that says so."""
    context = binding(session).context
    catalog, found = context["kernel"].catalog, []
    for addon in catalog.implementers("find_troubles", context["state"].enabled):
        found += [(addon, trouble) for trouble in _ask_one(session, "find_troubles", addon)]
    return found


def _ask(session: Session, hook: str, **arguments: Any) -> list[Any]:
    context = binding(session).context
    catalog, enabled = context["kernel"].catalog, context["state"].enabled
    answers: list[Any] = []
    for addon in catalog.implementers(hook, enabled):
        answers += _ask_one(session, hook, addon, **arguments)
    return answers


def _ask_one(session: Session, hook: str, addon: str, **arguments: Any) -> list[Any]:
    catalog = binding(session).context["kernel"].catalog

    def ask() -> list[Any]:
        lists: Iterable[Iterable[Any]] = catalog.call(hook, addon, session=session, **arguments)
        return [item for answer in lists for item in answer]

    return contained(session, addon, hook, ask) or []
