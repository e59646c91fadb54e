"""The cards that somebody can have on their start page: what addons declare and they may see, the
tiles of the moment, and the lists they pinned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from core.addons.extensions import tiles
from core.addons.states import view
from core.auth.actor import actor
from core.declare import Card, ListCard, Tile
from core.web.dashboards.kept import Kept
from core.web.dashboards.layout import Layout, Pin, Placed
from core.web.resources.effective import shape_named
from core.web.resources.shape import Shape

PIN: Final = "pin."
LONGEST: Final = 2000
"""Letters of an address that can be pinned."""
_PLACE: Final = re.compile(r"/([a-z][a-z0-9_]*)/([a-z][a-z0-9-]*)(/pivot)?")


@dataclass(frozen=True, slots=True)
class Offer:
    """A card that can be shown, and what it comes from. Titles of pins are people's own words."""

    key: str
    addon: str
    title: str
    order: int
    shown: bool
    wide: bool
    source: Card | Tile | Pin

    @property
    def placed(self) -> Placed:
        """The card as the addon suggests it."""
        return Placed(self.key, self.wide)


@dataclass(frozen=True, slots=True)
class PinnedList:
    """What an address names: a resource's list, or its table of sums with a chart."""

    shape: Shape
    query: QueryParams
    pivot: bool


def offers(session: Session, kept: Kept) -> dict[str, Offer]:
    """All that addons offer the actor, by key and in the suggested order."""
    if kept.tiles is None:
        kept.tiles = [(tile_key(addon, tile), tile) for addon, tile in tiles(session)]
    found = [*_declared(session), *_tiles(kept.tiles)]
    return {offer.key: offer for offer in sorted(found, key=lambda offer: offer.order)}


def pinned(layout: Layout) -> dict[str, Offer]:
    """The lists that the actor pinned."""
    return {
        key: Offer(key, "core", pin.title, 1000, shown=True, wide=True, source=pin)
        for key, pin in layout.pins.items()
    }


def readable(session: Session, resource: str) -> Shape | None:
    """The resource of this name, if the company has it and the actor may read it."""
    shape = shape_named(session, resource)
    if shape is None or not actor(session).may(shape.resource.access.read.code):
        return None
    return shape


def list_at(session: Session, address: str) -> PinnedList | None:
    """The list at an address of this host, if there is one that the actor may read."""
    if len(address) > LONGEST:
        return None
    parts = urlsplit(address)
    place = _PLACE.fullmatch(parts.path)
    if place is None or parts.netloc or parts.scheme:
        return None
    shape = readable(session, f"{place[1]}.{place[2]}")
    if shape is None:
        return None
    query = QueryParams(parse_qsl(parts.query))
    return PinnedList(shape, query, pivot=bool(place[3]))


def tile_key(addon: str, tile: Tile) -> str:
    """What a tile is known by: the name that it was given, else its title."""
    name = tile.name or re.sub(r"[^a-z0-9]+", "_", tile.title.lower()).strip("_")
    return f"{addon}.tile.{name}"


def _declared(session: Session) -> Iterable[Offer]:
    may = actor(session).may
    for owned in view(session).all.cards:
        card: Card = owned.item
        if isinstance(card, ListCard):
            if readable(session, card.resource) is None:
                continue
        elif not may(card.permission.code):  # pyright: ignore[reportAttributeAccessIssue]
            continue
        yield Offer(card.name, owned.addon, card.title, card.order, card.shown, card.wide, card)


def _tiles(found: Iterable[tuple[str, Tile]]) -> Iterable[Offer]:
    for key, tile in found:
        addon = key.partition(".")[0]
        yield Offer(key, addon, tile.title, tile.order, shown=True, wide=False, source=tile)
