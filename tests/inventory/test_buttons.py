"""The buttons of the storekeeper are pressed as a browser presses them, and what they did is looked
at: transfers, counts, landed costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from addons.inventory.options import InventoryOptions
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.inventory.conftest import DAY, Store
from tests.workspace.conftest import Person, hired

D = Decimal


@dataclass
class Desk:
    """Somebody with a browser, who writes documents and presses their buttons."""

    person: Person
    product: int
    stock: int
    pressed: set[tuple[str, str]] = field(default_factory=set)

    def write(self, resource: str, **values: Any) -> int:
        """A new document; its key."""
        reply = self.person.api.post(f"/api/v1/inventory/{resource}", json=values)
        assert reply.status_code == 201, reply.text
        return reply.json()["id"]

    def read(self, resource: str, key: int) -> dict[str, Any]:
        """A document as it is now."""
        reply = self.person.api.get(f"/api/v1/inventory/{resource}/{key}")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def newest(self, resource: str) -> dict[str, Any]:
        """The document that was written last."""
        found = self.person.api.get(f"/api/v1/inventory/{resource}?sort=-id&limit=1").json()
        return self.read(resource, found["data"][0]["id"])

    def press(self, resource: str, key: int, *buttons: str) -> dict[str, Any]:
        """Press buttons of a document, one after the other; what it is then."""
        for button in buttons:
            reply = self.person.post(f"/inventory/{resource}/{key}/actions/{button}", {})
            assert reply.status_code == 303, (resource, button, reply.status_code, reply.text)
            self.pressed.add((resource, button))
        return self.read(resource, key)

    def transfer(self, quantity: str, to: int, **more: Any) -> int:
        """A draft that moves so many pieces out of the stock."""
        line = {"product_id": self.product, "quantity": quantity}
        places = {"from_location_id": self.stock, "to_location_id": to}
        values = {"kind": "internal", "day": str(DAY), "lines": [line], **places, **more}
        return self.write("transfers", **values)


@pytest.fixture(scope="module")
def desk(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Desk]:
    with kernel.session(tenant) as session:
        set_options(session, InventoryOptions, method="average")
        store = Store(session)
        product, stock = store.product(name="Tea"), store.stock
        store.receive(product, "20", "5")
        session.commit()
    with ExitStack() as stack:
        yield Desk(hired(stack, kernel, transport, tenant, None), product, stock)


def test_transfers_are_reserved_done_brought_back_and_called_off(desk: Desk) -> None:
    shelf = desk.write("locations", name="Shelf", parent_id=desk.stock, kind="internal")
    one = desk.transfer("8", shelf)
    assert desk.press("transfers", one, "confirm")["state"] == "ready"
    assert desk.press("transfers", one, "release")["state"] == "waiting"
    assert desk.press("transfers", one, "reserve")["state"] == "ready"
    done = desk.press("transfers", one, "do")
    assert (done["state"], [D(line["moved"]) for line in done["lines"]]) == ("done", [8])
    desk.press("transfers", one, "return")
    back = desk.newest("transfers")
    assert (back["state"], back["from_location_id"], back["to_location_id"]) == (
        "draft",
        shelf,
        desk.stock,
    )
    assert desk.press("transfers", back["id"], "cancel")["state"] == "cancelled"


def test_what_is_lost_on_the_way_is_written_off(desk: Desk, kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        Store(session).receive(desk.product, "10", "5")
        session.commit()
    desk.write("warehouses", code="W2", name="Harbour")
    places = desk.person.api.get("/api/v1/inventory/locations?limit=100").json()["data"]
    there = next(one["id"] for one in places if one["path"] == "W2/Stock")
    sent = desk.transfer("4", there)
    assert desk.press("transfers", sent, "confirm", "do")["state"] == "done"
    coming = desk.newest("transfers")
    assert coming["kind"] == "arrive"
    with kernel.session(tenant) as session:
        before = Store(session).held(desk.product)[0]
    desk.press("transfers", coming["id"], "lost")
    with kernel.session(tenant) as session:
        assert Store(session).held(desk.product)[0] == before - 4


def test_freight_is_put_onto_goods_and_taken_off(
    desk: Desk, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        product = Store(session).product(name="Oil")
        source = Store(session).receive(product, "10", "5")
        assert source.moves
        session.commit()
    landed = desk.write(
        "landed-costs",
        day=str(DAY),
        lines=[{"label": "Freight", "amount": "20", "split_by": "quantity"}],
        receipts=[{"number": "T1", "product_id": product}],
    )

    def worth() -> Decimal:
        with kernel.session(tenant) as session:
            return Store(session).held(product)[1]

    assert desk.press("landed-costs", landed, "post")["state"] == "posted"
    assert worth() == 70
    desk.press("landed-costs", landed, "undo")
    assert worth() == 50


def test_a_count_is_begun_and_called_off(desk: Desk) -> None:
    count = desk.write("counts", location_id=desk.stock)
    assert desk.press("counts", count, "begin")["state"] == "counting"
    assert desk.press("counts", count, "again")["state"] == "counting"
    assert desk.press("counts", count, "cancel")["state"] == "cancelled"
