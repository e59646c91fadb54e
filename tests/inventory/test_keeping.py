"""What documents of other addons are told and can ask: goods that crossed the border with their
value, what is there and coming, and a clear no where a day is closed or goods are promised."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.locks import move_lock
from addons.catalog.api import stock
from addons.inventory.models import StockRule
from addons.inventory.options import OperationOptions
from addons.inventory.services.reservations.reserving import reserve_waiting
from addons.inventory.services.transfers.acts import release_transfer, reserve_transfer
from core.addons.options import set_options
from core.api import AppError, Conflict
from core.events.log import write_waiting
from tests.inventory.operations import (
    DAY,
    expect,
    make_product,
    move,
    promised,
    receive,
    there,
    transfers,
)


def test_documents_are_told_what_crossed_the_border(session: Session) -> None:
    tea = make_product(session)
    expect(session, "receipt", 81, (tea, "10", "2.50"))
    move(session, "receipt", 81, (1, "4"))
    write_waiting(session)
    told = session.execute(
        text(
            "SELECT payload FROM core.event_log WHERE name = 'inventory.GoodsMoved'"
            " ORDER BY id DESC LIMIT 1"
        )
    ).scalar_one()
    assert (told["way"], told["source_type"], told["source_id"]) == (
        "receipt",
        "shop.purchase",
        81,
    )
    (line,) = told["lines"]
    assert (line["line_id"], Decimal(line["quantity"]), Decimal(line["value"])) == (1, 4, 10)


def test_what_there_is_and_what_is_coming_is_known(session: Session) -> None:
    keeping = stock(session)
    assert keeping is not None
    tea = make_product(session)
    receive(session, tea, "10", price="3")
    expect(session, "delivery", 82, (tea, "4"))
    expect(session, "receipt", 83, (tea, "20", "3"))
    known = keeping.available(session, [tea], None)[tea]
    assert (known.on_hand, known.reserved, known.free, known.incoming) == (10, 4, 6, 20)
    assert keeping.unit_costs(session, [tea])[tea] == 3
    assert [one.title for one in keeping.warehouses(session)] == ["WH Main warehouse"]


def test_what_comes_in_goes_to_the_oldest_demand(session: Session) -> None:
    tea = make_product(session)
    expect(session, "delivery", 84, (tea, "6"), day=date(2026, 3, 20))
    expect(session, "delivery", 85, (tea, "6"), day=date(2026, 3, 10))
    receive(session, tea, "8")
    assert [transfers(session, one)[0].state for one in (84, 85)] == ["waiting", "ready"]
    receive(session, tea, "4")
    assert [transfers(session, one)[0].state for one in (84, 85)] == ["ready", "ready"]


def test_promises_are_taken_back_and_given_by_hand_or_by_date(session: Session) -> None:
    set_options(session, OperationOptions, reserve="by_hand")
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 86, (tea, "6"))
    (delivery,) = transfers(session, 86)
    assert (delivery.state, promised(session, tea)) == ("waiting", 0)
    reserve_transfer(session, delivery.id)
    assert promised(session, tea) == 6
    release_transfer(session, delivery.id)
    assert promised(session, tea) == 0
    reserve_waiting(session, DAY, until=date(2026, 3, 13))
    assert promised(session, tea) == 0
    reserve_waiting(session, DAY, until=DAY)
    assert promised(session, tea) == 6


def test_nobody_takes_what_others_were_promised_unless_stock_may_run_short(
    session: Session,
) -> None:
    tea = make_product(session)
    receive(session, tea, "5")
    expect(session, "delivery", 87, (tea, "5"), day=date(2026, 3, 20))
    expect(session, "delivery", 88, (tea, "3"))
    with pytest.raises(Conflict, match="missing"):
        move(session, "delivery", 88, (1, "3"))
    session.add(StockRule(product_id=tea, negative="allow"))
    session.flush()
    move(session, "delivery", 88, (1, "3"))
    assert (there(session, tea), promised(session, tea)) == (2, 2)
    assert transfers(session, 87)[0].state == "waiting"
    move(session, "delivery", 87, (1, "5"))
    assert (there(session, tea), promised(session, tea)) == (-3, 0)


def test_nothing_moves_on_a_day_that_is_closed(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "5")
    expect(session, "delivery", 89, (tea, "5"))
    move_lock(session, "everything", date(2026, 3, 31), "Quarter closed")
    with pytest.raises(AppError, match="locked"):
        move(session, "delivery", 89, (1, "5"))
