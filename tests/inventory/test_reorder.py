"""Goods run low: a rule says how many to get, purchases hear of it once, and what was asked for
counts as coming until an order takes it up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.inventory.services.places import create_warehouse
from addons.inventory.services.reorder.asking import ask_by_themselves, ask_for, dismiss
from addons.inventory.services.reorder.forecasting import flows, suggestions, usual_levels
from addons.inventory.services.reorder.quantities import to_order
from addons.inventory.services.reorder.rules import create_rule
from core.api import Conflict, InvalidInput
from core.events.log import write_waiting
from tests.inventory.operations import (
    DAY,
    expect,
    make_product,
    receive,
    transfers,
    warehouse_of,
)


def _rule(session: Session, product: int, **more: Any) -> int:
    values = {
        "product_id": product,
        "warehouse_id": warehouse_of(session).id,
        "minimum": Decimal(10),
        "maximum": Decimal(30),
        "multiple": Decimal(12),
        "lead_days": 5,
        **more,
    }
    return create_rule(session, values).id


def _told(session: Session) -> int:
    write_waiting(session)
    return (
        session.scalar(
            text("SELECT count(*) FROM core.event_log WHERE name = 'inventory.ReplenishmentWanted'")
        )
        or 0
    )


def test_a_rule_orders_up_to_its_maximum_in_whole_multiples(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "12")
    rule = _rule(session, tea)
    assert suggestions(session, rule) == []
    expect(session, "delivery", 61, (tea, "5"), day=DAY)
    (found,) = suggestions(session, rule)
    assert (found.forecast, found.quantity) == (7, 24)
    before = _told(session)
    asked = ask_for(session, rule)
    assert _told(session) == before + 1
    assert suggestions(session, rule) == []
    with pytest.raises(Conflict):
        ask_for(session, rule)
    expect(session, "receipt", 62, (tea, "24", "1"), warehouse=found.warehouse_id)
    session.refresh(asked)
    assert (asked.state, asked.remaining) == ("done", 0)
    assert suggestions(session, rule) == []


def test_what_is_dismissed_is_suggested_again(session: Session) -> None:
    tea = make_product(session)
    rule = _rule(session, tea, automatic=True)
    assert ask_by_themselves(session) == 1
    assert ask_by_themselves(session) == 0
    asked = session.execute(
        text("SELECT id FROM inventory.replenishment WHERE product_id = :one"), {"one": tea}
    ).scalar_one()
    from addons.inventory.models import Replenishment

    dismiss(session, session.get_one(Replenishment, asked))
    assert len(suggestions(session, rule)) == 1


def test_another_warehouse_sends_what_is_missing(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "100")
    shop = create_warehouse(session, {"code": "SHOP", "name": "Shop"})
    rule = _rule(
        session,
        tea,
        warehouse_id=shop.id,
        source="warehouse",
        from_warehouse_id=warehouse_of(session).id,
    )
    ask_for(session, rule)
    assert [one.kind for one in transfers(session)[-2:]] == ["send", "arrive"]
    assert suggestions(session, rule) == []


def test_a_forecast_goes_day_by_day(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 63, (tea, "8"))
    expect(session, "receipt", 64, (tea, "20", "1"))
    balances = [one.balance for one in flows(session, tea, None, Decimal(10))]
    assert balances == [2, 22]
    assert usual_levels(session, tea, None, 7) == (0, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("maximum", Decimal(5)),
        ("multiple", Decimal(0)),
        ("minimum", Decimal(-1)),
        ("lead_days", -1),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(session: Session, field: str, value: Any) -> None:
    tea = make_product(session)
    with pytest.raises(InvalidInput) as refused:
        _rule(session, tea, **{field: value})
    assert refused.value.problems[0].field == field


AMOUNTS = st.integers(0, 500).map(Decimal)


@given(st.integers(-500, 500).map(Decimal), AMOUNTS, AMOUNTS, st.integers(1, 50).map(Decimal))
@settings(max_examples=100, deadline=None)
def test_an_order_reaches_the_maximum_and_no_multiple_more(
    forecast: Decimal, minimum: Decimal, more: Decimal, multiple: Decimal
) -> None:
    maximum = minimum + more
    quantity = to_order(forecast, minimum=minimum, maximum=maximum, multiple=multiple)
    if forecast >= minimum:
        assert quantity == 0
    else:
        assert quantity % multiple == 0
        assert forecast + quantity >= maximum
        assert forecast + quantity - multiple < maximum
