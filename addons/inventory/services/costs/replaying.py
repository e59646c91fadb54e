"""A backdated happening: what its pool would have cost, had it been known in time.

The pool's story is run again from the last day on which it was empty. What the new happening costs
comes of that; what others would have cost otherwise is the revaluation that follows it. No line
that exists is changed (docs/decisions/0043-stock-value.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from addons.catalog.api import require_open
from addons.inventory.events import Role
from addons.inventory.services.costs.applying import apply
from addons.inventory.services.costs.money import ZERO, per_unit
from addons.inventory.services.costs.pool import Happening, Line, Pool, Use, sums_by_role
from addons.inventory.services.costs.pools import PoolRow
from core.api import AppError, today

_LATER: Final = text("""
SELECT kind, sum(quantity) AS quantity FROM inventory.cost_event
 WHERE pool_id = :pool AND day > :day AND gone_as = '' GROUP BY kind
""")
_START: Final = text("""
SELECT id, day
  FROM (SELECT id, day, sum(quantity) OVER (ORDER BY day, id) AS running
          FROM inventory.cost_event WHERE pool_id = :pool AND day < :day) AS story
 WHERE running = 0 ORDER BY day DESC, id DESC LIMIT 1
""")
_STORY: Final = text("""
SELECT id, day, kind, quantity, amount, role, layer_id, method, gone_as, left_quantity, left_value,
       value
  FROM inventory.cost_event
 WHERE pool_id = :pool AND (day, id) > (:day, :id)
 ORDER BY day, id
""")
_TERMS: Final = text("""
SELECT kind, amount, role, method, (day, id) <= (:day, :id) AS before
  FROM inventory.cost_event
 WHERE pool_id = :pool AND kind IN ('price', 'method')
 ORDER BY day, id
""")
_LAST: Final = text("""
SELECT value, quantity FROM inventory.cost_event
 WHERE pool_id = :pool AND kind IN ('in', 'out') AND (day, id) <= (:day, :id)
 ORDER BY day DESC, id DESC LIMIT 1
""")
_POSTED: Final = text("""
SELECT cost_event_id, role, sum(amount) AS amount
  FROM inventory.value_line WHERE cost_event_id = ANY (:events) GROUP BY cost_event_id, role
""")
_BEGINNING: Final = date.min


@dataclass(frozen=True, slots=True)
class Replayed:
    """The lines of the new happenings, what the others cost more or less, and how the layers
    differ."""

    lines: tuple[Line, ...]
    later: tuple[Line, ...]
    uses: tuple[Use, ...]


def is_needed(session: Session, row: PoolRow, happenings: Sequence[Happening]) -> bool:
    """Whether something after that day would have cost otherwise. Pieces that came between others
    that came change nothing, unless some had left before there were any; nor do pieces that went
    between others that went, as long as there were enough of them."""
    found = session.execute(_LATER, {"pool": row.id, "day": happenings[0].day}).all()
    later = {one.kind for one in found}
    kinds = {one.kind for one in happenings if not one.gone_as}
    if not kinds:
        return False
    then = row.quantity - sum((one.quantity for one in found), ZERO)
    now = row.quantity + sum((one.quantity for one in happenings), ZERO)
    if min(row.quantity, then, now) < 0:
        return bool(later)
    if kinds <= {"in"} or kinds <= {"adjust"}:
        return not later <= {"in"}
    return not (kinds <= {"out"} and later <= {"out"})


def replay(
    session: Session, row: PoolRow, happenings: Sequence[Happening], unit: Decimal
) -> Replayed:
    """Run the pool's story again, with the new happenings, which are written already."""
    start = session.execute(_START, {"pool": row.id, "day": happenings[0].day}).first()
    at = {"pool": row.id, "day": start.day if start else _BEGINNING, "id": start.id if start else 0}
    story = session.execute(_STORY, at).all()
    pool = _begin(session, row, at, unit)
    for event in story:
        apply(pool, _happening(event))
    lines, _ = pool.take_notes()
    new = {one.id for one in happenings}
    return Replayed(
        tuple(line for line in lines if line.event_id in new),
        _differences(session, [line for line in lines if line.event_id not in new], story, new),
        _layer_changes(pool, story, happenings[0].id),
    )


def day_of_revaluation(session: Session, row: PoolRow) -> date:
    """The day of the last happening, after which nothing was worked out yet; where that is
    closed, today."""
    last = row.last_day or today(session)
    try:
        require_open(session, last)
    except AppError:
        return max(today(session), last)
    return last


def _begin(session: Session, row: PoolRow, at: dict[str, Any], unit: Decimal) -> Pool:
    """The empty pool from which the story begins, with the method and price of that time."""
    terms = session.execute(_TERMS, at).all()
    method, standard = row.method, row.standard
    methods = [one for one in terms if one.kind == "method"]
    prices = [one for one in terms if one.kind == "price" or one.method == "standard"]
    if methods:
        before = [one for one in methods if one.before]
        method = before[-1].method if before else methods[0].role
    if prices:
        before = [one for one in prices if one.before]
        standard = before[-1].amount if before else prices[0].amount
    last = session.execute(_LAST, at).first()
    cost = per_unit(last.value, last.quantity) if last else standard
    return Pool(method, unit, standard, last_cost=cost)


def _happening(event: Row[Any]) -> Happening:
    return Happening(
        event.id,
        event.day,
        event.kind,
        event.quantity,
        event.amount,
        event.role,
        event.layer_id,
        event.method,
        event.gone_as,
    )


def _differences(
    session: Session, lines: Sequence[Line], story: Sequence[Row[Any]], new: set[int]
) -> tuple[Line, ...]:
    """What the happenings that were posted would have done otherwise, by role."""
    known = [event.id for event in story if event.id not in new]
    posted: dict[tuple[int | None, Role], Decimal] = {
        (row.cost_event_id, row.role): row.amount
        for row in session.execute(_POSTED, {"events": known})
    }
    wanted = sums_by_role(lines)
    differing = []
    for event_id, role in sorted(set(posted) | set(wanted), key=lambda key: (key[0] or 0, key[1])):
        change = wanted.get((event_id, role), ZERO) - posted.get((event_id, role), ZERO)
        if change:
            differing.append(Line(event_id, role, change))
    return tuple(differing)


def _layer_changes(pool: Pool, story: Sequence[Row[Any]], by_id: int) -> tuple[Use, ...]:
    """What has to be given to the layers as they are, and taken from them."""
    wanted = {layer.id: (layer.quantity, layer.value) for layer in pool.layers}
    uses = []
    for event in story:
        quantity, value = wanted.get(event.id, (ZERO, ZERO))
        change = Use(event.id, by_id, quantity - event.left_quantity, value - event.left_value)
        if change.quantity or change.value:
            uses.append(change)
    return tuple(uses)
