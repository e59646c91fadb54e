"""What an open page may hear, and what it has missed; for websockets and for pages that poll.

A channel named like a resource, or below it (`shop.orders.editing`), is open to those who may
read the resource. Who may read only some of its records hears that something changed, and not
which record. The kernel's own channels have names without a dot; anybody signed in hears them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.addons.catalog import CatalogView
from core.addons.states import view
from core.auth.actor import actor
from core.channels import Notice
from core.declare import Resource
from core.errors import InvalidInput
from core.i18n import phrase
from core.live.missed import missed, untraced
from core.web.replies import Json, Reply
from core.web.request import Request

POLL_URL = "/core/live"
MAX_CHANNELS = 64
_CHANNEL = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Hearing:
    """The channels open to somebody; of the `vague` ones no ids are told."""

    channels: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()

    def heard(self, notice: Notice) -> Notice:
        """The notice as this listener may hear it."""
        return Notice(notice.channel, {}) if notice.channel in self.vague else notice


def are_channels(names: Collection[str]) -> bool:
    """Whether these are names that a page may ask for."""
    return len(names) <= MAX_CHANNELS and all(_CHANNEL.fullmatch(name) for name in names)


def hearing(session: Session, names: Collection[str]) -> Hearing:
    """Those of the channels that the session's actor may hear."""
    visible, who = view(session), actor(session)
    channels, vague = set(), set()
    for name in names:
        if "." not in name:
            channels.add(name)
            continue
        resource = _resource_of(visible, name)
        scope = who.scope(resource.access.read.code) if resource else None
        if scope is not None:
            channels.add(name)
        if scope not in (None, "all"):
            vague.add(name)
    return Hearing(frozenset(channels), frozenset(vague))


def notices_after(
    session: Session, heard: Hearing, since: int | None, *, was_away: bool
) -> tuple[list[Notice], int]:
    """What changed after `since`, and how far that reaches. For a page that `was_away`, what
    leaves no trace counts as changed."""
    found = missed(session, since, heard.channels)
    changed = dict(found.changed)
    if was_away:
        blind = untraced(session, heard.channels)
        blind |= {name for name in heard.channels if name not in view(session).resources}
        changed |= dict.fromkeys(blind)
    notices = [
        heard.heard(Notice(name, {"ids": sorted(keys)} if keys else {}))
        for name, keys in changed.items()
    ]
    return notices, found.since


def poll(session: Session, request: Request) -> Reply:
    """For pages that no websocket reaches: notices after `since`, as JSON, and the next one."""
    names = frozenset(request.query.getlist("channel"))
    if not names or not are_channels(names):
        raise InvalidInput.of(
            "channel", phrase("Name at most {limit} channels.", limit=MAX_CHANNELS)
        )
    since = read_since(request.query.get("since", ""))
    notices, reached = notices_after(session, hearing(session, names), since, was_away=False)
    told = [{"channel": notice.channel, "data": notice.data} for notice in notices]
    return Json({"since": str(reached), "notices": told})


def read_since(text: str) -> int | None:
    """How far a page has heard; None if it says nothing that makes sense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _resource_of(visible: CatalogView, channel: str) -> Resource | None:
    addon, _, rest = channel.partition(".")
    owned = visible.resources.get(f"{addon}.{rest.partition('.')[0]}")
    return owned.item if owned else None
