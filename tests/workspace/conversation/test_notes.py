"""Amal and Basim talk about an order beside it: notes, names, followers, inbox.

Everything goes through HTTP, the API or the jobs; nobody learns of a record that they may not read.
"""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from core.auth import users
from core.auth.models import User
from core.conversation.models import Notice
from core.db.audit_models import AuditEntry
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.workspace.conftest import Hire, Person
from tests.workspace.conversation.conftest import (
    FRAGMENT,
    READ,
    WRITE,
    inbox,
    name_of,
    new_order,
    panel,
    write,
)


def test_a_record_page_fetches_its_conversation_only_when_it_is_seen(
    amal: Person, order: str
) -> None:
    page = amal.http.get(order).text
    assert f'hx-get="{order}/conversation" hx-trigger="revealed"' in page
    assert "note-body" not in page
    assert "note-body" in panel(amal, order)


def test_a_note_is_shown_to_readers_and_no_script_in_it_reaches_a_page(
    amal: Person, hire: Hire, order: str
) -> None:
    write(amal, order, '**Call** them <script>alert(1)</script> & "quote" https://a.example/x?y=1.')
    shown = panel(hire(READ), order)
    assert "<strong>Call</strong>" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert '<a href="https://a.example/x?y=1" rel="noopener' in shown


