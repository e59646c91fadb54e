"""Amal and Basim talk about an order beside it: notes, names, followers, inbox, mail, timeline.

Everything goes through HTTP, the API or the jobs; nobody learns of a record that they may not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import func, select

from core.auth import users
from core.auth.models import User
from core.conversation.mentions import Mention
from core.conversation.models import Conversation, Entry, Notice
from core.db.audit_models import AuditEntry
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.conversation.formatting import formatted
from tests.auth.mail_server import MailServer, mail_server
from tests.fake_addons.showcase.shop.models import Customer, Product
from tests.workspace.conftest import Hire, Person

READ = {"shop.order.read": "all"}
WRITE = {**READ, "shop.order.write": "all", "shop.order.confirm": "all"}
FRAGMENT = {"hx-request": "true"}
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def goods(kernel: Kernel, store: Tenant) -> dict[str, int]:
    """A customer and a product."""
    with kernel.session(store) as session:
        customer, product = Customer(name="Nour"), Product(code="N", name="Nails", price=1)
        session.add_all([customer, product])
        session.flush()
        return {"customer": customer.id, "product": product.id}


@pytest.fixture(scope="module")
def amal(hire: Hire) -> Person:
    return hire(WRITE)


@pytest.fixture
def order(amal: Person, goods: dict[str, int]) -> str:
    """The path of an order that Amal wrote."""
    return new_order(amal, goods)


def new_order(person: Person, goods: dict[str, int]) -> str:
    number = f"O-{next(_NUMBERS)}"
    made = person.api.post(
        "/api/v1/shop/orders",
        json={
            "number": number,
            "customer_id": goods["customer"],
            "date": "2026-11-22",
            "lines": [{"product_id": goods["product"], "quantity": "2", "price": "5"}],
        },
    )
    assert made.status_code == 201, made.text
    return f"/shop/orders/{made.json()['id']}"


def name_of(kernel: Kernel, store: Tenant, person: Person) -> str:
    with kernel.session(store) as session:
        return session.get_one(User, person.user_id).name


def write(person: Person, order: str, body: str) -> str:
    answer = person.http.post(
        f"{order}/conversation/notes",
        data={"csrf_token": person.csrf, "body": body},
        headers=FRAGMENT,
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def panel(person: Person, order: str) -> str:
    answer = person.http.get(f"{order}/conversation", headers=FRAGMENT)
    assert answer.status_code == 200, answer.text
    return answer.text


def inbox(person: Person) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", person.http.get("/core/inbox").text))


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


def test_the_timeline_tells_changes_field_by_field_lines_included_and_by_which_door(
    amal: Person, order: str, goods: dict[str, int]
) -> None:
    record = amal.api.get(f"/api/v1{order}")
    line = record.json()["lines"][0]
    lines = [{"product_id": goods["product"], "quantity": "9", "price": "7.50"}]
    changed = amal.api.patch(
        f"/api/v1{order}",
        json={"remark": "<b>soon</b>", "lines": lines},
        headers={"If-Match": record.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    assert line["quantity"] == "2"
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", panel(amal, order))).split())
    assert "through the API" in words
    assert "Remark <b>soon</b>" in words
    assert "Lines: removed N Nails · 2 · 5.00" in words
    assert "Lines: added N Nails · 9 · 7.50" in words


def test_what_an_actor_may_not_see_is_not_on_the_timeline(
    kernel: Kernel, store: Tenant, admin: Person
) -> None:
    with kernel.session(store) as session:
        customer = Customer(name="Secretive")
        session.add(customer)
        session.flush()
        key = customer.id
    path = f"/shop/customers/{key}"
    record = admin.api.get(f"/api/v1{path}")
    admin.api.patch(
        f"/api/v1{path}",
        json={"portal_password": "hunter2-hunter2", "city": "Taif"},
        headers={"If-Match": record.headers["etag"]},
    )
    shown = panel(admin, path)
    assert "Taif" in shown
    assert "hunter2" not in shown
    assert "***" not in shown


def test_the_timeline_is_read_page_by_page_and_misses_nothing(amal: Person, order: str) -> None:
    for number in range(45):
        note = amal.api.post(f"/api/v1{order}/notes", json={"body": f"note number {number}."})
        assert note.status_code == 201
    url, seen = f"{order}/conversation/live", []
    while url:
        text = amal.http.get(url, headers=FRAGMENT).text
        seen += re.findall(r"note number (\d+)\.</p>", text)
        older = re.search(r'hx-get="([^"]*/older\?[^"]*before=[^"]*)"', text)
        url = unescape(older[1]) if older else ""
    assert seen == [str(number) for number in reversed(range(45))]


def test_a_record_takes_its_conversation_along_and_leaves_the_trail(
    kernel: Kernel, store: Tenant, amal: Person, order: str
) -> None:
    write(amal, order, "soon gone")
    amal.api.post(f"/api/v1{order}/activities", json={"summary": "x", "due_on": "2026-12-01"})
    key = order.rpartition("/")[2]
    with kernel.session(store) as session:
        where = Conversation.record_id == key, Conversation.table_name == "shop.customer_order"
        conversation = session.scalars(select(Conversation).where(*where)).one()
    assert amal.api.delete(f"/api/v1{order}").status_code == 204
    with kernel.session(store) as session:
        assert session.get(Conversation, conversation.id) is None
        left = select(Entry).where(Entry.conversation_id == conversation.id)
        assert session.scalars(left).all() == []
        trail = select(AuditEntry.changes).where(
            AuditEntry.table_name == "core.conversation_entry", AuditEntry.operation == "delete"
        )
        assert any(changes["body"][0] == "soon gone" for changes in session.scalars(trail))


def test_a_record_deleted_by_plain_sql_leaves_no_conversation_for_the_next_of_its_key(
    kernel: Kernel, store: Tenant, amal: Person, order: str
) -> None:
    write(amal, order, "about the old one")
    key = int(order.rpartition("/")[2])
    with kernel.session(store) as session:
        session.connection().exec_driver_sql(
            "DELETE FROM shop.customer_order WHERE id = %s", (key,)
        )
        customer = session.scalars(select(Customer.id).limit(1)).one()
        session.connection().exec_driver_sql(
            "INSERT INTO shop.customer_order (id, number, customer_id, date)"
            " OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s)",
            (key, f"again-{key}", customer, date(2026, 1, 1)),
        )
    assert "about the old one" not in panel(amal, order)


@pytest.fixture
def post_office(kernel: Kernel) -> Iterator[MailServer]:
    """A mail server that the platform knows."""
    with mail_server() as server:
        address = f"smtp://127.0.0.1:{server.port}?from=books@example.com"
        before = kernel.config
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        yield server
        object.__setattr__(kernel, "config", before)


def test_notices_come_by_mail_to_those_who_want_them(
    kernel: Kernel, store: Tenant, amal: Person, hire: Hire, order: str, post_office: MailServer
) -> None:
    basim, quiet = hire(READ), hire(READ)
    quiet.post("/core/inbox/mail", {"mail": "never"})
    names = [name_of(kernel, store, person) for person in (basim, quiet)]
    write(amal, order, f"@{names[0]} and @{names[1]} look here")
    work_off(kernel, store)
    assert post_office.recipients == [f"{names[0]}@example.com"]
    mail = post_office.messages[0]
    assert "mentioned you: O-" in mail["Subject"]
    assert "look here" in mail.get_content()
    assert order in mail.get_content()


def test_a_record_is_sent_with_its_document_and_the_timeline_says_so(
    kernel: Kernel, store: Tenant, amal: Person, order: str, post_office: MailServer
) -> None:
    form = amal.http.get(f"{order}/conversation/send")
    assert form.status_code == 200
    prints = re.findall(r'name="print" value="([^"]*)" checked', form.text)
    assert prints
    refused = amal.http.post(
        f"{order}/conversation/send",
        data={"csrf_token": amal.csrf, "to": "nobody", "subject": "x", "text": "kept text"},
    )
    assert refused.status_code == 422
    assert "is not an e-mail address" in refused.text
    assert "kept text" in refused.text
    letter = {
        "csrf_token": amal.csrf,
        "_token": "sent by a double click",
        "to": "Buyer <buyer@example.com>; second@example.com",
        "cc": "",
        "subject": "Your order\r\nBcc: evil@example.com",
        "text": "See the paper.",
        "print": prints,
    }
    for _ in range(2):
        sent = amal.http.post(f"{order}/conversation/send", data=letter)
        assert (sent.status_code, sent.headers["location"]) == (303, order)
    assert "On its way" in panel(amal, order)
    work_off(kernel, store)
    mail = post_office.messages[-1]
    assert post_office.recipients == ["buyer@example.com", "second@example.com"]
    assert mail["Subject"] == "Your order Bcc: evil@example.com"
    assert mail["Bcc"] is None
    assert mail["Reply-To"].endswith("@example.com>")
    (paper,) = list(mail.iter_attachments())
    assert paper.get_content_type() == "application/pdf"
    assert paper.get_content()[:5] == b"%PDF-"
    shown = panel(amal, order)
    assert ">Sent<" in shown
    assert "buyer@example.com" in shown


def test_without_a_mail_server_nobody_is_offered_to_send(amal: Person, order: str) -> None:
    assert "/conversation/send" not in panel(amal, order)
    answer = amal.http.get(f"{order}/conversation/send")
    assert answer.status_code == 409
    assert "no mail server" in answer.text
    assert "Print it meanwhile" in answer.text


def test_openapi_describes_notes_activities_and_attachments(amal: Person) -> None:
    paths = amal.api.get("/api/openapi.json").json()["paths"]
    for path in ("notes", "notes/{note}", "activities", "activities/{activity}/done"):
        assert f"/api/v1/shop/orders/{{id}}/{path}" in paths
    upload = paths["/api/v1/shop/orders/{id}/attachments"]["post"]["requestBody"]["content"]
    assert "multipart/form-data" in upload


TEXT = st.text(alphabet=st.sampled_from("ab @<>&\"'*`_-\n./:https"), max_size=60)


@given(text=TEXT, name=st.sampled_from(["a", "ab", "<b>", "b b"]))
def test_no_text_becomes_a_tag_of_its_own(text: str, name: str) -> None:
    html = formatted(text, [Mention(1, name)])
    assert isinstance(html, Markup)
    known = (
        r"</?(p|br|strong|em|code|ul|li|blockquote|span|a)( (class|href|rel|target)=\"[^\"<>]*\")*>"
    )
    rest = re.sub(known, "", html)
    assert "<" not in rest
    assert ">" not in rest
    assert all(
        unescape(address).startswith(("http://", "https://"))
        for address in re.findall(r'href="([^"]*)"', html)
    )
