"""What could not be booked is mended, replayed or dropped by somebody with the right, with a trace;
what waited for it goes on; and what a device cannot send any more comes by a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop

AsUser = Callable[..., httpx.Client]


@pytest.fixture
def tea(shop: TillShop) -> int:
    return shop.product("10.00")


def lying(shop: TillShop, till: SampleTill, tea: int) -> dict[str, Any]:
    """A sale whose total is wrong."""
    payload = till.sale(shop.line(tea), method=shop.methods["cash"])
    return till.add("sale", {**payload, "total": "1.00"})


def id_of(shop: TillShop, sync_id: str) -> int:
    return shop.count("SELECT id FROM pos.operation WHERE sync_id = :sync", sync=sync_id)


def test_a_sale_that_was_mended_is_booked_and_what_waited_for_it_too(
    shop: TillShop, tea: int, as_user: AsUser
) -> None:
    till = shop.till()
    till.open()
    bad = lying(shop, till, tea)
    back = shop.line(tea, "10.00", "-1", of={"sale": bad["sync_id"], "line": 1})
    refund = till.refund(back, method=shop.methods["cash"])
    good = till.sell(shop.line(tea), method=shop.methods["cash"])
    closing = till.close([(shop.methods["cash"], "111.50")])
    till.sync()
    shop.book()
    stand = [till.ask(one["sync_id"])["status"] for one in (bad, refund, good, closing)]
    assert stand == ["quarantined", "accepted", "done", "accepted"]

    manager = as_user("pos.manager")
    page = manager.get("/pos/repairs").text
    assert "R01" in page
    address = f"/pos/repairs/{id_of(shop, bad['sync_id'])}"
    assert 'name="leaf:total"' in manager.get(address).text
    refused = manager.post(f"{address}/mend", data={"leaf:total": "11.50", "reason": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    mended = {"leaf:total": "11.50", "reason": "The paper says so"}
    assert manager.post(f"{address}/mend", data=mended).status_code == 303
    shop.book()
    assert shop.states() == {"done": 5}
    assert shop.on_hand(tea) == 99
    assert shop.rows("SELECT what, reason, after ->> 'total' FROM pos.operation_change") == [
        ("mended", "The paper says so", "11.50")
    ]
    assert shop.broken() == []


def test_what_is_dropped_stays_with_who_decided_it_and_why(
    shop: TillShop, tea: int, as_user: AsUser
) -> None:
    till = shop.till()
    till.open()
    bad = lying(shop, till, tea)
    till.sync()
    shop.book()
    address = f"/pos/repairs/{id_of(shop, bad['sync_id'])}"
    clerk = as_user("pos.reader")
    assert clerk.post(f"{address}/drop", data={"reason": "x"}).status_code == 403
    manager = as_user("pos.manager")
    assert manager.post(f"{address}/drop", data={"reason": "Typed twice"}).status_code == 303
    told = till.ask(bad["sync_id"])
    assert (told["status"], told["document"]["reason"]) == ("dropped", "Typed twice")
    again = manager.post(f"{address}/replay", data={"reason": "After all"})
    assert again.status_code == 409
    assert shop.count("SELECT count(*) FROM pos.sale") == 0
    assert shop.broken() == []


def test_a_device_that_came_after_the_backup_is_known_again_by_its_file(
    shop: TillShop, tea: int, as_user: AsUser
) -> None:
    till = shop.till("R04")
    # What a server does not know that was put back: a device with the next number, and its chain.
    till.binding, till.last_hash = till.binding + 1, "ab" * 32
    till.open()
    till.sell(shop.line(tea), method=shop.methods["cash"])
    manager = as_user("pos.manager")

    def bring(operations: list[dict[str, Any]]) -> httpx.Response:
        content = json.dumps({"kind": "till-recovery", "operations": operations}).encode()
        return manager.post("/pos/recovery", files={"file": ("till.json", content)})

    part = bring(till.outbox[1:])
    assert (part.status_code, "ever bound" in part.text) == (422, True)
    stranger = [{**one, "register": 987654} for one in till.outbox]
    assert bring(stranger).status_code == 422
    assert bring(till.outbox).status_code == 200
    shop.book()
    number = till.outbox[1]["payload"]["number"]
    assert shop.rows("SELECT number FROM pos.sale WHERE number = :n", n=number) == [(number,)]
    assert bring(till.outbox).status_code == 200
    shop.book()
    assert shop.broken() == []
    assert shop.till("R04").binding == till.binding + 1  # the next device's series is its own


def test_a_recovery_file_is_brought_in_once_whatever_the_device_still_sends(
    shop: TillShop, tea: int, as_user: AsUser
) -> None:
    till = shop.till()
    till.open()
    till.sell(shop.line(tea), method=shop.methods["cash"])
    content = json.dumps({"kind": "till-recovery", "operations": till.outbox}).encode()
    manager = as_user("pos.manager")
    answer = manager.post("/pos/recovery", files={"file": ("till.json", content)})
    assert answer.status_code == 200
    assert "2 operations are new" in answer.text
    assert (
        "0 operations are new, 2"
        in manager.post("/pos/recovery", files={"file": ("till.json", content)}).text
    )
    assert [one["status"] for one in till.sync()["results"]] == ["duplicate", "duplicate"]
    shop.book()
    assert shop.count("SELECT count(*) FROM pos.sale") == 1
    wrong = manager.post("/pos/recovery", files={"file": ("x.json", b"not json")})
    assert wrong.status_code == 400


def test_a_sale_after_its_session_was_closed_goes_to_one_for_latecomers(
    shop: TillShop, tea: int
) -> None:
    till = shop.till()
    till.open()
    till.close([(shop.methods["cash"], "100.00")])
    late = till.sell(shop.line(tea), method=shop.methods["cash"])
    till.session = "01HZZZZZZZZZZZZZZZZZZZZZZZ"
    unknown = till.sell(shop.line(tea), method=shop.methods["cash"])
    till.sync()
    shop.book()
    assert till.ask(late["sync_id"])["flags"] == ["late"]
    assert till.ask(unknown["sync_id"])["flags"] == ["late"]
    assert shop.rows("SELECT state, count(*) FROM pos.session GROUP BY state ORDER BY 1") == [
        ("closed", 1),
        ("rescue", 1),
    ]
    assert shop.broken() == []


def test_what_changed_meanwhile_never_blocks_a_sale(shop: TillShop, tea: int) -> None:
    gone = shop.product("10.00", stocked="1")
    till = shop.till()
    till.open()
    customer = {"key": "01HZZZZZZZZZZZZZZZZZZZZZZ1", "name": "Salma", "email": "no address"}
    short = till.sell(shop.line(gone, "10.00", "3"), method=shop.methods["cash"], customer=customer)
    owed = till.sell(shop.line(tea), method=shop.methods["credit"], customer=customer)
    card = till.sale(shop.line(tea), method=shop.methods["gift_card"])
    card["payments"][0]["code"] = "AAAA-BBBB-CCCC-DDDD"
    by_card = till.add("sale", card)
    untaxed = till.sell(
        {**shop.line(tea), "tax_codes": [], "taxes": [], "tax": "0.00"},
        method=shop.methods["cash"],
    )
    shop.rows("UPDATE catalog.product SET active = false WHERE id = :id RETURNING id", id=gone)
    till.sync()
    shop.book()
    assert shop.states() == {"done": 5}
    flags = [
        set(till.ask(one["sync_id"]).get("flags", ())) for one in (short, owed, by_card, untaxed)
    ]
    assert flags[0] == {"customer_details", "product_gone", "stock"}
    assert flags[1] == set()
    assert flags[2] == {"gift_card"}
    assert "tax" in flags[3]
    assert shop.on_hand(gone) == -2
    assert shop.balance("Assets:Receivables") == Decimal("11.50")
    assert shop.balance("Expenses:Differences of tills") == Decimal("11.50")
    assert shop.count("SELECT count(*) FROM contacts.contact WHERE name = 'Salma'") == 1
    assert shop.broken() == []
