"""How far a till has read: a cursor that it sends back as it got it.

During a first load it names the section and the last id that went out, and the place in the changes
at which the load began; what changed meanwhile comes after it. Of each small section it holds the
digest of what the till has, so that only what differs goes out again.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import orjson

from core.api import ChangePlace

Phase = Literal["products", "price_rules", "customers", "changes"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a till is: in a first load of `phase` after this id, or reading changes. `register` is
    its register's id, `day` the one on which daily figures last went out."""

    register: int
    phase: Phase
    place: ChangePlace
    after: int = 0
    day: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)


def write_cursor(cursor: Cursor) -> str:
    """The cursor as a word for an address."""
    place = cursor.place
    content = [
        _FORM,
        cursor.register,
        cursor.phase,
        [place.database, place.xid, place.after],
        cursor.after,
        cursor.day,
        dict(cursor.digests),
    ]
    return urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """The cursor that was written; None for anything else, so that the till begins anew."""
    try:
        content = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        form, register, phase, (database, xid, after_entry), after, day, digests = content
        numbers = (register, xid, after_entry, after)
        if form != _FORM or phase not in PHASES or not isinstance(digests, dict):
            return None
        if not all(isinstance(one, int) and 0 <= one < 2**63 for one in numbers):
            return None
        if not isinstance(database, str) or not isinstance(day, str):
            return None
    except (ValueError, TypeError):
        return None
    return Cursor(register, phase, ChangePlace(database, xid, after_entry), after, day, digests)
