"""What follows on a transfer: a back-order for the rest, or nothing more; and the next step, which
is promised what arrived for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.reservations.releasing import release_lines
from addons.inventory.services.reservations.reserving import (
    held_by,
    hold,
    reserve,
    settle_states,
)
from addons.inventory.services.transfers.places import Step
from addons.inventory.services.transfers.sheets import lock_sheets
from addons.inventory.services.transfers.values import ACTIVE_STATES, INCOMING, ZERO, Part, Sheet
from addons.inventory.services.transfers.writing import (
    Head,
    NewLine,
    add_lines,
    add_transfer,
    close_empty,
)
from core.api import today

_LEAD_ON: Final = text("""
WITH promises AS (
  UPDATE inventory.reservation AS promised SET line_id = new.to_id
    FROM unnest(CAST(:old AS bigint[]), CAST(:new AS bigint[])) AS new (from_id, to_id)
   WHERE promised.line_id = new.from_id)
UPDATE inventory.transfer_line AS line SET feeds_id = new.to_id
  FROM unnest(CAST(:old AS bigint[]), CAST(:new AS bigint[])) AS new (from_id, to_id),
       inventory.transfer AS transfer
 WHERE line.feeds_id = new.from_id AND transfer.id = line.transfer_id
   AND transfer.state IN ('waiting', 'ready')
""")
_HOLDERS: Final = text("""
SELECT id, transfer_id FROM inventory.transfer_line WHERE id = ANY(CAST(:ids AS bigint[]))
""")
_FEEDERS: Final = text("""
SELECT line.id, line.feeds_id, line.transfer_id
  FROM inventory.transfer_line AS line
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE line.feeds_id = ANY(CAST(:ids AS bigint[])) AND transfer.state IN ('waiting', 'ready')
""")
_CHAIN: Final = text("""
SELECT line.id, line.quantity, line.feeds_id, line.transfer_id
  FROM inventory.transfer_line AS line
  JOIN inventory.transfer AS transfer ON transfer.id = line.transfer_id
 WHERE line.id = ANY(CAST(:ids AS bigint[])) AND transfer.state IN ('waiting', 'ready')
""")
_LESS: Final = text("""
UPDATE inventory.transfer_line AS line SET quantity = line.quantity - less.quantity
  FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS numeric[])) AS less (id, quantity)
 WHERE line.id = less.id
""")
_MORE: Final = text("""
UPDATE inventory.transfer_line AS line SET quantity = line.quantity + more.quantity
  FROM unnest(CAST(:ids AS bigint[]), CAST(:quantities AS numeric[])) AS more (id, quantity)
 WHERE line.id = more.id
