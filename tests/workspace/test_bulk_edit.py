"""Somebody changes many records at once, a single cell, and takes it back: each record by its own
services and within their rights, all or as many as can be, at once or as a job.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from addons.accounting.models import Account, Journal, JournalEntry
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.drafts import create_draft
from core.auth.models import UserRole
from core.jobs.models import Job
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.bulk import running
from core.web.bulk.models import Batch, BatchItem
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product, Status
from tests.workspace.conftest import Hire, Person

HTMX = {"hx-request": "true"}


@pytest.fixture
def customers(kernel: Kernel, store: Tenant, request: pytest.FixtureRequest) -> list[int]:
    """Five customers in Jeddah, named after the test."""
    with kernel.session(store) as session:
        made = [Customer(name=f"{request.node.name} {n}", city="Jeddah") for n in range(5)]
        session.add_all(made)
        session.flush()
        return [customer.id for customer in made]


@pytest.fixture
def orders(kernel: Kernel, store: Tenant, customers: list[int]) -> list[int]:
    """Three draft orders, of which the last has no lines and cannot be confirmed."""
    with kernel.session(store) as session:
        paper = Product(code=f"P{customers[0]}", name="Paper", price=Decimal(2))
        session.add(paper)
        session.flush()
        made = [
            Order(number=f"B{customers[0]}-{n}", customer_id=customers[0], date=date(2026, 3, n))
            for n in (1, 2, 3)
        ]
        for order in made[:2]:
            order.lines = [OrderLine(product_id=paper.id, price=Decimal(2))]
        session.add_all(made)
        session.flush()
        return [order.id for order in made]


def ids(keys: list[int]) -> str:
    return ",".join(map(str, keys))


def city(value: str, **more: str) -> dict[str, str]:
    return {"_change": "city", "city": value, "_run": "1", **more}


def batch_of(reply: Any) -> str:
    """The page of the batch that a reply leads to."""
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


def values(kernel: Kernel, store: Tenant, column: Any, keys: list[int]) -> list[Any]:
    model = column.class_
    with kernel.session(store) as session:
        return list(session.scalars(select(column).where(model.id.in_(keys)).order_by(model.id)))


def test_ticked_records_get_the_new_value_and_undo_gives_each_its_own_back(
    admin: Person, customers: list[int], kernel: Kernel, store: Tenant
) -> None:
    admin.post(f"/shop/customers/{customers[1]}/cells/city", {"city": "Riyadh", "_version": "1"})
    asked = admin.post("/shop/customers/bulk/edit", {"_ids": ids(customers[:3])})
    assert "Records chosen: 3" in asked.text
    assert 'name="portal_password"' not in asked.text
    sent = city("Dammam", _ids=ids(customers[:3]), _token="t1")
    page = batch_of(admin.post("/shop/customers/bulk/edit", sent))
    assert values(kernel, store, Customer.city, customers) == ["Dammam"] * 3 + ["Jeddah"] * 2
    assert batch_of(admin.post("/shop/customers/bulk/edit", sent)) == page, "sent twice, done once"

    text = admin.http.get(page).text
    assert "3 of 3 records were changed." in text
    assert "Dammam" in text
    undone = batch_of(admin.post(f"{page}/undo", {}))
    held = values(kernel, store, Customer.city, customers)
    assert held == ["Jeddah", "Riyadh", "Jeddah", "Jeddah", "Jeddah"]
    assert batch_of(admin.post(f"{page}/undo", {})) == undone, "undone twice is undone once"
    batch_of(admin.post(f"{undone}/undo", {}))
    assert values(kernel, store, Customer.city, customers)[:3] == ["Dammam"] * 3
    assert "Redo" in admin.http.get("/core/batches").text


def test_undo_says_which_records_were_changed_since_and_leaves_them_if_asked_to(
    admin: Person, customers: list[int], kernel: Kernel, store: Tenant
) -> None:
    page = batch_of(admin.post("/shop/customers/bulk/edit", city("Mecca", _ids=ids(customers[:3]))))
    with kernel.session(store) as session:
        session.execute(update(Customer).where(Customer.id == customers[1]).values(city="Abha"))
    refused = batch_of(admin.post(f"{page}/undo", {}))
    text = admin.http.get(refused).text
    assert "Nothing was changed" in text
    assert "It was changed since." in text
    assert values(kernel, store, Customer.city, customers)[:3] == ["Mecca", "Abha", "Mecca"]
    batch_of(admin.post(f"{page}/undo", {"_leave": "1"}))
    assert values(kernel, store, Customer.city, customers)[:3] == ["Jeddah", "Abha", "Jeddah"]


def test_all_that_match_means_what_the_list_shows_and_nothing_else(
    admin: Person, customers: list[int], kernel: Kernel, store: Tenant
) -> None:
    query = f"?city=Jeddah&q={customers and 'all_that_match'}&sort=-name&view=x"
    counted = admin.post("/shop/customers/bulk/count", {"_all": query})
    assert counted.json()["count"] == 5
    batch_of(admin.post("/shop/customers/bulk/edit", city("Taif", _all=query)))
    assert values(kernel, store, Customer.city, customers) == ["Taif"] * 5


def test_a_record_that_refuses_is_named_and_the_others_are_changed_or_none_as_chosen(
    admin: Person, orders: list[int], kernel: Kernel, store: Tenant
) -> None:
    url, sent = "/shop/orders/bulk/actions/confirm", {"_ids": ids(orders), "_run": "1"}
    refused = batch_of(admin.post(url, sent | {"_whole": "1", "_token": "w"}))
    assert "has no lines." in admin.http.get(refused).text
    assert values(kernel, store, Order.status, orders) == [Status.DRAFT] * 3
    page = batch_of(admin.post(url, sent))
    assert values(kernel, store, Order.status, orders) == [
        Status.CONFIRMED, Status.CONFIRMED, Status.DRAFT,
    ]  # fmt: skip
    text = admin.http.get(page).text
    assert "Done with 2 of 3 records." in text
    assert f'href="/shop/orders/{orders[2]}"' in text
    assert admin.post(f"{page}/undo", {}).status_code == 409, "an action cannot be undone"
    remark = {"_ids": ids(orders), "_change": "remark", "remark": "late", "_run": "1"}
    edited = batch_of(admin.post("/shop/orders/bulk/edit", remark))
    assert "can no longer be changed." in admin.http.get(edited).text
    assert values(kernel, store, Order.remark, orders) == [None, None, "late"]


def test_what_is_typed_wrongly_is_shown_beside_its_field_and_nothing_is_changed(
    admin: Person, customers: list[int], kernel: Kernel, store: Tenant
) -> None:
    sent = {"_ids": ids(customers), "_change": "credit", "credit": "much", "_run": "1"}
    reply = admin.post("/shop/customers/bulk/edit", sent)
    assert reply.status_code == 422
    assert "Write a number such as 1,234.50." in reply.text
    assert 'value="much"' in reply.text
    none = admin.post("/shop/customers/bulk/edit", {"_ids": ids(customers), "_run": "1"})
    assert "Choose at least one field to change." in none.text
    assert admin.post("/shop/customers/bulk/edit", city("X", _ids="")).status_code == 422
    assert admin.post("/shop/customers/bulk/edit", city("X", _ids="1,x")).status_code == 422
    unknown = {"_ids": ids(customers), "_change": "version", "version": "9", "_run": "1"}
    assert admin.post("/shop/customers/bulk/edit", unknown).status_code == 422
    assert values(kernel, store, Customer.city, customers) == ["Jeddah"] * 5


def test_nobody_changes_records_beyond_their_reach_nor_sees_the_batches_of_others(
    hire: Hire, admin: Person, orders: list[int], kernel: Kernel, store: Tenant
) -> None:
    seller = hire({"shop.order.read": "all", "shop.order.write": "own"})
    with kernel.session(store) as session:
        session.get_one(Order, orders[0]).seller_id = seller.user_id
    remark = {"_ids": ids(orders), "_change": "remark", "remark": "mine", "_run": "1"}
    page = batch_of(seller.post("/shop/orders/bulk/edit", remark))
    assert values(kernel, store, Order.remark, orders) == ["mine", None, None]
    assert "Your rights do not reach this record." in seller.http.get(page).text
    narrow = hire({"shop.order.read": "own", "shop.order.write": "own"})
    unseen = narrow.post("/shop/orders/bulk/edit", remark | {"_token": "n"})
    assert unseen.status_code == 422, "records that cannot be read are not chosen"
    assert narrow.http.get(page).status_code == 404
    assert narrow.post(f"{page}/undo", {}).status_code == 404
    reader = hire({"shop.order.read": "all"})
    assert reader.post("/shop/orders/bulk/edit", remark).status_code == 403
    assert reader.post("/shop/orders/bulk/actions/confirm", remark).status_code == 403
    assert reader.post(f"/shop/orders/{orders[0]}/cells/remark", {"remark": "x"}).status_code == 403
    assert "/bulk/edit" not in reader.http.get("/shop/orders").text
    assert batch_of(admin.post(f"{page}/undo", {}))
    assert values(kernel, store, Order.remark, orders) == [None, None, None]


def test_a_cell_is_edited_in_its_place_and_the_version_decides(
    admin: Person, customers: list[int], kernel: Kernel, store: Tenant
) -> None:
    cell = f"/shop/customers/{customers[0]}/cells/credit"
    shown = admin.http.get(cell, headers=HTMX).text
    assert 'name="credit"' in shown
    version = re.search(r'name="_version" value="(\d+)"', shown)
    assert version is not None
    wrong = admin.post(cell, {"credit": "lots", "_version": version[1]})
    assert wrong.status_code == 422
    assert "Write a number" in wrong.text
    saved = admin.post(cell, {"credit": "1,200.50", "_version": version[1]})
    assert saved.status_code == 200, saved.text
    assert "Undo" in saved.text
    assert values(kernel, store, Customer.credit, customers[:1]) == [Decimal("1200.50")]
    stale = admin.post(cell, {"credit": "7", "_version": version[1]})
    assert stale.status_code == 422
    assert "Somebody else changed this record meanwhile." in stale.text
    assert admin.http.get(f"/shop/customers/{customers[0]}/cells/nothing").status_code == 404


def test_deleting_many_asks_first_and_tells_what_cannot_go(
    admin: Person, orders: list[int], customers: list[int], kernel: Kernel, store: Tenant
) -> None:
    asked = admin.post("/shop/customers/bulk/delete", {"_ids": ids(customers)})
    assert "for good" in asked.text
    sent = {"_ids": ids(customers), "_run": "1"}
    page = batch_of(admin.post("/shop/customers/bulk/delete", sent))
    text = admin.http.get(page).text
    assert "4 of 5 records were deleted." in text
    assert values(kernel, store, Customer.id, customers) == customers[:1], "it still has orders"


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of more than one record are jobs, of two records a step."""
    monkeypatch.setattr(running, "AT_ONCE", 1)
    monkeypatch.setattr(running, "STEP", 2)


