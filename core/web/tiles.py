"""The figures of the start page, which cost the most queries of any page, kept for a moment."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Final

import orjson
from sqlalchemy.orm import Session

from core.addons.extensions import tiles
from core.addons.states import view
from core.auth.actor import Actor
from core.auth.actor import actor as actor_of
from core.db.session import binding
from core.declare import Tile
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

SECONDS: Final = 10.0
"""How old a figure may be that somebody else has changed; one's own changes show at once."""


def tiles_of(session: Session) -> list[Tile]:
    """What the enabled addons show the actor, in order."""
    kernel: Kernel = binding(session).context["kernel"]
    tenant, actor = binding(session).tenant, actor_of(session)
    addons = hashlib.sha256(" ".join(sorted(view(session).enabled)).encode()).hexdigest()[:16]
    kept = kernel.cache.get(tenant, _key(actor))
    if kept is not None:
        stored = orjson.loads(kept)
        # Figures of an addon that was switched off meanwhile are not shown once more.
        if stored["addons"] == addons:
            return [Tile(**tile) for tile in stored["tiles"]]
    found = tiles(session)
    packed = orjson.dumps({"addons": addons, "tiles": [asdict(tile) for tile in found]})
    kernel.cache.put(tenant, _key(actor), packed, seconds=SECONDS)
    return found


def forget_tiles(kernel: Kernel, tenant: Tenant, actor: Actor) -> None:
    """Work the actor's figures out anew the next time."""
    kernel.cache.drop(tenant, _key(actor))


def _key(actor: Actor) -> str:
    return f"tiles:{actor.kind}:{actor.user_id}"