""")
_NONE: Final = text("""
DELETE FROM inventory.transfer_line WHERE id = ANY(CAST(:ids AS bigint[]))
""")
_UNFED: Final = text("""
UPDATE inventory.transfer_line SET feeds_id = NULL WHERE feeds_id = ANY(CAST(:ids AS bigint[]))
""")


def make_backorder(session: Session, sheet: Sheet, rest: Mapping[int, Decimal]) -> int:
    """A transfer for what is left of one that was just done, with what is promised to its lines."""
    shared = [name for name in Head.__dataclass_fields__ if hasattr(sheet, name)]
    head = Head(**{name: getattr(sheet, name) for name in shared}, backorder_of_id=sheet.id)
    made = add_transfer(session, head, Step(sheet.kind, sheet.from_id, sheet.to_id), "waiting")
    lines = [line for line in sheet.lines if line.id in rest]
    new = add_lines(
        session,
        made,
        [
            NewLine(
                line.product_id,
                rest[line.id],
                line.unit_price,
                line.source_line_id,
                line.feeds_id,
                line.returns_line_id,
                line.for_line_id,
            )
            for line in lines
        ],
    )
    session.execute(_LEAD_ON, {"old": [line.id for line in lines], "new": new})
    settle_states(session, [made])
    return made


def drop_rest(session: Session, sheet: Sheet, rest: Mapping[int, Decimal]) -> None:
    """Nothing more comes of these lines: what is promised to them is free again, and the steps
    before and after do without it."""
    release_lines(session, rest)
    later = {
        line.feeds_id: rest[line.id]
        for line in sheet.lines
        if line.id in rest and line.feeds_id is not None
    }
    _do_without(session, later, forward=True)
    feeders = session.execute(_FEEDERS, {"ids": list(rest)}).all()
    _do_without(session, {row.id: rest[row.feeds_id] for row in feeders}, forward=False)


def feed_next(session: Session, sheet: Sheet, parts: Sequence[Part]) -> None:
    """Promise what arrived to the lines of the next step."""
    fed = {line.feeds_id for line in sheet.lines if line.feeds_id is not None}
    if not fed:
        return
    owners = {row.id: row.transfer_id for row in session.execute(_HOLDERS, {"ids": list(fed)})}
    following = {one.id: one for one in lock_sheets(session, sorted(set(owners.values())))}
    lines = {line.id: line for one in following.values() for line in one.lines}
    held = held_by(session, list(fed))
    lacking = {
        one: lines[one].left - sum((h.quantity for h in held.get(one, ())), ZERO) for one in fed
    }
    if sheet.kind in INCOMING:
        lacking = _take_more(session, sheet, parts, lacking)
    rows: dict[tuple[Any, ...], Decimal] = {}
    for part in parts:
        target = part.line.feeds_id
        if target is None or following[owners[target]].state not in ACTIVE_STATES:
            continue
        quantity = min(part.quantity, lacking[target])
        if quantity > 0:
            lacking[target] -= quantity
            key = (target, part.line.product_id, part.to_id, part.lot_id)
            rows[key] = rows.get(key, ZERO) + quantity
    hold(session, [(*key, quantity) for key, quantity in rows.items()])  # type: ignore[misc]
    settle_states(session, sorted(following))


def _take_more(
    session: Session, sheet: Sheet, parts: Sequence[Part], lacking: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    """More came in than was expected: the next step moves that on as well."""
    came = {line.id: ZERO for line in sheet.lines}
    for part in parts:
        came[part.line.id] += part.quantity
    more = {
        line.feeds_id: came[line.id] - line.left
        for line in sheet.lines
        if line.feeds_id is not None and came[line.id] > line.left
    }
    if more:
        session.execute(_MORE, {"ids": list(more), "quantities": list(more.values())})
    return {line: quantity + more.get(line, ZERO) for line, quantity in lacking.items()}


def _do_without(session: Session, less: Mapping[int, Decimal], *, forward: bool) -> None:
    """Take quantities off the open lines of the steps after or before, and on from there."""
    while less:
        rows = session.execute(_CHAIN, {"ids": list(less)}).all()
        sheets = [one.id for one in lock_sheets(session, sorted({row.transfer_id for row in rows}))]
        release_lines(session, [row.id for row in rows])
        if forward:
            further = {row.feeds_id: less[row.id] for row in rows if row.feeds_id is not None}
        else:
            feeders = session.execute(_FEEDERS, {"ids": [row.id for row in rows]})
            further = {row.id: less[row.feeds_id] for row in feeders}
        part = {row.id: less[row.id] for row in rows if row.quantity > less[row.id]}
        gone = [row.id for row in rows if row.quantity <= less[row.id]]
        session.execute(_LESS, {"ids": list(part), "quantities": list(part.values())})
        if gone:
            session.execute(_UNFED, {"ids": gone})
            session.execute(_NONE, {"ids": gone})
        close_empty(session, sheets)
        _promise_again(session, sheets)
        less = further


def _promise_again(session: Session, transfer_ids: Sequence[int]) -> None:
    for sheet in lock_sheets(session, transfer_ids):
        if sheet.state in ACTIVE_STATES:
            reserve(session, sheet, today(session))
