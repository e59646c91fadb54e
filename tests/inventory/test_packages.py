"""Parcels and pallets: what is packed is a part of what there is, a package goes where its goods
go, and one that was delivered, came back or was unpacked keeps its story."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.catalog.models import Product
from addons.inventory.models import Lot, Package, PackageStep, PackageType, Transfer
from addons.inventory.options import OperationOptions
from addons.inventory.services.packages.finding import find_package
from addons.inventory.services.packages.invariants import INVARIANTS
from addons.inventory.services.packages.kinds import create_carrier, create_kind
from addons.inventory.services.packages.moving import move_package
from addons.inventory.services.packages.packing import begin_package, pack_all
from addons.inventory.services.packages.sscc import make_sscc, read_sscc
from addons.inventory.services.packages.standing import (
    create_package,
    nest,
    unpack,
    update_package,
)
from addons.inventory.services.packages.story import follow_url
from addons.inventory.services.places import create_location
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import update_transfer
from addons.inventory.services.transfers.picks import Picked, add_pick
from addons.inventory.services.transfers.returning import make_return
from addons.inventory.services.transfers.scanning import take_scan
from addons.inventory.services.transfers.sheets import lock_sheet
from core.addons.options import set_options
from core.errors import Conflict, InvalidInput
from tests.inventory.operations import (
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


def end(session: Session) -> None:
    """What the database does when a transaction ends."""
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    session.expire_all()


@pytest.fixture(autouse=True)
def sound(session: Session):
    """After every test, packages hold what there is and what was put into them."""
    yield
    end(session)
    for invariant in INVARIANTS:
        found = invariant.check(session)
        assert found.holds, (invariant.name, found)


def shelf(session: Session, name: str) -> int:
    parent = place(session, "WH/Stock")
    return create_location(session, {"parent_id": parent, "name": name, "barcode": name}).id


def steps(session: Session, package: Package) -> list[str]:
    rows = select(PackageStep.kind).where(PackageStep.package_id == package.id)
    return list(session.scalars(rows.order_by(PackageStep.id)))


def heavy(session: Session, product: int, weight: str) -> None:
    session.execute(
        text("UPDATE catalog.product SET weight = :kg WHERE id = :id"),
        {"kg": Decimal(weight), "id": product},
    )


def test_an_sscc_is_made_and_read_as_gs1_writes_it() -> None:
    assert make_sscc("0614141", 123456789) == "006141411234567890"
    assert make_sscc("0614141", 1_000_000_000)[0] == "1"
    for written in ("006141411234567890", "(00)006141411234567890", "]C100006141411234567890"):
        assert read_sscc(written) == "006141411234567890"
    assert read_sscc("006141411234567891") is None
    with pytest.raises(Conflict, match="used up"):
        make_sscc("061414112345", 100_000)


def test_a_delivery_is_packed_shipped_and_comes_back(session: Session) -> None:
    set_options(session, OperationOptions, gs1_prefix="0614141")
    tea = make_product(session)
    heavy(session, tea, "0.5")
    receive(session, tea, "10")
    box = PackageType(name="Box", tare=Decimal("0.2"), max_weight=Decimal(3))
    session.add(box)
    expect(session, "delivery", 1, (tea, "8"))
    delivery = transfers(session, 1)[0]
    with pytest.raises(InvalidInput, match="carries 3 kg"), session.begin_nested():
        pack_all(session, delivery.id, box.id)
    parcel = begin_package(session, delivery.id, box.id)
    add_pick(session, delivery.id, tea, Picked(Decimal(5), package_id=parcel.id))
    session.refresh(parcel)
    assert (parcel.sscc, parcel.gross_weight) == (make_sscc("0614141", 1), Decimal("2.7"))
    other = begin_package(session, delivery.id)
    add_pick(session, delivery.id, tea, Picked(Decimal(2), package_id=other.id))
    add_pick(session, delivery.id, tea, Picked(Decimal(1)))
    do_transfer(session, delivery.id)
    session.expire_all()
    assert (parcel.state, parcel.location_id, parcel.items[0].quantity) == ("gone", None, 5)
    assert (other.state, other.items[0].quantity) == ("gone", 2)
    assert steps(session, parcel) == ["put_in", "shipped"]
    with pytest.raises(Conflict):
        unpack(session, parcel.id)

    back = make_return(session, delivery.id)
    confirm(session, back)
    seen = take_scan(session, back, f"(00){parcel.sscc}")
    assert "in hand" in seen.said
    with pytest.raises(Conflict, match="in hand already"):
        take_scan(session, back, parcel.number)
    do_transfer(session, back)
    session.expire_all()
    assert (parcel.state, parcel.location_id) == ("packed", place(session, "WH/Stock"))
    assert there(session, tea) == 7
    unpack(session, parcel.id)
    session.expire_all()
    assert steps(session, parcel) == ["put_in", "shipped", "returned", "taken_out", "unpacked"]
    assert (parcel.state, parcel.items) == ("unpacked", [])


def test_a_suppliers_pallet_is_received_under_its_own_number_and_moved_as_a_whole(
    session: Session,
) -> None:
    tea = make_product(session, tracking="lot")
    expect(session, "receipt", 2, (tea, "20", "3"))
    receipt = transfers(session, 2)[0]
    sku = session.scalars(select(Product.sku).where(Product.id == tea)).one()
    sscc = make_sscc("4012345", 77)
    seen = take_scan(session, receipt.id, f"00{sscc}")
    for _ in range(12):
        seen = take_scan(session, receipt.id, sku, package_id=seen.package_id)
        seen = take_scan(
            session, receipt.id, "L1", asks_lot=seen.asks_lot, package_id=seen.package_id
        )
    do_transfer(session, receipt.id)
    pallet = find_package(session, sscc)
    assert pallet is not None
    assert (pallet.state, [item.quantity for item in pallet.items]) == ("packed", [12])
    expect(session, "delivery", 3, (tea, "10"))
    bin_ = shelf(session, "P-01")
    assert promised(session, tea) == 10
    move_package(session, pallet.id, bin_)
    session.expire_all()
    assert (pallet.location_id, there(session, tea, "WH/Stock/P-01")) == (bin_, 12)
    assert promised(session, tea) == 10
    assert steps(session, pallet) == ["put_in", "moved", "moved"]
    with pytest.raises(InvalidInput, match="there already"):
        move_package(session, pallet.id, bin_)


def test_goods_that_leave_without_their_package_are_taken_out_of_it(session: Session) -> None:
    rice = make_product(session, "Rice")
    receive(session, rice, "10")
    stock = place(session, "WH/Stock")
    goods = {"product_id": rice, "quantity": Decimal(6)}
    sack = create_package(session, {"location_id": stock, "items": (goods,)})
    with pytest.raises(InvalidInput, match=r"4 .* lie loose"):
        create_package(session, {"location_id": stock, "items": (goods,)})
    expect(session, "delivery", 4, (rice, "7"))
    move(session, "delivery", 4, (1, "7"))
    end(session)
    assert [item.quantity for item in sack.items] == [3]
    assert steps(session, sack) == ["put_in", "taken_out"]
    expect(session, "delivery", 5, (rice, "3"))
    move(session, "delivery", 5, (1, "3"))
    end(session)
    assert (sack.state, sack.location_id) == ("unpacked", None)


def test_parcels_on_a_pallet_go_with_it_through_every_step(session: Session) -> None:
    warehouse_of(session, delivery_steps=3)
    rice = make_product(session, "Rice")
    receive(session, rice, "10")
    expect(session, "delivery", 6, (rice, "9"))
    pick, pack, delivery = transfers(session, 6)
    if pick.kind != "pick":
        pick, pack, delivery = sorted(
            (pick, pack, delivery), key=lambda one: ("pick", "pack", "delivery").index(one.kind)
        )
    do_transfer(session, pick.id)
    pallet = begin_package(session, pack.id)
    parcels = [begin_package(session, pack.id) for _ in range(3)]
    for parcel in parcels:
        nest(session, parcel.id, pallet.id)
        add_pick(session, pack.id, rice, Picked(Decimal(3), package_id=parcel.id))
    do_transfer(session, pack.id)
    session.expire_all()
    assert {one.location_id for one in (pallet, *parcels)} == {pack.to_location_id}
    assert {one.state for one in (pallet, *parcels)} == {"packed"}
    with pytest.raises(InvalidInput, match="in itself"):
        nest(session, pallet.id, parcels[0].id)
    # The seller presses Deliver: what the packing table packed goes along by itself.
    move(session, "delivery", 6, (1, "9"))
    session.expire_all()
    assert {one.state for one in (pallet, *parcels)} == {"gone"}
    assert parcels[0].parent_id == pallet.id
    warehouse_of(session, delivery_steps=1)


def test_a_package_that_is_scanned_goes_along_and_leaves_its_pallet(session: Session) -> None:
    phone = make_product(session, "Telephone", tracking="serial")
    receive(session, phone, "3", ("S1", "1"), ("S2", "1"), ("S3", "1"))
    stock = place(session, "WH/Stock")
    lots = session.scalars(select(Lot.id).where(Lot.product_id == phone).order_by(Lot.name)).all()
    boxes = [
        create_package(
            session,
            {"location_id": stock,
             "items": ({"product_id": phone, "lot_id": lot, "quantity": Decimal(1)},)},
        )
        for lot in lots
    ]  # fmt: skip
    nest(session, boxes[1].id, boxes[0].id)
    expect(session, "delivery", 7, (phone, "1"))
    delivery = transfers(session, 7)[0]
    with pytest.raises(Conflict, match="more than goes along"), session.begin_nested():
        take_scan(session, delivery.id, boxes[0].number)
    take_scan(session, delivery.id, boxes[1].number)
    do_transfer(session, delivery.id)
    session.expire_all()
    assert [one.state for one in boxes] == ["packed", "gone", "packed"]
    assert boxes[1].parent_id is None
    assert lock_sheet(session, delivery.id).state == "done"


def test_a_package_in_stock_is_packed_fuller_and_is_followed_at_its_carrier(
    session: Session,
) -> None:
    rice = make_product(session, "Rice")
    receive(session, rice, "10")
    stock = place(session, "WH/Stock")
    goods = {"product_id": rice, "quantity": Decimal(4)}
    sack = create_package(session, {"location_id": stock, "items": (goods,)})
    update_package(session, sack, {"items": ({**goods, "quantity": Decimal(9)},)})
    update_package(session, sack, {"items": ({**goods, "quantity": Decimal(7)},)})
    assert steps(session, sack) == ["put_in", "put_in", "taken_out"]
    with pytest.raises(InvalidInput, match="lie loose"):
        update_package(session, sack, {"items": ({**goods, "quantity": Decimal(11)},)})
    with pytest.raises(InvalidInput, match="as a whole"):
        update_package(session, sack, {"location_id": stock + 1})
    expect(session, "delivery", 8, (rice, "7"))
    delivery = transfers(session, 8)[0]
    take_scan(session, delivery.id, sack.number)
    do_transfer(session, delivery.id)
    for wrong in ("ftp://fast.example/{number}", "https://fast.example/"):
        with pytest.raises(InvalidInput, match="address"):
            create_carrier(session, {"name": "Slow", "tracking_url": wrong})
    fast = create_carrier(session, {"name": "Fast", "tracking_url": "https://f.example/{number}"})
    session.expire_all()
    done = session.get_one(Transfer, delivery.id)
    update_transfer(session, done, {"carrier_id": fast.id, "tracking_number": "A 1"})
    session.expire_all()
    assert follow_url(session, sack) == "https://f.example/A%201"
    with pytest.raises(Conflict):
        update_transfer(session, done, {"day": done.day.replace(year=2030)})
    with pytest.raises(InvalidInput, match="when it is empty"):
        create_kind(session, {"name": "Crate", "tare": Decimal(5), "max_weight": Decimal(4)})


def test_a_pallet_that_is_scanned_goes_with_the_parcels_on_it(session: Session) -> None:
    rice = make_product(session, "Rice")
    receive(session, rice, "6")
    stock = place(session, "WH/Stock")
    goods = {"product_id": rice, "quantity": Decimal(2)}
    pallet, *parcels = (
        create_package(session, {"location_id": stock, "items": (goods,)}) for _ in range(3)
    )
    for parcel in parcels:
        nest(session, parcel.id, pallet.id)
    # The goods that lay on the pallet itself go into a parcel: it holds parcels alone.
    session.execute(
        text("DELETE FROM inventory.package_item WHERE package_id = :id"), {"id": pallet.id}
    )
    session.add(PackageStep(package_id=pallet.id, kind="taken_out", from_id=stock, **goods))
    update_package(session, parcels[0], {"items": ({**goods, "quantity": Decimal(4)},)})
    end(session)
    expect(session, "delivery", 9, (rice, "6"))
    delivery = transfers(session, 9)[0]
    take_scan(session, delivery.id, pallet.number)
    do_transfer(session, delivery.id)
    session.expire_all()
    assert [one.state for one in (pallet, *parcels)] == ["gone"] * 3
    assert {one.parent_id for one in parcels} == {pallet.id}
