"""What is to be done about an order: planned, shown by urgency, done with a word, reminded of."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from core.api import day_of, utc_now
from core.auth import users
from core.auth.models import User
from core.conversation import activities
from core.conversation.models import Activity
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, Person

READ = {"shop.order.read": "all"}
WRITE = {**READ, "shop.order.write": "all"}


@pytest.fixture(scope="module")
def order(kernel: Kernel, store: Tenant) -> str:
    """The path of an order."""
    with kernel.session(store) as session:
        order = Order(number="A-1", customer=Customer(name="Acts"), date=date(2026, 11, 22))
        session.add(order)
        session.flush()
        return f"/shop/orders/{order.id}"


@pytest.fixture(scope="module")
def amal(hire: Hire) -> Person:
    return hire(WRITE)


@pytest.fixture(scope="module")
def today(kernel: Kernel, store: Tenant) -> date:
    with kernel.session(store) as session:
        return day_of(session, utc_now())


def plan(person: Person, order: str, **fields: object) -> dict:
    made = person.api.post(f"/api/v1{order}/activities", json=fields)
    assert made.status_code == 201, made.text
    return made.json()


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_activities_stand_on_their_assignees_page_by_urgency(
    amal: Person, hire: Hire, order: str, today: date
) -> None:
    basim = hire(READ)
    for summary, days in (("call back", -1), ("visit them", 0), ("write offer", 5)):
        due = today + timedelta(days=days)
        plan(amal, order, summary=summary, due_on=str(due), assignee_id=basim.user_id)
    page = words(basim.http.get("/core/activities").text)
    assert re.search(
        r"Late 1 call back Order · A-1 .*Today 1 visit them .*Planned 1 write offer", page
    )
    assert "call back" not in amal.http.get("/core/activities").text
    assert "call back" in amal.http.get("/core/activities?whose=others").text
    start = basim.http.get("/").text
    assert re.search(r'href="/core/activities".*?Due today or late.*?<bdi>2</bdi>', start, re.S)


def test_the_assignee_hears_of_it_follows_and_says_when_it_is_done(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str, today: date
) -> None:
    basim = hire(READ)
    task = plan(
        amal, order, kind="call", summary="ask for it", due_on=str(today), assignee_id=basim.user_id
    )
    assert "asks you: ask for it (A-1)" in words(basim.http.get("/core/inbox").text)
    done = basim.post(
        f"{order}/conversation/activities/{task['id']}/done", {"feedback": "They <pay> soon"}
    )
    assert done.status_code == 303, done.text
    history = amal.http.get(f"{order}/history").text
    assert "has done: ask for it They <pay> soon" in words(history)
    assert "<pay>" not in history
    again = basim.api.post(f"/api/v1{order}/activities/{task['id']}/done")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    followed = basim.http.get(f"{order}/conversation", headers={"hx-request": "true"}).text
    assert "Unfollow" in followed
    work_off(kernel, store)


def test_only_who_may_read_the_record_can_be_asked_and_only_writers_plan(
    amal: Person, hire: Hire, order: str, today: date
) -> None:
    outsider, reader = hire({"shop.customer.read": "all"}), hire(READ)
    url = f"/api/v1{order}/activities"
    fields = {"summary": "x", "due_on": str(today), "assignee_id": outsider.user_id}
    refused = amal.api.post(url, json=fields)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "assignee_id"
    assert reader.api.post(url, json={**fields, "assignee_id": reader.user_id}).status_code == 403
    task = plan(amal, order, summary="mine", due_on=str(today))
    for path in ("done", "cancel"):
        answer = reader.post(f"{order}/conversation/activities/{task['id']}/{path}", {})
        assert answer.status_code == 403
    assert outsider.api.get(url).status_code == 403


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"summary": ""}, "summary"),
        ({"summary": "x" * 201}, "summary"),
        ({"summary": ["x"]}, "summary"),
        ({"due_on": "tomorrow"}, "due_on"),
        ({"due_on": "2026-02-30"}, "due_on"),
        ({"due_on": None}, "due_on"),
        ({"kind": "sleep"}, "kind"),
        ({"assignee_id": "1"}, "assignee_id"),
        ({"assignee_id": True}, "assignee_id"),
        ({"assignee_id": 2**70}, "assignee_id"),
        ({"assignee_id": 0}, "assignee_id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_field(
    amal: Person, order: str, fields: dict[str, object], wrong: str
) -> None:
    sent = {"summary": "x", "due_on": "2026-12-01", **fields}
    answer = amal.api.post(f"/api/v1{order}/activities", json=sent)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == wrong


def test_an_activity_is_planned_otherwise_and_dropped(
    amal: Person, hire: Hire, order: str, today: date
) -> None:
    task = plan(amal, order, summary="first plan", due_on=str(today))
    url = f"/api/v1{order}/activities/{task['id']}"
    basim = hire(READ)
    later = str(today + timedelta(days=9))
    changed = amal.api.patch(url, json={"due_on": later, "assignee_id": basim.user_id}).json()
    assert (changed["due_on"], changed["summary"]) == (later, "first plan")
    assert "first plan" in basim.http.get("/core/inbox").text
    assert amal.api.delete(url).status_code == 204
    assert "first plan" not in basim.http.get("/core/activities").text


def test_a_form_without_script_names_the_assignee_in_words(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str, today: date
) -> None:
    basim = hire(READ)
    with kernel.session(store) as session:
        name = session.get_one(User, basim.user_id).name
    sent = {
        "summary": "typed",
        "due_on": str(today),
        "kind": "todo",
        "assignee_id": "",
        "assignee_id.text": name,
    }
    assert amal.post(f"{order}/conversation/activities", sent).status_code == 303
    with kernel.session(store) as session:
        made = session.scalars(select(Activity).where(Activity.summary == "typed")).one()
        assert made.assignee_id == basim.user_id
    unknown = amal.post(
        f"{order}/conversation/activities", {**sent, "assignee_id.text": "nobody at all"}
    )
    assert unknown.status_code == 422


def test_what_is_due_today_is_in_the_inbox_in_the_morning(
    kernel: Kernel,
    store: Tenant,
    amal: Person,
    hire: Hire,
    order: str,
    today: date,
) -> None:
    basim = hire(READ)
    plan(amal, order, summary="wake up", due_on=str(today), assignee_id=basim.user_id)
    plan(
        amal,
        order,
        summary="sleep on",
        due_on=str(today + timedelta(days=1)),
        assignee_id=basim.user_id,
    )
    with kernel.session(store) as session:
        activities.remind(session)
    told = words(basim.http.get("/core/inbox").text)
    assert "Due today: wake up (A-1)" in told
    assert "Due today: sleep on" not in told


def test_activities_of_unreadable_records_are_nowhere_to_be_seen(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str, today: date
) -> None:
    leaver = hire(READ)
    plan(amal, order, summary="hush", due_on=str(today), assignee_id=leaver.user_id)
    with kernel.session(store) as session:
        users.set_roles(session, session.get_one(User, leaver.user_id), ())
    assert "hush" not in leaver.http.get("/core/activities").text
    assert "hush" not in leaver.http.get("/core/inbox").text
