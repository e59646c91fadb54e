"""A device is bound by a code, learns everything page by page, and then what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from addons.catalog.services.changing import update_product
from addons.catalog.services.products import create_product
from addons.contacts.services.contacts import create_contact, update_contact
from addons.pos.models import Binding, BindingCode, Cashier, Register
from addons.pos.services.cashiers.keeping import create_cashier, set_pin
from addons.pos.services.cashiers.pins import is_pin, read_hash
from addons.pos.services.devices.binding import make_code
from addons.pos.services.devices.seen import revoke
from addons.pos.services.feed import pages
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

SMALL = {
    "settings", "units", "categories", "brands", "price_lists", "taxes", "promotions", "loyalty",
    "methods", "cashiers",
}  # fmt: skip


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company with tills and nothing else, for the tests of this file."""
    with fresh_tenant(kernel, "tillfeed", addons=("pos",)) as tenant:
        yield tenant


@pytest.fixture
def register(session: Session) -> Register:
    """The till that a company begins with."""
    return session.scalars(select(Register).order_by(Register.id)).first() or Register()


@pytest.fixture
def device(session: Session, register: Register, client: httpx.Client) -> dict[str, str]:
    """What a device that was bound sends with every call."""
    code = make_code(session, register)
    session.commit()
    bound = client.post("/api/v1/pos/bindings", json={"code": code, "device": "Tablet"}).json()
    return {"authorization": f"Bearer {bound['token']}"}


