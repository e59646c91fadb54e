"""What remains of a conversation: the timeline, the trail of a record that is gone, mail, and how
notes are written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import select

from core.conversation.mentions import Mention
from core.conversation.models import Conversation, Entry
from core.db.audit_models import AuditEntry
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.conversation.formatting import formatted
from tests.auth.mail_server import MailServer, mail_server
from tests.fake_addons.showcase.shop.models import Customer
from tests.workspace.conftest import Hire, Person
from tests.workspace.conversation.conftest import FRAGMENT, READ, name_of, panel, write


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
