"""Ends a count: differences are approved above a limit, counted again, or posted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.catalog.api import require_open
from addons.inventory.models import CountLine, StockCount
from addons.inventory.options import OperationOptions
from addons.inventory.services.counts.counting import differences, worth
from addons.inventory.services.ledger.places import outside
from addons.inventory.services.ledger.posting import post_moves
from addons.inventory.services.ledger.values import MoveDraft, Source
from addons.inventory.services.reservations.choosing import Pile
from addons.inventory.services.reservations.piles import lock_goods
from addons.inventory.services.reservations.releasing import take_from_others
from core.api import Conflict, actor, options, phrase, take_number, today, utc_now

_OVER_PROMISED: Final = text("""
SELECT product_id, location_id, lot_id, reserved - greatest(quantity, 0) AS too_much
  FROM inventory.on_hand
 WHERE product_id = ANY(CAST(:products AS bigint[])) AND reserved > greatest(quantity, 0)
 ORDER BY product_id, location_id, lot_id
""")


def submit(session: Session, count: StockCount) -> None:
    """End counting. Differences that are worth more than the limit wait for somebody who may
    approve them; others are posted at once. Raises Conflict while lines are not counted."""
    _require_all_counted(session, count)
    found = differences(session, count)
    count.difference_value = worth(session, found)
    limit = options(session, OperationOptions).count_limit
    if count.difference_value > limit:
        count.state = "review"
        session.flush()
        return
    _post(session, count, found)


def approve(session: Session, count: StockCount) -> None:
    """Accept the differences of a count and post them."""
    if count.state != "review":
        raise Conflict(phrase("This count waits for nobody's approval."))
    count.approved_by = actor(session).name
    _post(session, count, differences(session, count))


def count_again(session: Session, count: StockCount) -> int:
    """Have all that differs counted again; returns how many lines that are."""
    if count.state not in ("counting", "review"):
        raise Conflict(phrase("This count is not open for counting."))
    lines = differences(session, count)
    for line in lines:
        line.expected = line.counted = line.counted_at = None
        line.recount = True
    count.state = "counting"
    session.flush()
    return len(lines)


def cancel_count(session: Session, count: StockCount) -> None:
    """Give a count up; nothing of it is posted."""
    if count.state not in ("draft", "counting", "review"):
        raise Conflict(
            phrase("This count was posted or cancelled already."),
            fix=phrase("What was posted is put right by another count."),
        )
    count.state = "cancelled"
    session.flush()


def _require_all_counted(session: Session, count: StockCount) -> None:
    if count.state != "counting":
        raise Conflict(phrase("This count is not open for counting."))
    left = session.scalar(
        select(func.count()).where(CountLine.count_id == count.id, CountLine.counted.is_(None))
    )
    if left:
        raise Conflict(
            phrase("{left} lines are not counted yet.", left=left),
            fix=phrase("Count them, or say that nothing is there of the rest."),
        )


def _post(session: Session, count: StockCount, lines: list[CountLine]) -> None:
    """Bring the stock to what was counted, by moves from and to the place for differences."""
    day = min(count.day, today(session))
    require_open(session, day)
    products = {line.product_id for line in lines}
    lock_goods(session, products)
    pattern = options(session, OperationOptions).count_number
    number = take_number(session, "inventory.count_number", pattern, day)
    count.number, count.state = number, "done"
    if lines:
        loss = outside(session, "loss")
        post_moves(
            session,
            [_draft(line, loss) for line in lines],
            day=day,
            number=number,
            reason="count",
            source=Source("inventory.count", count.id),
        )
        _keep_promises_true(session, products)
    session.flush()


def _draft(line: CountLine, loss: int) -> MoveDraft:
    assert line.counted is not None
    assert line.expected is not None
    more = line.counted - line.expected
    start, goal = (loss, line.location_id) if more > 0 else (line.location_id, loss)
    return MoveDraft(
        line.product_id,
        start,
        goal,
        abs(more),
        line.lot_id,
        source_line_id=line.id,
        role="adjustment",
    )


def _keep_promises_true(session: Session, products: set[int]) -> None:
    """Goods that are not there cannot be promised: the youngest demand goes without."""
    rows = session.execute(_OVER_PROMISED, {"products": sorted(products)}).all()
    for row in rows:
        pile = Pile(row.product_id, row.location_id, row.lot_id, row.too_much, utc_now())
        take_from_others(session, pile, row.too_much, 0)
