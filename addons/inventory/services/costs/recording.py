"""What happens to pools of costs, worked out and written: at once, or, where it is backdated, with
what it changes of later costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.orm import Session

from addons.inventory.models import CostPool
from addons.inventory.services.costs.applying import apply
from addons.inventory.services.costs.money import ZERO
from addons.inventory.services.costs.pool import Happening, Line, Pool, Use
from addons.inventory.services.costs.pools import (
    ALL,
    PoolRow,
    read_pools,
    read_returned,
)
from addons.inventory.services.costs.replaying import (
    Replayed,
    day_of_revaluation,
    is_needed,
    replay,
)
from addons.inventory.services.costs.values import Draft, Header
from addons.inventory.services.costs.writing import open_valuation, write_happenings, write_values
from core.api import phrase


@dataclass(frozen=True, slots=True)
class Recorded:
    """The valuation, the happenings in the order of their drafts, and their lines."""

    valuation_id: int
    event_ids: tuple[int, ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Written:
    """Lines and uses by pool, of the happenings themselves and of the costs that they changed."""

    lines: list[tuple[PoolRow, Line]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    later: dict[date, list[tuple[PoolRow, Line]]] = field(default_factory=dict)


def record(
    session: Session,
    header: Header,
    drafts: Sequence[Draft],
    unit: Decimal,
    *,
    valuation_id: int | None = None,
    units: Mapping[int, str] | None = None,
    beside: Sequence[tuple[PoolRow, Line]] = (),
) -> Recorded:
    """Write happenings of locked pools on the header's day, and tell what became of the values.

    `valuation_id` is that of the header, where it is written already, and `units` are the stock
    units of the products, where they are known; `beside` are lines that touch no pool, and sum to
    zero. Where a pool has happenings after that day, what they would have cost differs: that is
    posted as a revaluation of its own, on the day of the last of them if that is open, today
    otherwise.
    """
    if valuation_id is None:
        valuation_id = open_valuation(session, header)
    ids = write_happenings(session, header.day, drafts, valuation_id)
    written = _Written(list(beside))
    late, now = _sort_out(session, header.day, drafts, ids)
    _apply_now(session, now, unit, written)
    for row, happenings in late.values():
        _note_replayed(session, row, replay(session, row, happenings, unit), written)
    write_values(session, header, valuation_id, written.lines, written.uses, units)
    for day, lines in sorted(written.later.items()):
        correction = Header(
            day,
            phrase("Costs after a backdated document"),
            header.number,
            header.contact_id,
            header.branch_id,
            header.source,
        )
        write_values(session, correction, open_valuation(session, correction), lines, [], units)
    return Recorded(valuation_id, tuple(ids), tuple(line for _, line in written.lines))


_ByPool = dict[int, tuple[PoolRow, list[Happening]]]


def _sort_out(
    session: Session, day: date, drafts: Sequence[Draft], ids: Sequence[int]
) -> tuple[_ByPool, _ByPool]:
    """Pools whose later costs change, and the others."""
    late: _ByPool = {}
    now: _ByPool = {}
    for draft, event_id in zip(drafts, ids, strict=True):
        happening = Happening(
            event_id,
            day,
            draft.kind,
            draft.quantity,
            draft.amount,
            draft.role,
            draft.layer_id,
            draft.method,
            draft.gone_as,
        )
        now.setdefault(draft.pool.id, (draft.pool, []))[1].append(happening)
    for pool_id, (row, happenings) in list(now.items()):
        backdated = row.last_day is not None and day < row.last_day
        if backdated and is_needed(session, row, happenings):
            late[pool_id] = now.pop(pool_id)
    return late, now


def _apply_now(session: Session, now: _ByPool, unit: Decimal, written: _Written) -> None:
    rows = {pool_id: row for pool_id, (row, _) in now.items()}
    needs = {pool_id: _need(happenings) for pool_id, (_, happenings) in now.items()}
    named = [
        one.layer_id
        for _, happenings in now.values()
        for one in happenings
        if one.layer_id is not None
    ]
    pools = read_pools(session, needs, rows, unit, named) if now else {}
    adjusted = [
        one.layer_id
        for _, happenings in now.values()
        for one in happenings
        if one.kind == "adjust" and one.role == "received" and one.layer_id is not None
    ]
    if adjusted:
        read_returned(session, pools, adjusted)
    for pool_id, (row, happenings) in sorted(now.items()):
        pool = pools[pool_id]
        for happening in happenings:
            apply(pool, happening)
        lines, uses = pool.take_notes()
        written.lines += [(row, line) for line in lines]
        written.uses += uses
        _keep_terms(session, row, pool)


def _need(happenings: Iterable[Happening]) -> Decimal:
    """How many pieces' layers are needed."""
    if any(one.kind in ("revalue", "price", "method") for one in happenings):
        return ALL
    return sum((-one.quantity for one in happenings if one.kind == "out"), ZERO)


def _keep_terms(session: Session, row: PoolRow, pool: Pool) -> None:
    if (row.method, row.standard) != (pool.method, pool.standard):
        row.method, row.standard = pool.method, pool.standard
        session.execute(
            update(CostPool)
            .where(CostPool.id == row.id)
            .values(method=pool.method, standard=pool.standard)
            .execution_options(synchronize_session=False)
        )


def _note_replayed(session: Session, row: PoolRow, replayed: Replayed, written: _Written) -> None:
    written.lines += [(row, line) for line in replayed.lines]
    written.uses += replayed.uses
    if replayed.later:
        day = day_of_revaluation(session, row)
        written.later.setdefault(day, []).extend((row, line) for line in replayed.later)