def test_a_large_batch_is_a_job_with_the_rights_of_who_asked_and_can_be_undone(
    hire: Hire, customers: list[int], kernel: Kernel, store: Tenant, small_steps: None
) -> None:
    clerk = hire({"shop.customer.read": "all", "shop.customer.write": "all"})
    page = batch_of(clerk.post("/shop/customers/bulk/edit", city("Yanbu", _ids=ids(customers))))
    assert "0 of 5 records are done." in clerk.http.get(page).text
    assert clerk.post(f"{page}/undo", {}).status_code == 409
    assert work_off(kernel, store) == 3
    assert values(kernel, store, Customer.city, customers) == ["Yanbu"] * 5
    told = clerk.http.get(f"{page}/progress", headers=HTMX)
    assert "5 of 5 records were changed." in told.text
    assert told.headers["hx-trigger"] == "batch:ended"
    undone = batch_of(clerk.post(f"{page}/undo", {}))
    work_off(kernel, store)
    assert "5 of 5 records are as they were before." in clerk.http.get(undone).text
    assert values(kernel, store, Customer.city, customers) == ["Jeddah"] * 5


def test_rights_lost_meanwhile_are_lost_to_the_job_too(
    hire: Hire, customers: list[int], kernel: Kernel, store: Tenant, small_steps: None
) -> None:
    clerk = hire({"shop.customer.read": "all", "shop.customer.write": "all"})
    page = batch_of(clerk.post("/shop/customers/bulk/edit", city("Hail", _ids=ids(customers))))
    with kernel.session(store) as session:
        for held in session.scalars(select(UserRole).where(UserRole.user_id == clerk.user_id)):
            session.delete(held)
    work_off(kernel, store)
    assert values(kernel, store, Customer.city, customers) == ["Jeddah"] * 5
    assert "5" in clerk.http.get(page).text


