"""A storekeeper receives, picks, packs and ships: in as many steps as the warehouse has, partly,
with back-orders, and never twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.inventory.models import Batch
from addons.inventory.services.batches import walk, work_off
from addons.inventory.services.places import create_warehouse
from addons.inventory.services.transfers.acts import (
    cancel_transfer,
    do_transfer,
    write_off_missing,
)
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer, update_transfer
from addons.inventory.services.transfers.returning import make_return
from core.api import Conflict, InvalidInput
from tests.inventory.operations import (
    DAY,
    do,
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


def test_what_is_left_waits_in_a_back_order_and_keeps_its_promise(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 3, (tea, "8"))
    do(session, transfers(session, 3)[0], "5")
    first, rest = transfers(session, 3)
    assert (first.state, rest.state, rest.backorder_of_id) == ("done", "ready", first.id)
    assert (rest.lines[0].quantity, promised(session, tea)) == (3, 3)
    do(session, rest)
    assert (there(session, tea), promised(session, tea)) == (2, 0)


def test_without_a_back_order_the_rest_is_free_again(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 4, (tea, "8"))
    do(session, transfers(session, 4)[0], "5", backorder=False)
    assert [one.state for one in transfers(session, 4)] == ["done"]
    assert (there(session, tea), promised(session, tea)) == (5, 0)


def test_three_steps_out_hand_the_goods_on(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    warehouse_of(session, delivery_steps=3)
    expect(session, "delivery", 5, (tea, "6"))
    kinds = {one.kind: one.state for one in transfers(session, 5)}
    assert kinds == {"pick": "ready", "pack": "waiting", "delivery": "waiting"}
    do(session, transfers(session, 5, "pick")[0], "4")
    (pack,) = transfers(session, 5, "pack")
    assert (there(session, tea, "WH/Packing"), pack.state) == (4, "waiting")
    do(session, transfers(session, 5, "pick")[1])
    assert transfers(session, 5, "pack")[0].state == "ready"
    do(session, transfers(session, 5, "pack")[0])
    do(session, transfers(session, 5, "delivery")[0])
    assert (there(session, tea), promised(session, tea)) == (4, 0)
    assert {one.state for one in transfers(session, 5)} == {"done"}


def test_a_document_takes_all_steps_at_once_also_when_some_were_taken(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    warehouse_of(session, delivery_steps=2)
    expect(session, "delivery", 6, (tea, "6"))
    do(session, transfers(session, 6, "pick")[0], "2")
    move(session, "delivery", 6, (1, "5"))
    assert there(session, tea) == 5
    open_ones = [one for one in transfers(session, 6) if one.state != "done"]
    assert {(one.kind, one.lines[0].quantity) for one in open_ones} == {
        ("pick", Decimal(1)),
        ("delivery", Decimal(1)),
    }
    move(session, "delivery", 6, (1, "1"))
    assert (there(session, tea), promised(session, tea)) == (4, 0)


def test_three_steps_in_go_by_the_quality_check(session: Session) -> None:
    tea = make_product(session)
    warehouse_of(session, receipt_steps=3)
    expect(session, "receipt", 7, (tea, "6", "2"))
    do(session, transfers(session, 7, "receipt")[0])
    assert there(session, tea, "WH/Arrival") == 6
    assert there(session, tea) == 0
    do(session, transfers(session, 7, "check")[0])
    do(session, transfers(session, 7, "store")[0])
    assert (there(session, tea), promised(session, tea)) == (6, 0)
    expect(session, "receipt", 8, (tea, "4", "2"))
    move(session, "receipt", 8, (1, "4"))
    assert there(session, tea) == 10


def test_a_movement_said_twice_moves_once(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 9, (tea, "8"))
    move(session, "delivery", 9, (1, "3"), key="scan-1")
    move(session, "delivery", 9, (1, "3"), key="scan-1")
    assert there(session, tea) == 7
    with pytest.raises(Conflict):
        move(session, "delivery", 9, (1, "6"))


def test_more_is_received_only_within_the_tolerance(session: Session) -> None:
    tea = make_product(session)
    expect(session, "receipt", 10, (tea, "100", "1"), tolerance="5")
    with pytest.raises(Conflict, match="106"):
        move(session, "receipt", 10, (1, "106"))
    move(session, "receipt", 10, (1, "105"))
    assert there(session, tea) == 105


def test_expecting_again_changes_what_has_not_moved(session: Session) -> None:
    tea, jam = make_product(session), make_product(session, "Jam")
    receive(session, tea, "10")
    receive(session, jam, "10")
    expect(session, "delivery", 11, (tea, "8"), (jam, "2"))
    move(session, "delivery", 11, (1, "3"))
    expect(session, "delivery", 11, (tea, "4"), (jam, "0"))
    (waiting,) = [one for one in transfers(session, 11) if one.state != "done"]
    assert [(line.product_id, line.quantity) for line in waiting.lines] == [(tea, Decimal(1))]
    assert (promised(session, tea), promised(session, jam)) == (1, 0)
    with pytest.raises(Conflict):
        expect(session, "delivery", 11, (tea, "2"))
    expect(session, "delivery", 11, (tea, "3"), (jam, "0"))
    assert {one.state for one in transfers(session, 11)} == {"done", "cancelled"}


def test_what_was_delivered_is_returned_and_not_cancelled(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 12, (tea, "4"))
    move(session, "delivery", 12, (1, "4"))
    (delivery,) = transfers(session, 12)
    with pytest.raises(Conflict):
        cancel_transfer(session, delivery.id)
    back = make_return(session, delivery.id, {delivery.lines[0].id: Decimal(3)})
    with pytest.raises(Conflict):
        make_return(session, delivery.id, {delivery.lines[0].id: Decimal(2)})
    confirm(session, back)
    do_transfer(session, back, day=DAY)
    assert there(session, tea) == 9


def test_a_document_cannot_bring_back_more_than_it_delivered(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    expect(session, "delivery", 13, (tea, "4"))
    move(session, "delivery", 13, (1, "2"))
    expect(session, "customer_return", 13, (tea, "3"))
    with pytest.raises(Conflict):
        move(session, "customer_return", 13, (1, "3"))
    move(session, "customer_return", 13, (1, "2"))
    assert there(session, tea) == 10


def test_goods_for_another_warehouse_are_on_the_way_until_they_arrive(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    create_warehouse(session, {"code": "VAN", "name": "Van of Karim"})
    draft = create_transfer(
        session,
        {
            "kind": "internal",
            "to_location_id": place(session, "VAN/Stock"),
            "lines": ({"product_id": tea, "quantity": Decimal(6)},),
        },
    )
    confirm(session, draft.id)
    send, arrive = transfers(session)[-2:]
    assert [(send.kind, send.state), (arrive.kind, arrive.state)] == [
        ("send", "ready"),
        ("arrive", "waiting"),
    ]
    do(session, send)
    assert (there(session, tea), there(session, tea, "On the way")) == (4, 6)
    do(session, arrive, "5")
    assert there(session, tea, "VAN/Stock") == 5
    assert there(session, tea, "On the way") == 1
    assert transfers(session)[-1].backorder_of_id == arrive.id


def test_scrap_needs_a_reason_and_leaves_the_stock(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    lines = ({"product_id": tea, "quantity": Decimal(2)},)
    with pytest.raises(InvalidInput) as refused:
        create_transfer(session, {"kind": "scrap", "lines": lines})
    assert refused.value.problems[0].field == "reason"
    draft = create_transfer(session, {"kind": "scrap", "reason": "Wet", "lines": lines})
    confirm(session, draft.id)
    assert do_transfer(session, draft.id, day=DAY).number.startswith("SCR/")
    assert there(session, tea) == 8


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "1000000000000"])
def test_what_is_no_quantity_is_refused(session: Session, quantity: str) -> None:
    tea = make_product(session)
    with pytest.raises(InvalidInput) as refused:
        create_transfer(session, {"lines": ({"product_id": tea, "quantity": Decimal(quantity)},)})
    assert refused.value.problems[0].field in ("quantity", "to_location_id")


def test_nobody_changes_a_done_transfer_past_the_services(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    (receipt,) = [
        one for one in transfers(session, kind="receipt") if one.lines[0].product_id == tea
    ]
    receipt.state = "cancelled"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_what_is_lost_on_the_way_is_written_off(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    create_warehouse(session, {"code": "FAR", "name": "Far away"})
    lines = ({"product_id": tea, "quantity": Decimal(6)},)
    draft = create_transfer(
        session, {"to_location_id": place(session, "FAR/Stock"), "lines": lines}
    )
    confirm(session, draft.id)
    send, arrive = transfers(session)[-2:]
    do(session, send)
    do(session, arrive, "5")
    rest = transfers(session)[-1]
    assert write_off_missing(session, rest.id, "Lost").number.startswith("SCR/")
    assert there(session, tea, "On the way") == 0
    assert there(session, tea, "FAR/Stock") == 5


def test_a_batch_is_one_walk_and_what_cannot_be_done_holds_up_no_other(session: Session) -> None:
    tea = make_product(session)
    receive(session, tea, "10")
    batch = Batch(name="Morning")
    session.add(batch)
    session.flush()
    for source, quantity in ((71, "4"), (72, "5"), (73, "9")):
        expect(session, "delivery", source, (tea, quantity))
        update_transfer(session, transfers(session, source)[0], {"batch_id": batch.id})
    assert [one.quantity for one in walk(session, batch.id)] == [4, 5, 1]
    worked = work_off(session, batch)
    assert (len(worked.numbers), worked.refused, batch.state) == (2, (), "open")
    assert there(session, tea) == 1