def test_whoever_is_named_hears_of_it_and_follows_from_then_on(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    basim = hire(READ)
    name = name_of(kernel, store, basim)
    assert f'<span class="mention">@{name}</span>' in write(amal, order, f"@{name} please look")
    work_off(kernel, store)
    assert "mentioned you: O-" in inbox(basim)
    assert "please look" in inbox(basim)
    write(amal, order, "and another thing")
    work_off(kernel, store)
    assert "wrote a note: O-" in inbox(basim)
    start = basim.http.get("/").text
    assert re.search(r'class="inbox-count">2<', start)


def test_who_may_not_read_the_record_is_told_nothing_and_its_writer_learns_so(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    outsider = hire({"shop.customer.read": "all"})
    name = name_of(kernel, store, outsider)
    assert f"{name} may not read this record" in write(amal, order, f"ask @{name}")
    work_off(kernel, store)
    assert "Nothing here" in inbox(outsider)
    assert outsider.http.get(f"{order}/conversation", headers=FRAGMENT).status_code == 403
    api = outsider.api.get(f"/api/v1{order}/notes")
    assert api.status_code == 403


def test_record_rules_hold_for_the_conversation_too(
    amal: Person, hire: Hire, order: str, goods: dict[str, int]
) -> None:
    own_only = hire({"shop.order.read": "own", "shop.order.write": "own"})
    mine = new_order(own_only, goods)
    assert panel(own_only, mine)
    for path in ("conversation", "conversation/live", "conversation/people", "history"):
        assert own_only.http.get(f"{order}/{path}", headers=FRAGMENT).status_code == 404
    for path in ("notes", "activities", "attachments"):
        assert own_only.api.get(f"/api/v1{order}/{path}").status_code == 404
    assert own_only.api.post(f"/api/v1{order}/notes", json={"body": "x"}).status_code == 404


def test_rights_are_checked_again_when_the_followers_are_told(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    leaver = hire(READ)
    leaver.post(f"{order}/conversation/follow", {"follow": "yes"})
    write(amal, order, "secret plans")
    with kernel.session(store) as session:
        users.set_roles(session, session.get_one(User, leaver.user_id), ())
    work_off(kernel, store)
    with kernel.session(store) as session:
        told = select(func.count()).select_from(Notice).where(Notice.user_id == leaver.user_id)
        assert session.scalar(told) == 0


def test_a_notice_of_a_record_that_may_no_longer_be_read_is_not_shown(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    reader = hire(READ)
    reader.post(f"{order}/conversation/follow", {"follow": "yes"})
    write(amal, order, "for your eyes")
    work_off(kernel, store)
    assert "for your eyes" in inbox(reader)
    with kernel.session(store) as session:
        users.set_roles(session, session.get_one(User, reader.user_id), ())
    assert "for your eyes" not in inbox(reader)


def test_who_made_a_record_follows_it_until_they_stop(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, goods: dict[str, int]
) -> None:
    maker = hire(WRITE)
    order = new_order(maker, goods)
    write(amal, order, "first remark")
    work_off(kernel, store)
    assert "first remark" in inbox(maker)
    maker.post(f"{order}/conversation/follow", {"follow": "no"})
    write(amal, order, "second remark")
    work_off(kernel, store)
    assert "second remark" not in inbox(maker)


def test_followers_hear_when_the_state_changes_by_whatever_door(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    basim = hire(WRITE)
    done = basim.api.post(f"/api/v1{order}/actions/confirm")
    assert done.status_code == 200, done.text
    work_off(kernel, store)
    number = done.json()["data"]["number"]
    assert f"{number} is now: Confirmed" in inbox(amal)
    assert number not in inbox(basim)


def test_opening_a_line_of_the_inbox_reads_it_and_leads_to_the_record(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    basim = hire(READ)
    write(amal, order, f"@{name_of(kernel, store, basim)} hello")
    work_off(kernel, store)
    form = re.search(r'action="(/core/inbox/\d+/open)"', basim.http.get("/core/inbox").text)
    assert form is not None
    opened = basim.post(form[1], {})
    assert (opened.status_code, opened.headers["location"]) == (303, f"{order}#conversation")
    assert "inbox-count" not in basim.http.get("/").text
    assert amal.post(form[1], {}).status_code == 404


def test_seeing_the_conversation_reads_its_notices(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    basim = hire(READ)
    write(amal, order, f"@{name_of(kernel, store, basim)} hello")
    work_off(kernel, store)
    assert "/conversation/seen" in panel(basim, order)
    assert basim.post(f"{order}/conversation/seen", {}).status_code == 204
    assert "/conversation/seen" not in panel(basim, order)


def test_notes_are_changed_and_taken_back_by_who_wrote_them_alone(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str
) -> None:
    note = amal.api.post(f"/api/v1{order}/notes", json={"body": "frist"}).json()["id"]
    basim = hire(WRITE)
    for path in (f"notes/{note}", f"notes/{note}/delete"):
        assert basim.post(f"{order}/conversation/{path}", {"body": "x"}).status_code == 403
    assert basim.api.delete(f"/api/v1{order}/notes/{note}").status_code == 403
    changed = amal.api.patch(f"/api/v1{order}/notes/{note}", json={"body": "first"}).json()
    assert changed["body"] == "first"
    assert changed["edited_at"] is not None
    assert "edited" in panel(basim, order)
    assert amal.api.delete(f"/api/v1{order}/notes/{note}").status_code == 204
    assert amal.api.get(f"/api/v1{order}/notes").json()["data"] == []
    with kernel.session(store) as session:
        gone = session.scalars(
            select(AuditEntry).where(
                AuditEntry.table_name == "core.conversation_entry",
                AuditEntry.record_id == str(note),
                AuditEntry.operation == "delete",
            )
        ).one()
        assert gone.changes["body"] == ["first", None]


def test_who_only_reads_writes_nothing(hire: Hire, order: str) -> None:
    reader = hire(READ)
    assert "note-body" not in panel(reader, order)
    for path, fields in (
        ("notes", {"body": "x"}),
        ("activities", {"summary": "x", "due_on": "2026-12-01"}),
        ("send", {"to": "a@example.com", "subject": "x"}),
    ):
        assert reader.post(f"{order}/conversation/{path}", fields).status_code == 403
    assert reader.api.post(f"/api/v1{order}/notes", json={"body": "x"}).status_code == 403


def test_an_addon_says_who_takes_part_where_the_usual_rule_does_not_fit(
    hire: Hire, goods: dict[str, int]
) -> None:
    reader = hire({"shop.customer.read": "all"})
    customer = f"/shop/customers/{goods['customer']}"
    assert reader.api.post(f"/api/v1{customer}/notes", json={"body": "x"}).status_code == 201


def test_a_note_or_an_activity_whose_answer_was_lost_is_kept_once(amal: Person, order: str) -> None:
    sent = {"csrf_token": amal.csrf}
    note = {**sent, "_token": "n1", "body": "Only once"}
    task = {
        **sent,
        "_token": "t1",
        "summary": "Call once",
        "kind": "call",
        "due_on": "2026-12-01",
        "assignee_id": str(amal.user_id),
    }
    for _ in range(2):
        amal.http.post(f"{order}/conversation/notes", data=note, headers=FRAGMENT)
        amal.http.post(f"{order}/conversation/activities", data=task, headers=FRAGMENT)
    shown = panel(amal, order)
    assert shown.count("<p>Only once</p>") == 1
    assert len({*re.findall(r"activities/\d+/done", shown)}) == 1
    again = {**note, "_token": "n2"}
    amal.http.post(f"{order}/conversation/notes", data=again, headers=FRAGMENT)
    assert panel(amal, order).count("<p>Only once</p>") == 2


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 20_001, 5, None, ["x"]])
def test_a_note_that_cannot_be_kept_is_refused_by_field(
    amal: Person, order: str, body: object
) -> None:
    answer = amal.api.post(f"/api/v1{order}/notes", json={"body": body})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body"


def test_letters_of_all_scripts_are_kept_and_nul_is_dropped(amal: Person, order: str) -> None:
    body = "مرحبا 👍 বাংলা\x00!"
    note = amal.api.post(f"/api/v1{order}/notes", json={"body": body}).json()
    assert note["body"] == "مرحبا 👍 বাংলা!"