def test_a_job_reaches_no_further_than_the_token_that_asked_for_it(
    hire: Hire, customers: list[int], kernel: Kernel, store: Tenant, small_steps: None
) -> None:
    abilities = ["shop.customer.read", "shop.customer.write"]
    clerk = hire(dict.fromkeys(abilities, "all"))
    answer = clerk.api.post("/shop/customers/bulk/edit", data=city("Abha", _ids=ids(customers)))
    batch_of(answer)
    with kernel.session(store) as session:
        asked = session.scalars(select(Job).order_by(Job.id.desc())).first()
        assert asked is not None
        assert asked.arguments["abilities"] == abilities
    work_off(kernel, store)
    assert values(kernel, store, Customer.city, customers) == ["Abha"] * 5


def test_a_cancelled_batch_keeps_its_finished_steps_and_they_can_be_undone(
    admin: Person, customers: list[int], kernel: Kernel, store: Tenant, small_steps: None
) -> None:
    page = batch_of(admin.post("/shop/customers/bulk/edit", city("Najran", _ids=ids(customers))))
    batch_id = int(page.rpartition("/")[2])
    with kernel.session(store) as session:
        running.run_batch(session, batch_id)
    batch_of(admin.post(f"{page}/cancel", {}))
    work_off(kernel, store)
    assert values(kernel, store, Customer.city, customers) == ["Najran"] * 2 + ["Jeddah"] * 3
    assert "Cancelled after 2 of 5." in admin.http.get(page).text
    assert admin.post(f"{page}/cancel", {}).status_code == 409
    batch_of(admin.post(f"{page}/undo", {}))
    work_off(kernel, store)
    assert values(kernel, store, Customer.city, customers) == ["Jeddah"] * 5


