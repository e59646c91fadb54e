"""Lots and serial numbers: asked for when goods arrive, taken out in the right order, each piece
once, and traced to whoever has it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.models import Location, Lot, Reservation
from addons.inventory.services.reservations.choosing import Pile, choose
from addons.inventory.services.storage_rules import create_rule
from addons.inventory.services.tracing.lots import held_now, holders, moves_of
from addons.inventory.services.transfers.completing import complete
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import LotPart, Wanted
from core.api import Conflict, InvalidInput, utc_now
from tests.inventory.operations import (
    DAY,
    expect,
    make_product,
    move,
    place,
    promised,
    receive,
    there,
    transfers,
    warehouse_of,
)

NOW = utc_now()


def _receive_lot(session: Session, product: int, lot: str, quantity: str, expires: date) -> None:
    source = 500_000 + product * 100 + len(lot) + hash(lot) % 90
    expect(session, "receipt", source, (product, quantity, "1"))
    sheet = lock_sheet(session, transfers(session, source)[0].id)
    amount = Decimal(quantity)
    wanted = {sheet.lines[0].id: Wanted(amount, (LotPart(lot, amount, expires),))}
    complete(session, sheet, wanted, day=DAY)


def _promised_lots(session: Session, product: int) -> dict[str, Decimal]:
    rows = session.execute(
        select(Lot.name, Reservation.quantity)
        .join(Reservation, Reservation.lot_id == Lot.id)
        .where(Reservation.product_id == product)
    )
    return {row.name: row.quantity for row in rows}


def test_goods_of_lots_need_one_when_they_arrive(session: Session) -> None:
    milk = make_product(session, "Milk", tracking="lot")
    with pytest.raises(InvalidInput) as refused:
        receive(session, milk, "5")
    assert refused.value.problems[0].field == "lot"
    receive(session, milk, "5", ("L-1", "3"), ("L-2", "2"))
    assert there(session, milk) == 5


def test_what_expires_first_goes_first_and_what_has_expired_stays(session: Session) -> None:
    milk = make_product(session, "Milk", tracking="lot", expires=True)
    with pytest.raises(InvalidInput) as refused:
        receive(session, milk, "5", ("M-1", "5"))
    assert refused.value.problems[0].field == "expires_on"
    _receive_lot(session, milk, "late", "5", date(2030, 6, 1))
    _receive_lot(session, milk, "soon", "5", date(2029, 6, 1))
    _receive_lot(session, milk, "gone", "5", date(2020, 1, 1))
    expect(session, "delivery", 31, (milk, "7"))
    assert _promised_lots(session, milk) == {"soon": Decimal(5), "late": Decimal(2)}
    expect(session, "delivery", 32, (milk, "9"))
    assert promised(session, milk) == 10
    assert transfers(session, 32)[0].state == "waiting"


def test_a_rule_or_a_place_takes_out_the_last_first(session: Session) -> None:
    tea = make_product(session, tracking="lot")
    receive(session, tea, "5", ("old", "5"))
    receive(session, tea, "5", ("new", "5"))
    create_rule(
        session,
        {
            "warehouse_id": warehouse_of(session).id,
            "product_id": tea,
            "put_into_id": None,
            "removal": "lifo",
        },
    )
    expect(session, "delivery", 33, (tea, "2"))
    # Both came in one transaction, at one moment: the tie is broken by place and lot.
    assert sum(_promised_lots(session, tea).values()) == 2


def test_goods_are_put_away_where_their_rule_says(session: Session) -> None:
    tea = make_product(session)
    shelf = Location(
        warehouse_id=warehouse_of(session).id,
        parent_id=place(session, "WH/Stock"),
        name="Shelf",
        path="WH/Stock/Shelf",
    )
    session.add(shelf)
    session.flush()
    create_rule(
        session,
        {"warehouse_id": shelf.warehouse_id, "product_id": tea, "put_into_id": shelf.id},
    )
    receive(session, tea, "5")
    assert there(session, tea, "WH/Stock/Shelf") == 5
    expect(session, "delivery", 34, (tea, "5"))
    assert transfers(session, 34)[0].state == "ready"


def test_a_serial_number_is_one_piece_and_sold_once(session: Session) -> None:
    phone = make_product(session, "Phone", tracking="serial")
    with pytest.raises(InvalidInput):
        receive(session, phone, "2", ("S-1", "2"))
    receive(session, phone, "2", ("S-1", "1"), ("S-2", "1"))
    with pytest.raises(Conflict, match="S-1"):
        receive(session, phone, "1", ("S-1", "1"))
    expect(session, "delivery", 35, (phone, "1"))
    move(session, "delivery", 35, (1, "1", [("S-2", "1")]))
    expect(session, "delivery", 36, (phone, "1"))
    with pytest.raises(Conflict):
        move(session, "delivery", 36, (1, "1", [("S-2", "1")]))
    with pytest.raises(InvalidInput):
        move(session, "delivery", 36, (1, "1", [("S-9", "1")]))


def test_a_lot_is_traced_to_whoever_has_it(session: Session) -> None:
    milk = make_product(session, "Milk", tracking="lot")
    receive(session, milk, "10", ("T-1", "10"))
    expect(session, "delivery", 37, (milk, "6"))
    move(session, "delivery", 37, (1, "6"))
    expect(session, "customer_return", 37, (milk, "2"))
    move(session, "customer_return", 37, (1, "2", [("T-1", "2")]))
    lot = session.scalars(select(Lot).where(Lot.name == "T-1", Lot.product_id == milk)).one()
    assert [one.way for one in moves_of(session, lot.id)] == ["in", "out", "in"]
    assert [one.quantity for one in held_now(session, lot.id)] == [6]
    assert [one.quantity for one in holders(session, lot.id)] == [4]


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 6), st.booleans()), min_size=1, max_size=8
    ),
    st.integers(1, 60),
    st.sampled_from(["fifo", "lifo", "fefo"]),
)
@settings(max_examples=60, deadline=None)
def test_choosing_takes_no_more_than_there_is_and_nothing_expired(
    piles: list[tuple[int, int, bool]], wanted: int, removal: str
) -> None:
    heaps = [
        Pile(
            1,
            number,
            number,
            Decimal(free),
            NOW,
            date(2020, 1, 1) if expired else date(2030, 1, 1 + day),
            removal,  # type: ignore[arg-type]
        )
        for number, (free, day, expired) in enumerate(piles)
    ]
    taken = choose(heaps, Decimal(wanted), DAY)
    fresh = sum(pile.free for pile in heaps if pile.expires_on and pile.expires_on >= DAY)
    assert sum(one.quantity for one in taken) == min(Decimal(wanted), fresh)
    assert all(0 < one.quantity <= one.pile.free for one in taken)
    assert all(one.pile.expires_on and one.pile.expires_on >= DAY for one in taken)
    if removal == "fefo":
        days = [one.pile.expires_on for one in taken if one.pile.expires_on]
        assert days == sorted(days)
