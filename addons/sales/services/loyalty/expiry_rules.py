"""Which points expire: those that came first are used first.

Nothing is kept of which points a payment used. What has expired by a day is what came and was due
to expire by then, less all that ever went; so it does not matter in which order points were used,
given back and let expire.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from addons.sales.services.amounts import ZERO


@dataclass(frozen=True, slots=True)
class PointMove:
    """A move as far as expiry goes. What came back by a payment taken back is no new point: it
    undoes a use (`is_grant` False)."""

    points: Decimal
    expires_on: date | None
    is_grant: bool


@dataclass(frozen=True, slots=True)
class OpenPoints:
    """Points that are still there, and the last day on which they are."""

    points: Decimal
    expires_on: date | None


def open_points(moves: Iterable[PointMove]) -> list[OpenPoints]:
    """What is left of the points, those that expire first at the head; they sum to the balance."""
    known = list(moves)
    gone = -sum((one.points for one in known if not one.is_grant), ZERO)
    grants = sorted(
        (one for one in known if one.is_grant),
        key=lambda one: (one.expires_on is None, one.expires_on or date.max),
    )
    found: list[OpenPoints] = []
    for grant in grants:
        used = min(max(gone, ZERO), grant.points)
        gone -= used
        left = grant.points - used
        if left and found and found[-1].expires_on == grant.expires_on:
            found[-1] = OpenPoints(found[-1].points + left, grant.expires_on)
        elif left:
            found.append(OpenPoints(left, grant.expires_on))
    return found


def expired_by(moves: Iterable[PointMove], day: date) -> Decimal:
    """The points that are there and should not be on this day."""
    return sum(
        (one.points for one in open_points(moves)
         if one.expires_on is not None and one.expires_on < day),
        ZERO,
    )  # fmt: skip