def told(client: httpx.Client, device: dict[str, str], since: str = "") -> list[dict[str, Any]]:
    """The pages of the feed from a cursor until there are no more."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["more"]:
        answer = client.get("/api/v1/pos/feed", params={"since": since}, headers=device)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        since = found[-1]["cursor"]
    return found


def rows(found: list[dict[str, Any]], section: str) -> dict[int, dict[str, Any]]:
    """The rows of a large section that came, by their ids."""
    return {row["id"]: row for page in found for row in page.get(section, ())}


def test_a_code_binds_one_device_and_the_token_is_shown_once(
    session: Session, register: Register, client: httpx.Client
) -> None:
    code = make_code(session, register)
    session.commit()
    given = {"code": code.lower().replace("-", " "), "device": "  Counter   tablet "}
    answer = client.post("/api/v1/pos/bindings", json=given)
    assert answer.status_code == 201
    bound = answer.json()
    kept = session.scalars(select(Binding).order_by(Binding.id.desc())).first()
    assert kept is not None
    assert (kept.device, kept.ordinal) == ("Counter tablet", bound["binding"])
    assert kept.chain == kept.last_hash == bound["chain"]
    assert bound["token"] not in (kept.token_digest, kept.chain)
    again = client.post("/api/v1/pos/bindings", json=given)
    assert again.status_code == 422
    assert again.json()["errors"][0]["field"] == "code"


def test_a_device_whose_answer_got_lost_is_answered_again(
    session: Session, register: Register, client: httpx.Client
) -> None:
    code = make_code(session, register)
    session.commit()
    given = {"code": code, "device": "Tablet", "key": "the tablet's own"}
    lost = client.post("/api/v1/pos/bindings", json=given).json()
    stranger = client.post("/api/v1/pos/bindings", json={**given, "key": "another"})
    assert stranger.status_code == 422
    heard = client.post("/api/v1/pos/bindings", json=given).json()
    assert (heard["binding"], heard["chain"]) == (lost["binding"], lost["chain"])
    feed = "/api/v1/pos/feed"
    assert client.get(feed, headers=_bearer(lost["token"])).status_code == 401
    assert client.get(feed, headers=_bearer(heard["token"])).status_code == 200
    session.execute(update(Binding).values(next_seq=2))
    session.commit()
    assert client.post("/api/v1/pos/bindings", json=given).status_code == 422


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_code_ends_after_ten_minutes(
    session: Session, register: Register, client: httpx.Client
) -> None:
    code = make_code(session, register)
    past = datetime.now(UTC) - timedelta(seconds=1)
    session.execute(update(BindingCode).values(expires_at=past))
    session.commit()
    assert (
        client.post("/api/v1/pos/bindings", json={"code": code, "device": "x"}).status_code == 422
    )


def test_only_a_bound_device_is_told_anything(
    session: Session, register: Register, client: httpx.Client, device: dict[str, str]
) -> None:
    assert client.get("/api/v1/pos/feed").status_code == 401
    forged = {"authorization": "Bearer till_forged"}
    assert client.get("/api/v1/pos/feed", headers=forged).status_code == 401
    assert client.get("/api/v1/pos/feed", headers=device).status_code == 200
    last = session.scalars(select(Binding).order_by(Binding.id.desc())).first()
    assert last is not None
    revoke(session, last)
    session.commit()
    assert client.get("/api/v1/pos/feed", headers=device).status_code == 401


def test_a_first_load_comes_in_pages_and_has_everything(
    session: Session,
    client: httpx.Client,
    device: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = {
        create_product(session, {"name": f"Tea {n}", "sale_price": Decimal(n)}).id
        for n in range(1, 8)
    }
    resting = create_product(session, {"name": "Old tea", "active": False}).id
    salma = create_contact(session, {"name": "Salma", "is_customer": True}).id
    session.commit()
    monkeypatch.setattr(pages.feed_page, "__defaults__", (3,))
    found = told(client, device)
    assert [page["first"] for page in found] == [True] + [False] * (len(found) - 1)
    assert found[0].keys() >= SMALL
    assert all(len(page.get("products", ())) <= 3 for page in found)
    assert made <= rows(found, "products").keys()
    assert resting not in rows(found, "products")
    assert rows(found, "customers")[salma]["name"] == "Salma"


def test_a_product_has_what_its_price_and_its_line_need(
    session: Session, client: httpx.Client, device: dict[str, str]
) -> None:
    values = {
        "name": "Coffee",
        "sale_price": Decimal("11.50"),
        "barcode": "6281000000014",
        "packagings": ({"name": "Carton", "quantity": Decimal(12), "barcode": "6281000000021"},),
    }
    product = create_product(session, values)
    session.commit()
    coffee = rows(told(client, device), "products")[product.id]
    assert coffee["price"] == "11.5"
    assert coffee["targets"] == [f"product:{product.id}", f"template:{product.template_id}", "all"]
    assert {one["code"]: one["quantity"] for one in coffee["barcodes"]} == {
        "6281000000014": "1",
        "6281000000021": "12",
    }
    assert [one["name"] for one in coffee["packagings"]] == ["Carton"]


def test_afterwards_comes_only_what_changed_and_what_is_gone(
    session: Session, client: httpx.Client, device: dict[str, str]
) -> None:
    dearer = create_product(session, {"name": "Mint", "sale_price": Decimal(2)})
    gone = create_product(session, {"name": "Sage", "sale_price": Decimal(2)})
    karim = create_contact(session, {"name": "Karim", "is_customer": True})
    session.commit()
    cursor = told(client, device)[-1]["cursor"]
    quiet = told(client, device, cursor)
    assert [sorted(page) for page in quiet] == [["at", "cursor", "first", "full", "gone", "more"]]
    update_product(session, dearer, {"sale_price": Decimal(3)})
    update_product(session, gone, {"active": False})
    update_contact(session, karim, {"phone": "0501234567"})
    session.commit()
    changed = told(client, device, quiet[-1]["cursor"])
    assert {key: row["price"] for key, row in rows(changed, "products").items()} == {dearer.id: "3"}
    assert changed[-1]["gone"]["products"] == [gone.id]
    assert rows(changed, "customers")[karim.id]["phone"] == "0501234567"
    assert not any(page["full"] for page in changed)


def test_a_change_during_the_first_load_comes_after_it(
    session: Session,
    client: httpx.Client,
    device: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early = create_product(session, {"name": "Rose", "sale_price": Decimal(2)})
    session.commit()
    first = client.get("/api/v1/pos/feed", headers=device).json()
    assert early.id in {row["id"] for row in first["products"]}
    update_product(session, early, {"sale_price": Decimal(9)})
    session.commit()
    rest = told(client, device, first["cursor"])
    assert rows(rest, "products")[early.id]["price"] == "9"


def test_an_unknown_cursor_begins_anew(client: httpx.Client, device: dict[str, str]) -> None:
    for cursor in ("nonsense", "WzFd", "", "W10"):
        page = client.get("/api/v1/pos/feed", params={"since": cursor}, headers=device).json()
        assert page["first"]
        assert page["full"]


def test_a_cashier_comes_with_rights_and_a_pin_that_only_proves(
    session: Session,
    client: httpx.Client,
    device: dict[str, str],
    as_user: Callable[..., httpx.Client],
) -> None:
    as_user("pos.reader")
    user_id = session.scalar(text("SELECT max(id) FROM core.user_account"))
    cashier = create_cashier(session, {"user_id": user_id, "discount_limit": Decimal(10)})
    set_pin(session, cashier, "7391")
    session.commit()
    page = client.get("/api/v1/pos/feed", headers=device).json()
    amal = next(one for one in page["cashiers"] if one["id"] == user_id)
    kept = read_hash(cashier.pin)
    assert kept is not None
    assert amal["pin"] == {"iterations": 600_000, "salt": kept.salt, "hash": kept.hash}
    assert amal["rights"]["discount_limit"] == "10"
    assert is_pin(cashier.pin, "7391")
    assert not is_pin(cashier.pin, "7392")
    assert session.scalars(select(Cashier.pin)).one() != "7391"


def test_guessing_codes_is_slowed_down(client: httpx.Client) -> None:
    # The last test: from here on nobody at this address binds anything for a while.
    answers = [
        client.post("/api/v1/pos/bindings", json={"code": f"2222-22{n:02}", "device": "x"})
        for n in range(20)
    ]
    assert answers[-1].status_code == 429
