"""What an import may do, and how it is taken back: rights, programs, lost workers, undoing."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from core.db.audit_models import AuditEntry
from core.db.base import utc_now
from core.errors import Unavailable
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Product
from tests.workspace.conftest import Hire, Person
from tests.workspace.custom_fields import add_field
from tests.workspace.import_desk import (
    API,
    CUSTOMERS,
    ORDER_FILE,
    ORDERS,
    Desk,
    orders,
    told,
)

WRITES: dict[str, Any] = {"shop.customer.read": "all", "shop.customer.write": "all"}
OWN: dict[str, Any] = {
    "shop.order.read": "all", "shop.order.write": "own",
    "shop.customer.read": "all", "shop.product.read": "all",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def goods(kernel: Kernel, store: Tenant) -> None:
    """Products for the lines of orders."""
    with kernel.session(store) as session:
        session.add(Product(code="P1", name="Paper", price=Decimal("12.50")))
        session.add(Product(code="P2", name="Pens", price=Decimal(3)))


@pytest.fixture(scope="module")
def clerk(kernel: Kernel, store: Tenant, admin: Person) -> Desk:
    return Desk(kernel, store, admin)


def test_missing_master_records_are_made_when_asked_and_go_with_the_import(
    clerk: Desk, kernel: Kernel, store: Tenant
) -> None:
    content = ORDER_FILE.replace("O-", "Q-").replace("Amal", "Newcomer").encode()
    url = clerk.imported(ORDERS, content)
    assert "Customer Newcomer There is no such record." in clerk.page(url)
    url = clerk.imported(ORDERS, content, create_missing="customer_id")
    assert clerk.state(url) == "done", clerk.page(url)
    assert len(clerk.customers("Newcomer")) == 1
    assert clerk.person.post(f"{url}/undo", {}).status_code == 303
    clerk.work()
    assert clerk.state(url) == "undone"
    assert clerk.customers("Newcomer") == []
    assert orders(kernel, store, "Q-1", "Q-2") == {}


def test_a_whole_import_is_undone_as_long_as_nothing_was_built_on_it(
    clerk: Desk, kernel: Kernel, store: Tenant
) -> None:
    clerk.imported(CUSTOMERS, b"Name,City,Note\nKept,Jeddah,first\n")
    url = clerk.imported(CUSTOMERS, b"Name,City,Note\nKept,Mecca,second\nMade,Mecca,\n")
    lines = clerk.imported(ORDERS, ORDER_FILE.replace("O-", "U-").replace("Amal", "Made").encode())
    page = clerk.person.http.get(f"{url}/undo").text
    assert "/shop/orders/" in page
    assert "It refers to what was imported." in told(page)
    assert clerk.person.post(f"{url}/undo", {}).status_code == 200
    assert clerk.state(url) == "done"

    clerk.person.post(f"{lines}/undo", {})
    clerk.work()
    with kernel.session(store) as session:
        session.scalars(select(Customer).where(Customer.name == "Kept")).one().visits = 9
    assert "Kept : It was changed since." in told(clerk.person.http.get(f"{url}/undo").text)
    url = clerk.imported(CUSTOMERS, b"Name,City,Note\nKept,Medina,\nMade too,Medina,\n")
    clerk.person.post(f"{url}/undo", {})
    clerk.work()
    (kept,) = clerk.customers("Kept", "Made too")
    assert (kept.city, kept.note, kept.visits) == ("Mecca", "second", 9)


def test_nobody_takes_back_what_their_rights_do_not_reach(
    clerk: Desk, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    clerk.imported(CUSTOMERS, b"Name\nAmal\n")
    url = clerk.imported(ORDERS, ORDER_FILE.replace("O-", "R-").encode())
    seller = hire({**OWN, "core.import.manage": "all"})
    page = told(seller.http.get(f"{url}/undo").text)
    assert "Some of them are not yours to change." in page
    seller.post(f"{url}/undo", {})
    clerk.work()
    assert clerk.state(url) == "done"
    assert orders(kernel, store, "R-1", "R-2").keys() == {"R-1", "R-2"}


def test_undone_documents_have_their_former_lines_again(
    clerk: Desk, kernel: Kernel, store: Tenant
) -> None:
    clerk.imported(CUSTOMERS, b"Name\nAmal\n")
    clerk.imported(ORDERS, ORDER_FILE.replace("O-", "L-").encode())
    shorter = "Number,Customer,Date,Product,Quantity,Price\nL-1,Amal,2026-12-24,P2,7,1\n"
    url = clerk.imported(ORDERS, shorter.encode())
    assert orders(kernel, store, "L-1") == {"L-1": ["P2 7 1"]}
    clerk.person.post(f"{url}/undo", {})
    clerk.work()
    assert orders(kernel, store, "L-1") == {"L-1": ["P1 2 12.50", "P2 1 3"]}


def test_a_worker_that_is_lost_on_the_way_loses_nothing_and_doubles_nothing(
    clerk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def lost(session: Any, fraction: float, words: str = "") -> None:
        tries.append(fraction)
        if len(tries) == 2:
            raise Unavailable("The connection to the database was lost.")

    monkeypatch.setattr("core.web.importing.running.report_progress", lost)
    rows = "".join(f"Lost {number}\n" for number in range(1100))
    url = clerk.imported(CUSTOMERS, f"Name\n{rows}".encode())
    assert clerk.state(url) == "running"
    assert clerk.customers("Lost 0") == []
    work_off(clerk.kernel, clerk.store, now=utc_now() + timedelta(hours=1))
    assert clerk.state(url) == "done"
    assert clerk.counts(url)["created"] == 1100
    assert len(clerk.customers("Lost 0", "Lost 1099")) == 2


def test_only_those_who_may_write_import_and_only_what_they_may(
    clerk: Desk, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    reader = hire({"shop.customer.read": "all"})
    assert reader.http.get(f"{CUSTOMERS}/import").status_code == 403
    assert f"{CUSTOMERS}/import" not in reader.http.get(CUSTOMERS).text
    sent = {"file": ("x.csv", b"Name\nX\n")}
    denied = reader.http.post(f"{CUSTOMERS}/import", data={"csrf_token": reader.csrf}, files=sent)
    assert denied.status_code == 403
    assert reader.api.post(API, files=sent).status_code == 403

    clerk.imported(CUSTOMERS, b"Name\nAmal\n")
    theirs = clerk.imported(ORDERS, ORDER_FILE.replace("O-", "R-").encode())
    seller = Desk(kernel, store, hire(OWN))
    assert seller.person.http.get(theirs).status_code == 404
    assert theirs not in seller.person.http.get("/core/imports").text
    changed = ORDER_FILE.replace("O-1", "R-1").replace("O-2", "R-9").replace("P2,1,3", "P2,8,3")
    url = seller.imported(ORDERS, changed.encode(), keep="good")
    assert "This is a record that you may not change." in seller.page(url)
    assert seller.counts(url)["created"] == 1


def test_rights_are_those_of_the_moment_when_the_work_is_done(
    clerk: Desk, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    leaver = Desk(kernel, store, hire(WRITES))
    url = leaver.bring(CUSTOMERS, b"Name\nToo late\n")
    assert leaver.choose(url).status_code == 303
    with kernel.session(store) as session:
        session.execute(
            text("UPDATE core.user_account SET is_active = false WHERE id = :id"),
            {"id": leaver.person.user_id},
        )
    clerk.work()
    assert clerk.state(url) == "failed"
    assert clerk.customers("Too late") == []


def test_the_audit_trail_names_the_person_and_the_import(
    clerk: Desk, kernel: Kernel, store: Tenant
) -> None:
    url = clerk.imported(CUSTOMERS, b"Name\nTraced\n")
    number = url.rpartition("/")[2]
    (traced,) = clerk.customers("Traced")
    with kernel.session(store) as session:
        entry = session.scalars(
            select(AuditEntry).where(
                AuditEntry.table_name == "shop.customer", AuditEntry.record_id == str(traced.id)
            )
        ).one()
    assert entry.actor.endswith(f"(import {number})")
    assert (entry.actor_id, entry.request_id) == (clerk.person.user_id, f"import-{number}")


def test_programs_send_a_file_and_ask_what_became_of_it(clerk: Desk, hire: Hire) -> None:
    api = clerk.person.api
    content = b"Client,Where\nBy program,Jeddah\nBy program 2,Taif\n"
    plan = {"columns": {"Where": "city"}, "defaults": {"kind": "company"}, "keep": "good"}
    sent = {"plan": json.dumps(plan), "dry_run": "true"}
    dry = api.post(API, data=sent, files={"file": ("c.csv", content)})
    assert dry.status_code == 202, dry.text
    clerk.work()
    assert api.get(dry.headers["location"]).json()["state"] == "checked"
    assert clerk.customers("By program") == []
    real = api.post(API, data={"plan": json.dumps(plan)}, files={"file": ("c.csv", content)})
    clerk.work()
    done = api.get(real.headers["location"]).json()
    assert done["state"] == "done"
    assert done["counts"]["created"] == 2
    assert done["columns"] == {"Client": "name", "Where": "city"}
    assert [c.kind for c in clerk.customers("By program", "By program 2")] == ["company"] * 2
    undone = api.post(f"{real.headers['location']}/undo")
    assert undone.status_code == 202, undone.text
    clerk.work()
    assert api.get(real.headers["location"]).json()["state"] == "undone"
    assert api.post(f"{real.headers['location']}/undo").status_code == 409
    assert hire(WRITES).api.get(real.headers["location"]).status_code == 404

    for wrong, field in (
        ({"plan": "[]"}, "plan"),
        ({"plan": '{"columns": {"Nowhere": "city"}}'}, "plan.columns.Nowhere"),
        ({"plan": '{"columns": {"Client": null}}'}, "default.name"),
        ({"plan": '{"mode": "all"}'}, "plan.mode"),
        ({"dry_run": "maybe"}, "dry_run"),
    ):
        refused = api.post(API, data=wrong, files={"file": ("c.csv", content)})
        assert refused.status_code == 422, refused.text
        assert field in [error["field"] for error in refused.json()["errors"]]
    assert api.post(API, data={"plan": "{}"}).status_code == 422


def test_custom_fields_come_in_like_the_forms_own_and_go_back(clerk: Desk) -> None:
    add_field(clerk.person, "choice", "Colour", options=["Red", "Blue"], listed="on")
    add_field(clerk.person, "date", "Joined", listed="on")
    clerk.imported(CUSTOMERS, b"Name,Colour,Joined\nPainted,Red,31.12.2025\n")
    again = clerk.imported(CUSTOMERS, b"Name,Colour,Joined\nPainted,red,2025-12-31\n")
    assert clerk.counts(again)["unchanged"] == 1, clerk.page(again)
    wrong = clerk.imported(CUSTOMERS, b"Name,Colour\nPainted,Green\n")
    assert "Colour Green Write one of these: Red, Blue." in clerk.page(wrong)
    changed = clerk.imported(CUSTOMERS, b"Name,Colour\nPainted,Blue\n")
    listed = "/api/v1/shop/customers?q=Painted"
    assert "Blue" in clerk.person.http.get(f"{CUSTOMERS}?q=Painted").text
    clerk.person.post(f"{changed}/undo", {})
    clerk.work()
    assert clerk.state(changed) == "undone", clerk.page(changed)
    (painted,) = clerk.person.api.get(listed).json()["data"]
    assert "2025-12-31" in painted.values()
    assert "Blue" not in str(painted)
