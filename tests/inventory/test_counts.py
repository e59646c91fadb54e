"""A store is counted while its goods go on moving: what differs is posted, above a limit only once
somebody approved it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from addons.inventory.models import StockCount
from addons.inventory.options import OperationOptions
from addons.inventory.services.counts.counting import (
    count_goods,
    count_line,
    count_rest_as_none,
    start,
)
from addons.inventory.services.counts.plans import call_for_counts, create_count, create_plan
from addons.inventory.services.counts.posting import approve, cancel_count, count_again, submit
from core.addons.options import set_options
from core.api import Conflict, InvalidInput, today
from tests.inventory.operations import (
    expect,
    make_product,
    move,
    place,
    promised,
    receive,
    there,
    transfers,
)


def _count_of(session: Session, **more: object) -> StockCount:
    count = create_count(session, {"location_id": place(session, "WH/Stock"), **more})
    start(session, count)
    return count


def _line(count: StockCount, product: int) -> int:
    return next(line.id for line in count.lines if line.product_id == product)


def test_what_moves_before_and_after_is_no_difference(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    count = _count_of(session)
    receive(session, tea, "5")
    count_line(session, count, _line(count, tea), Decimal(14))
    expect(session, "delivery", 51, (tea, "4"))
    move(session, "delivery", 51, (1, "4"))
    count_rest_as_none(session, count)
    submit(session, count)
    assert (count.state, there(session, tea)) == ("done", 10)
    assert count.number is not None
    assert count.number.startswith("CNT/")


def test_what_is_found_is_added_and_what_is_missing_is_no_longer_promised(
    session: Session,
) -> None:
    tea, jam = make_product(session), make_product(session, "Jam")
    receive(session, tea, "10")
    receive(session, jam, "1")
    move_all = (jam, "1")
    expect(session, "delivery", 52, move_all)
    expect(session, "delivery", 53, (tea, "8"))
    count = _count_of(session)
    stock = place(session, "WH/Stock")
    count_goods(session, count, jam, Decimal(3), location_id=stock)
    count_goods(session, count, tea, Decimal(2), location_id=stock)
    count_goods(session, count, tea, Decimal(1), location_id=stock, add=True)
    count_rest_as_none(session, count)
    submit(session, count)
    assert (there(session, tea), there(session, jam)) == (3, 3)
    assert promised(session, tea) == 3
    assert transfers(session, 53)[0].state == "waiting"


def test_large_differences_wait_for_approval_and_can_be_counted_again(session: Session) -> None:
    set_options(session, OperationOptions, count_limit=Decimal(20))
    tea = make_product(session)
    receive(session, tea, "10", price="10")
    count = _count_of(session)
    count_line(session, count, _line(count, tea), Decimal(5))
    with pytest.raises(Conflict):
        submit(session, count) if len(count.lines) > 1 else approve(session, count)
    count_rest_as_none(session, count)
    submit(session, count)
    assert (count.state, there(session, tea)) == ("review", 10)
    assert count.difference_value >= 50
    assert count_again(session, count) >= 1
    count_line(session, count, _line(count, tea), Decimal(6))
    count_rest_as_none(session, count)
    submit(session, count)
    approve(session, count)
    assert (count.state, there(session, tea)) == ("done", 6)
    with pytest.raises(Conflict):
        cancel_count(session, count)


def test_a_count_that_says_so_keeps_goods_where_they_are(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 54, (tea, "4"))
    count = _count_of(session, frozen=True)
    with pytest.raises(Conflict, match="counted"):
        move(session, "delivery", 54, (1, "4"))
    cancel_count(session, count)
    move(session, "delivery", 54, (1, "4"))
    assert there(session, tea) == 6


@pytest.mark.parametrize("counted", ["-1", "NaN", "1000000000000"])
def test_what_cannot_be_counted_is_refused(session: Session, counted: str) -> None:
    tea = make_product(session)
    receive(session, tea, "1")
    count = _count_of(session)
    with pytest.raises(InvalidInput) as refused:
        count_line(session, count, _line(count, tea), Decimal(counted))
    assert refused.value.problems[0].field == "counted"


def test_a_plan_calls_for_a_count_once_and_again_when_it_was_done(session: Session) -> None:
    stock = place(session, "WH/Stock")
    plan = create_plan(
        session, {"name": "Weekly", "location_id": stock, "every_days": 7, "blind": True}
    )
    assert (call_for_counts(session), call_for_counts(session)) == (1, 0)
    assert plan.next_on == today(session) + timedelta(days=7)
    plan.next_on = today(session)
    session.flush()
    assert call_for_counts(session) == 0
    count = session.query(StockCount).filter_by(plan_id=plan.id).one()
    assert count.blind
    cancel_count(session, count)
    assert call_for_counts(session) == 1