def test_a_step_whose_worker_dies_is_done_again_and_nothing_twice(
    admin: Person, customers: list[int], kernel: Kernel, store: Tenant, small_steps: None
) -> None:
    page = batch_of(admin.post("/shop/customers/bulk/edit", city("Jizan", _ids=ids(customers))))
    batch_id = int(page.rpartition("/")[2])
    with pytest.raises(KeyboardInterrupt):
        _die_after_a_step(kernel, store, batch_id)
    assert values(kernel, store, Customer.city, customers) == ["Jeddah"] * 5
    with kernel.session(store) as session:
        job_id = session.get_one(Batch, batch_id).job_id
        assert session.get_one(Job, job_id).state == "queued"
    work_off(kernel, store)
    assert values(kernel, store, Customer.city, customers) == ["Jizan"] * 5
    with kernel.session(store) as session:
        outcomes = session.scalars(select(BatchItem.outcome).where(BatchItem.batch_id == batch_id))
        assert set(outcomes) == {"done"}
        versions = session.scalars(select(Customer.version).where(Customer.id.in_(customers)))
        assert set(versions) == {2}


def test_many_journal_entries_are_posted_each_with_its_number_and_the_unbalanced_one_is_named(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        create_accounts(session, {"Assets:Cash": "asset", "Income:Sales": "income"})
        ensure_years(session, [date(2026, 3, 1)])
        accounts = {row.code: row.id for row in session.execute(select(Account.code, Account.id))}
        journal = session.scalars(select(Journal.id).order_by(Journal.id)).first()
        drafts = []
        for amount in ("10", "20", "30"):
            credit = amount if amount != "20" else "19"
            lines = (
                {"account_id": accounts["Assets:Cash"], "debit": Decimal(amount)},
                {"account_id": accounts["Income:Sales"], "credit": Decimal(credit)},
            )
            given = {"journal_id": journal, "date": date(2026, 3, 4), "lines": lines}
            drafts.append(create_draft(session, given).id)
    sent = {"_ids": ids(drafts), "_run": "1"}
    page = batch_of(admin.post("/accounting/entries/bulk/actions/post", sent))
    text = admin.http.get(page).text
    assert "Done with 2 of 3 records." in text
    assert text.count("Posted as ") == 2
    states = values(kernel, store, JournalEntry.state, drafts)
    assert states == ["posted", "draft", "posted"]
    remark = {"_ids": ids(drafts), "_change": "narration", "narration": "March", "_run": "1"}
    edited = batch_of(admin.post("/accounting/entries/bulk/edit", remark))
    assert "1 of 3 records were changed." in admin.http.get(edited).text


def _die_after_a_step(kernel: Kernel, store: Tenant, batch_id: int) -> None:
    with kernel.session(store) as session:
        running.run_batch(session, batch_id)
        raise KeyboardInterrupt
