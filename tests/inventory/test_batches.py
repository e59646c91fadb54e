"""A wave is gathered by a rule, walked once through the bins, and picked into a box for each order;
and what comes in finds the bin that its rule chooses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Product
from addons.inventory.models import Batch, Carrier, PackageType
from addons.inventory.services.batch_gathering import Rule, gather
from addons.inventory.services.batch_picking import scan_in_batch
from addons.inventory.services.batches import walk, work_off
from addons.inventory.services.packages.packing import pack_all
from addons.inventory.services.places import create_location
from addons.inventory.services.storage_rules import create_rule
from addons.inventory.services.transfers.acts import do_transfer
from addons.inventory.services.transfers.drafts import update_transfer
from core.errors import Conflict, InvalidInput
from tests.inventory.operations import (
    expect,
    make_product,
    place,
    receive,
    there,
    transfers,
    warehouse_of,
)


def bin_(session: Session, name: str, parent: str = "WH/Stock") -> int:
    values = {"parent_id": place(session, parent), "name": name, "barcode": f"B-{name}"}
    return create_location(session, values).id


def test_a_wave_is_gathered_walked_once_and_picked_into_boxes(session: Session) -> None:
    tea, jam = make_product(session, "Tea"), make_product(session, "Jam")
    receive(session, tea, "9")
    receive(session, jam, "9")
    fast = Carrier(name="Fast", tracking_url="https://fast.example/?n={number}")
    session.add(fast)
    session.flush()
    for source, lines in ((1, ((tea, "2"), (jam, "1"))), (2, ((tea, "3"),)), (3, ((jam, "4"),))):
        expect(session, "delivery", source, *lines)
        if source < 3:
            update_transfer(session, transfers(session, source)[0], {"carrier_id": fast.id})
    with pytest.raises(Conflict, match="No transfer"):
        gather(session, Rule(kind="internal"), "Wave")
    with pytest.raises(InvalidInput, match="1 to 200"):
        gather(session, Rule(most=0), "Wave")
    (wave,) = gather(session, Rule(carrier_id=fast.id), "Wave")
    assert [(one.box, one.quantity) for one in walk(session, wave.id)] == [(1, 2), (2, 3), (1, 1)]
    others = gather(session, Rule(apart="day", most=1), "Rest")
    assert [len(walk(session, one.id)) for one in others] == [1]

    sku = session.scalars(select(Product.sku).where(Product.id == tea)).one()
    said = [scan_in_batch(session, wave.id, sku).said for _ in range(4)]
    assert ["box 1" in said[0], "box 1" in said[1], "box 2" in said[2]] == [True] * 3
    assert [(one.box, one.taken) for one in walk(session, wave.id)] == [(1, 2), (2, 2), (1, 0)]
    scan_in_batch(session, wave.id, sku)
    with pytest.raises(Conflict, match="No order"):
        scan_in_batch(session, wave.id, sku)
    worked = work_off(session, wave)
    assert len(worked.numbers) == 2
    session.expire_all()
    # The jam that nobody took waits in a back-order.
    assert there(session, tea) == 4
    assert [one.state for one in transfers(session, 1)] == ["done", "ready"]
    assert session.get_one(Batch, wave.id).state == "done"


def test_a_rule_fills_the_bin_used_last_and_then_the_closest_free_one(session: Session) -> None:
    rice = make_product(session, "Rice")
    zone = bin_(session, "Z")
    for name in ("Z-1", "Z-2", "Z-3"):
        bin_(session, name, "WH/Stock/Z")
    house = warehouse_of(session).id
    rule = {"warehouse_id": house, "put_into_id": zone, "product_id": rice}
    create_rule(session, {**rule, "strategy": "last", "capacity": Decimal(10)})
    for quantity in ("6", "4", "5", "9"):
        receive(session, rice, quantity)
    held = [there(session, rice, f"WH/Stock/Z/{name}") for name in ("Z-1", "Z-2", "Z-3")]
    assert held == [10, 5, 9]
    # Where no bin has room, goods wait in the zone itself rather than outside.
    receive(session, rice, "8")
    assert there(session, rice, "WH/Stock/Z") == 8
    with pytest.raises(InvalidInput, match="kind of package"):
        create_rule(session, {**rule, "package_type_id": 1})


def test_whole_packages_go_to_the_bins_of_their_kind(session: Session) -> None:
    oil = make_product(session, "Oil")
    zone = bin_(session, "R")
    racks = [bin_(session, name, "WH/Stock/R") for name in ("R-1", "R-2")]
    pallet = PackageType(name="Pallet", kind="pallet")
    session.add(pallet)
    session.flush()
    create_rule(
        session,
        {
            "warehouse_id": warehouse_of(session).id,
            "put_into_id": zone,
            "package_type_id": pallet.id,
            "strategy": "closest",
            "capacity": Decimal(1),
        },
    )
    for source in (71, 72):
        expect(session, "receipt", source, (oil, "5", "1"))
        receipt = transfers(session, source)[0]
        package = pack_all(session, receipt.id, pallet.id)
        do_transfer(session, receipt.id)
        session.refresh(package)
        assert package.location_id == racks[source - 71]
