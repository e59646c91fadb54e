"""A storekeeper receives, picks, packs and ships: in as many steps as the warehouse has, partly,
with back-orders, and never twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from core.api import Conflict, InvalidInput
from tests.inventory.operations import (
    do,
    expect,
    make_product,
    move,
    promised,
    receive,
    there,
    transfers,
    warehouse_of,
)


def test_goods_are_received_and_delivered_in_one_step(session: Session) -> None:
    tea = make_product(session)
    expect(session, "receipt", 1, (tea, "10", "5"))
    (receipt,) = transfers(session, 1)
    assert (receipt.kind, receipt.state, receipt.number) == ("receipt", "ready", None)
    number = do(session, receipt)
    assert number.startswith("IN/2026/")
    assert there(session, tea) == 10
    expect(session, "delivery", 2, (tea, "4"))
    (delivery,) = transfers(session, 2)
    assert (delivery.state, promised(session, tea)) == ("ready", 4)
    move(session, "delivery", 2, (1, "4"))
    assert (there(session, tea), promised(session, tea)) == (6, 0)
    assert transfers(session, 2)[0].state == "done"
