"""An arrangement of cards as a value: which are shown, in which order and how wide, which are put
away, and the lists that somebody pinned.

A card that an addon brings later stands in neither, and so appears behind the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

MOST: Final = 100
"""Cards on one page: more than anybody looks at, and more than all addons bring together."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A card in its place."""

    key: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """A list that was pinned: what it is called, and the address that it opens at."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Layout:
    """An arrangement. No card stands twice in it."""

    shown: tuple[Placed, ...] = ()
    hidden: frozenset[str] = frozenset()
    pins: Mapping[str, Pin] = field(default_factory=dict)

    def keys(self) -> list[str]:
        """The cards shown, in order."""
        return [placed.key for placed in self.shown]

    def moved(self, key: str, place: int) -> Layout:
        """With the card at this place among the others, counted from 0."""
        if key not in self.keys():
            return self
        rest = [placed for placed in self.shown if placed.key != key]
        mine = next(placed for placed in self.shown if placed.key == key)
        rest.insert(max(0, min(place, len(rest))), mine)
        return replace(self, shown=tuple(rest))

    def sized(self, key: str, *, wide: bool) -> Layout:
        """With the card as wide, or as narrow."""
        shown = tuple(replace(p, wide=wide) if p.key == key else p for p in self.shown)
        return replace(self, shown=shown)

    def without(self, key: str) -> Layout:
        """With the card put away; a pinned list is let go of."""
        shown = tuple(placed for placed in self.shown if placed.key != key)
        if key in self.pins:
            pins = {name: pin for name, pin in self.pins.items() if name != key}
            return replace(self, shown=shown, pins=pins)
        return replace(self, shown=shown, hidden=self.hidden | {key})

    def having(self, key: str, *, wide: bool) -> Layout:
        """With the card shown, behind the others."""
        if key in self.keys() or len(self.shown) >= MOST:
            return self
        shown = (*self.shown, Placed(key, wide))
        return replace(self, shown=shown, hidden=self.hidden - {key})

    def pinned(self, key: str, pin: Pin) -> Layout:
        """With a list pinned, behind the others."""
        known = next((name for name, held in self.pins.items() if held.address == pin.address), key)
        with_it = replace(self, pins={**self.pins, known: pin})
        return with_it.having(known, wide=True)

    def with_new(self, offered: Iterable[Placed]) -> Layout:
        """With the cards that it does not know, as they are offered, behind the others."""
        known = {*self.keys(), *self.hidden}
        new = tuple(placed for placed in offered if placed.key not in known)
        return replace(self, shown=(*self.shown, *new))


def write(layout: Layout) -> dict[str, Any]:
    """The arrangement as JSON."""
    return {
        "shown": [{"key": placed.key, "wide": placed.wide} for placed in layout.shown],
        "hidden": sorted(layout.hidden),
        "pins": {
            key: {"title": pin.title, "address": pin.address} for key, pin in layout.pins.items()
        },
    }


def read(content: Mapping[str, Any]) -> Layout:
    """The arrangement that was written."""
    return Layout(
        tuple(Placed(item["key"], bool(item["wide"])) for item in content.get("shown", ())),
        frozenset(content.get("hidden", ())),
        {key: Pin(item["title"], item["address"]) for key, item in content.get("pins", {}).items()},
    )
