"""A client that is broken, old, forged or mistaken: each operation of it is answered by itself, and
nothing else in the batch is harmed."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from addons.pos.models import Binding
from core.db.base import utc_now
from core.kernel import Kernel
from tenants.testing.browser import AppTransport, open_browser
from tenants.testing.tenants import fresh_tenant
from tests.pos.sample_client import SampleTill, hash_of, ulid
from tests.pos.shop import TillShop

_TILLS = itertools.count(1)


@pytest.fixture(scope="module")
def shop(kernel: Kernel, transport: AppTransport) -> Iterator[TillShop]:
    """One company for all of it: whatever is wrong at one till harms no other."""
    with (
        fresh_tenant(kernel, "wrong") as tenant,
        open_browser(transport, "wrong.localhost") as http,
    ):
        made = TillShop(kernel, tenant, http)
        made.product("10.00")
        yield made


@pytest.fixture
def till(shop: TillShop) -> SampleTill:
    """A till of its own with an open session."""
    made = shop.till(f"T{next(_TILLS)}")
    made.open()
    made.sync()
    made.outbox.clear()
    return made


def of_till(shop: TillShop, till: SampleTill, table: str) -> int:
    """How many rows a table has of this till."""
    return shop.count(
        f"SELECT count(*) FROM pos.{table} WHERE register_id = :register", register=till.register
    )


def sell(shop: TillShop, till: SampleTill, **changed: Any) -> dict[str, Any]:
    payload = till.sale(shop.line(shop.products[0]), method=shop.methods["cash"])
    return till.add("sale", payload, **changed)


def statuses(told: dict[str, Any]) -> list[str]:
    return [one["status"] for one in told["results"]]


def test_what_was_sent_before_is_answered_with_what_became_of_it(
    shop: TillShop, till: SampleTill
) -> None:
    sold = sell(shop, till)
    till.sync()
    shop.book()
    again = till.send([sold, sold]).json()
    assert statuses(again) == ["duplicate", "duplicate"]
    assert again["results"][0]["original"]["status"] == "done"
    assert again["results"][0]["original"]["document"]["number"] == sold["payload"]["number"]
    assert (again["next_seq"], again["applied_through"]) == (3, 2)
    assert of_till(shop, till, "sale") == 1


def test_the_same_name_with_other_content_is_refused_and_its_neighbours_are_not(
    shop: TillShop, till: SampleTill
) -> None:
    sold = sell(shop, till)
    till.sync()
    changed = {**sold, "payload": {**sold["payload"], "note": "changed"}}
    sell(shop, till, sync_id=sold["sync_id"])
    after = sell(shop, till)
    told = till.send([changed, *till.outbox[-2:]]).json()
    assert statuses(told) == ["conflict", "conflict", "accepted"]
    told = till.send([changed, *till.outbox[-2:]]).json()
    assert statuses(told) == ["conflict", "conflict", "duplicate"]
    shop.book()
    assert till.ask(after["sync_id"])["status"] == "done"
    assert of_till(shop, till, "sale") == 2


def test_a_gap_is_refused_from_there_on_and_filled_later(shop: TillShop, till: SampleTill) -> None:
    first, second, third = (sell(shop, till) for _ in range(3))
    told = till.send([first, third]).json()
    assert statuses(told) == ["accepted", "rejected"]
    assert told["results"][1]["problem"]["field"] == "seq"
    assert told["next_seq"] == second["seq"]
    assert statuses(till.send([second, third]).json()) == ["accepted", "accepted"]


def test_a_token_that_is_forged_or_revoked_opens_nothing(shop: TillShop, till: SampleTill) -> None:
    sell(shop, till)
    honest, till.token = till.token, "till_forged"
    assert till.send().status_code == 401
    till.token = honest
    with shop.kernel.session(shop.tenant) as session:
        mine = update(Binding).where(Binding.register_id == till.register)
        session.execute(mine.values(revoked_at=utc_now()))
    answer = till.send()
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert of_till(shop, till, "operation") == 1


def test_a_batch_for_another_company_finds_nobody_there(
    shop: TillShop, till: SampleTill, neighbour: TillShop
) -> None:
    sold = sell(shop, till)
    home, till.http = till.http, neighbour.http
    assert till.send().status_code == 401
    assert neighbour.count("SELECT count(*) FROM pos.operation") == 0
    till.http = home
    assert statuses(till.sync()) == ["accepted"]
    assert till.ask(sold["sync_id"])["status"] == "accepted"


def test_what_belongs_to_another_register_or_device_is_refused_alone(
    shop: TillShop, till: SampleTill
) -> None:
    other = shop.till(f"T{next(_TILLS)}")
    other.open()
    mine, alien = sell(shop, till), other.outbox[0]
    told = till.send([alien, {**mine, "binding": 9, "sync_id": ulid()}, mine]).json()
    assert statuses(told) == ["rejected", "rejected", "accepted"]
    assert [one["problem"]["field"] for one in told["results"][:2]] == ["register", "binding"]


LIES: list[tuple[str, dict[str, Any], str]] = [
    ("total", {"total": "1.00"}, "total"),
    ("tax", {"tax": "0.00"}, "tax"),
    ("due", {"due": "9999.00"}, "due"),
    ("taxes", {"taxes": []}, "tax"),
    ("payments", {"payments": []}, "payments"),
    ("a number for an amount", {"net": 10.0}, "net"),
    ("not a number", {"net": "NaN"}, "net"),
    ("no lines", {"lines": []}, "lines"),
    ("no currency", {"currency": "riyal"}, "currency"),
    ("an unknown method", {"payments": [{"method": 999, "amount": "11.50"}]}, "payments.0.method"),
]


@pytest.mark.parametrize("lie", LIES, ids=[name for name, _, _ in LIES])
def test_a_sale_that_contradicts_itself_is_kept_and_not_booked(
    shop: TillShop, till: SampleTill, lie: tuple[str, dict[str, Any], str]
) -> None:
    _, changed, field = lie
    payload = till.sale(shop.line(shop.products[0]), method=shop.methods["cash"])
    bad = till.add("sale", payload | changed)
    good = sell(shop, till)
    till.sync()
    shop.book()
    told = till.ask(bad["sync_id"])
    assert (told["status"], told["problem"]["field"]) == ("quarantined", field)
    assert till.ask(good["sync_id"])["status"] == "done"


def test_a_clock_that_is_wrong_is_flagged_and_the_day_bounded(
    shop: TillShop, till: SampleTill
) -> None:
    future = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    ahead = sell(shop, till, occurred_at=future)
    ancient = sell(shop, till, occurred_at="2001-01-01T00:00:00Z")
    no_time = sell(shop, till, occurred_at="yesterday")
    till.sync()
    shop.book()
    assert "clock" in till.ask(ahead["sync_id"])["flags"]
    assert {"clock", "closed_period"} <= set(till.ask(ancient["sync_id"])["flags"])
    assert till.ask(no_time["sync_id"])["problem"]["field"] == "occurred_at"
    assert shop.rows("SELECT DISTINCT day <= current_date + 1 FROM pos.sale") == [(True,)]


def test_a_gzip_that_ends_too_early_or_is_a_bomb_is_no_batch(till: SampleTill) -> None:
    headers = {"Authorization": f"Bearer {till.token}", "Content-Encoding": "gzip"}
    packed = gzip.compress(json.dumps({"operations": []}).encode())
    for body, status in (
        (packed[:-9], 400),
        (b"not gzip", 400),
        (gzip.compress(b'{"operations": ["' + b"a" * 70_000_000 + b'"]}', 9), 413),
        (gzip.compress(b"[" * 100_000), 400),
        (gzip.compress(b'{"operations": 5}'), 400),
    ):
        answer = till.http.post("/api/v1/pos/sync", content=body, headers=headers)
        assert answer.status_code == status, body[:20]
    assert (
        till.http.post(
            "/api/v1/pos/sync", content=packed, headers={**headers, "Content-Encoding": "br"}
        ).status_code
        == 400
    )


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
def test_ten_megabytes_in_one_operation_harm_no_other(
    shop: TillShop, till: SampleTill, packed: bool
) -> None:
    note = "x" * 10_000_000
    huge = till.sale(shop.line(shop.products[0]), method=shop.methods["cash"], note=note)
    bad = till.add("sale", huge)
    good = sell(shop, till)
    told = till.send(packed=packed).json()
    assert statuses(told) == ["quarantined", "accepted"]
    assert told["results"][0]["problem"]["field"] == "payload"
    shop.book()
    assert till.ask(good["sync_id"])["status"] == "done"
    assert told["waiting"][0]["sync_id"] == bad["sync_id"]
    assert shop.count("SELECT max(length(content::text)) FROM pos.operation") < 70_000


def test_what_a_newer_app_does_is_kept_until_it_is_understood(
    shop: TillShop, till: SampleTill
) -> None:
    strange = till.add("auction", {"session": till.session})
    newer = sell(shop, till, version=7)
    good = sell(shop, till)
    assert statuses(till.sync()) == ["quarantined", "quarantined", "accepted"]
    shop.book()
    assert till.ask(strange["sync_id"])["problem"]["field"] == "type"
    assert till.ask(newer["sync_id"])["problem"]["field"] == "version"
    assert till.ask(good["sync_id"])["status"] == "done"


def test_texts_that_no_database_keeps_harm_nobody_else(shop: TillShop, till: SampleTill) -> None:
    nul = till.add("logged", {"session": till.session, "what": "no_sale", "reason": "a\0b"})
    good = sell(shop, till)
    assert statuses(till.sync()) == ["quarantined", "accepted"]
    half = till.add("logged", {"session": till.session, "what": "no_sale", "reason": "x"})
    text = json.dumps({"operations": [half, "?", 7, None]}).replace('"x"', '"\\ud83d"')
    headers = {"Authorization": f"Bearer {till.token}"}
    told = till.http.post("/api/v1/pos/sync", content=text.encode(), headers=headers).json()
    assert statuses(told) == ["quarantined", "rejected", "rejected", "rejected"]
    shop.book()
    assert till.ask(nul["sync_id"])["status"] == "quarantined"
    assert till.ask(good["sync_id"])["status"] == "done"


def test_an_operation_that_was_changed_on_its_way_is_told_by_the_chain(
    shop: TillShop, till: SampleTill
) -> None:
    sell(shop, till)
    forged = sell(shop, till, prev_hash="ab" * 32)
    after = sell(shop, till)
    assert hash_of(forged) == after["prev_hash"]
    told = till.sync()
    assert statuses(told) == ["accepted", "quarantined", "accepted"]
    assert told["results"][1]["problem"]["field"] == "prev_hash"


def test_more_than_a_thousand_at_once_are_taken_up_to_the_thousandth(
    shop: TillShop, till: SampleTill
) -> None:
    for _ in range(1002):
        till.add("logged", {"session": till.session, "what": "price_check"})
    told = till.send(till.outbox).json()
    assert statuses(told)[998:] == ["accepted", "accepted", "rejected", "rejected"]
    assert told["next_seq"] == 1002


def test_an_operation_that_nobody_sent_is_not_found(shop: TillShop, till: SampleTill) -> None:
    headers = {"Authorization": f"Bearer {till.token}"}
    assert till.http.get(f"/api/v1/pos/sync/{ulid()}", headers=headers).status_code == 404
    assert till.http.get(f"/api/v1/pos/sync/{ulid()}").status_code == 401
