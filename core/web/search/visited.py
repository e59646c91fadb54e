"""The pages that somebody was on lately, named anew each time: what may no longer be seen is gone.

A browser keeps addresses alone, since titles hold customers' data and outlive a sign-out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import actor
from core.errors import NotFound
from core.web.resources.culture import PLAIN
from core.web.resources.kinds import Unreadable
from core.web.resources.records import load
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shape
from core.web.search.commands import PLAIN_ICON, Command, Translate

SHOWN: Final = 6


def visited(
    session: Session,
    addresses: Iterable[str],
    places: Mapping[str, Command],
    icons: Mapping[str, str],
    translate: Translate,
) -> list[Command]:
    """The lines of these addresses, as far as they are places of the menu or records that the
    actor may read."""
    lines: list[Command] = []
    for address in dict.fromkeys(addresses):
        line = places.get(address) or _record(session, address, icons, translate)
        if line is not None:
            lines.append(line)
        if len(lines) == SHOWN:
            break
    return lines


def _record(
    session: Session, address: str, icons: Mapping[str, str], translate: Translate
) -> Command | None:
    shape, key = _target(session, address)
    if shape is None or not actor(session).may(shape.resource.access.read.code):
        return None
    try:
        record = load(session, shape, shape.key.key.read(key, PLAIN))
    except (NotFound, Unreadable):
        return None
    return Command(
        shape.resource.record_title(record),
        icons.get(shape.url, PLAIN_ICON),
        url=address,
        hint=translate(shape.resource.singular),
    )


def _target(session: Session, address: str) -> tuple[Shape | None, str]:
    """Whose record this address shows: `/shop/orders/12`."""
    parts = address.split("/")
    if len(parts) != 4 or parts[0]:
        return None, ""
    return served_shape(view(session), f"{parts[1]}.{parts[2]}"), parts[3]
