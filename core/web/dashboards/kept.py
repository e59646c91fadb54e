"""The figures of the start page, which costs the most queries of any page, kept for a moment."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import Actor
from core.auth.actor import actor as actor_of
from core.db.session import binding
from core.declare import Amount, Point, Tile
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

SECONDS: Final = 10.0
"""How old a figure may be that somebody else has changed; one's own changes show at once."""

Figures = Sequence[Amount] | Sequence[Point]


@dataclass(slots=True)
class Kept:
    """What was worked out for the actor: figures by card, tiles each with its key. A card that
    failed has None. Figures of addons that were switched off meanwhile are forgotten."""

    addons: str
    figures: dict[str, Figures | None] = field(default_factory=dict)
    tiles: list[tuple[str, Tile]] | None = None
    undone: list[str] | None = None


def recall(session: Session) -> Kept:
    """What is known, perhaps nothing."""
    addons = hashlib.sha256(" ".join(sorted(view(session).enabled)).encode()).hexdigest()[:16]
    kernel: Kernel = binding(session).context["kernel"]
    found = kernel.cache.get(binding(session).tenant, _key(actor_of(session)))
    if found is None:
        return Kept(addons)
    stored = orjson.loads(found)
    return _read(stored) if stored["addons"] == addons else Kept(addons)


def remember(session: Session, kept: Kept) -> None:
    """Keep it for the next page."""
    kernel: Kernel = binding(session).context["kernel"]
    packed = orjson.dumps(_written(kept), default=str)
    kernel.cache.put(binding(session).tenant, _key(actor_of(session)), packed, seconds=SECONDS)


def forget_figures(kernel: Kernel, tenant: Tenant, actor: Actor) -> None:
    """Work the actor's figures out anew the next time."""
    kernel.cache.drop(tenant, _key(actor))


def _key(actor: Actor) -> str:
    return f"start:{actor.kind}:{actor.user_id}"


def _written(kept: Kept) -> dict[str, Any]:
    tiles = None if kept.tiles is None else [(key, _tile(tile)) for key, tile in kept.tiles]
    figures = {
        key: None if values is None else [_packed(value) for value in values]
        for key, values in kept.figures.items()
    }
    return {"addons": kept.addons, "figures": figures, "tiles": tiles, "undone": kept.undone}


def _read(stored: dict[str, Any]) -> Kept:
    figures: dict[str, Figures | None] = {
        key: None if values is None else [_unpacked(value) for value in values]
        for key, values in stored["figures"].items()
    }
    tiles = stored["tiles"]
    if tiles is not None:
        tiles = [(key, _as_tile(tile)) for key, tile in tiles]
    return Kept(stored["addons"], figures, tiles, stored["undone"])


def _tile(tile: Tile) -> dict[str, Any]:
    day = tile.value.isoformat() if isinstance(tile.value, date) else ""
    return {**asdict(tile), "value": "" if day else tile.value, "day": day}


def _as_tile(stored: dict[str, Any]) -> Tile:
    day = stored.pop("day")
    value = date.fromisoformat(day) if day else stored["value"]
    return Tile(**{**stored, "value": value, "reads": tuple(stored["reads"])})


def _packed(value: Amount | Point) -> list[Any]:
    if isinstance(value, Amount):
        before = None if value.before is None else str(value.before)
        return ["amount", str(value.value), value.currency, before]
    dated = not isinstance(value.at, str)
    at = value.at.isoformat() if isinstance(value.at, date) else value.at
    return ["point", at, dated, str(value.amount), value.series, value.currency, value.url]


def _unpacked(value: list[Any]) -> Any:
    if value[0] == "amount":
        before = None if value[3] is None else Decimal(value[3])
        return Amount(Decimal(value[1]), value[2], before)
    _, at, dated, amount, series, currency, url = value
    return Point(date.fromisoformat(at) if dated else at, Decimal(amount), series, currency, url)
