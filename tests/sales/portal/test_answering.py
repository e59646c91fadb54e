"""A customer looks at a quotation at the portal, or by a mailed link, and answers it once: with a
name, a reason or a question, and never to a page that is out of date."""

import hashlib
import threading
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from functools import partial

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from addons.sales.models import DocumentView, LostReason, OrderAnswer, SalesOrder
from addons.sales.services.confirming import cancel_order, confirm_order
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.quoting import begin_version, lose, mark_sent
from core.conversation.models import Entry, Follower
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.sales.portal.conftest import Enter
from tests.sales.portal.visiting import (
    at,
    browser_of,
    digest_on,
    linked,
    quoted,
    state_of,
)
from tests.workspace.conftest import Person

D = Decimal
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk"
    "YAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


def test_a_quotation_is_accepted_with_a_name_and_evidence_is_kept(
    kernel: Kernel, tenant: Tenant, enter: Enter, staff: Person
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    page = buyer.get(f"orders/{order_id}")
    assert page.status_code == 200
    assert "Waits for your answer" in page.text
    answer = buyer.post(
        f"orders/{order_id}/accept", name="Layla  Haddad", seen=digest_on(page), drawing=PIXEL
    )
    assert answer.status_code == 303, answer.text
    assert state_of(kernel, tenant, order_id) == "confirmed"
    with kernel.session(tenant) as session:
        kept = session.scalars(select(OrderAnswer).where(OrderAnswer.order_id == order_id)).one()
        assert (kept.name, kept.kind, kept.confirmed) == ("Layla Haddad", "accepted", True)
        assert (kept.via, kept.person_id, kept.user_agent) == ("portal", buyer.person, "Firefox")
        assert kept.address
        assert kept.content["total"] == "200"
        said = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
        assert "accepted the quotation" in said.body
    evidence = staff.http.get(f"/sales/orders/{order_id}/evidence")
    assert kept.content_digest in evidence.text
    pdf = staff.http.get(f"/sales/orders/{order_id}/evidence/{kept.id}/pdf")
    assert hashlib.sha256(pdf.content).hexdigest() == kept.document_digest
    drawing = staff.http.get(f"/sales/orders/{order_id}/evidence/{kept.id}/drawing")
    assert drawing.content.startswith(b"\x89PNG")
    again = buyer.post(f"orders/{order_id}/accept", name="Layla", seen=kept.content_digest)
    assert again.status_code == 409
    assert "accepted by Layla Haddad already" in again.text


def test_what_hinders_an_order_does_not_hinder_its_acceptance(
    kernel: Kernel, tenant: Tenant, enter: Enter, staff: Person
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company, currency="KWD", salesperson_id=staff.user_id)
    seen = digest_on(buyer.get(f"orders/{order_id}"))
    answer = buyer.post(f"orders/{order_id}/accept", name="Layla", seen=seen)
    assert answer.status_code == 303, answer.text
    assert "confirm it shortly" in buyer.get(f"orders/{order_id}").text
    with kernel.session(tenant) as session:
        assert session.get_one(SalesOrder, order_id).state == "sent"
        kept = session.scalars(select(OrderAnswer).where(OrderAnswer.order_id == order_id)).one()
        assert (kept.confirmed, "rate" in kept.hindrance) == (False, True)
        follows = session.scalars(select(Follower.user_id)).all()
        assert staff.user_id in follows
    assert kept.hindrance in staff.http.get(f"/sales/orders/{order_id}").text
    with kernel.session(tenant) as session:
        order = session.get_one(SalesOrder, order_id)
        order.rate = D("12.2")
        session.flush()
        assert confirm_order(session, order).state == "confirmed"


def test_a_quotation_is_declined_with_a_reason_and_a_question_reaches_the_seller(
    kernel: Kernel, tenant: Tenant, enter: Enter, staff: Person
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    page = f"orders/{order_id}"
    assert buyer.post(f"{page}/note", body="Is it blue?").status_code == 303
    assert buyer.post(f"{page}/note", body="  ").status_code == 422
    seen = digest_on(buyer.get(page))
    assert buyer.post(f"{page}/decline", name="Layla", seen=seen, reason=" ").status_code == 422
    assert buyer.post(f"{page}/decline", name="", seen=seen, reason="Dear").status_code == 422
    assert buyer.post(f"{page}/decline", name="Layla", seen=seen, reason="Dear").status_code == 303
    with kernel.session(tenant) as session:
        order = session.get_one(SalesOrder, order_id)
        assert (order.state, order.lost_note) == ("lost", "Dear")
        bodies = session.scalars(select(Entry.body).order_by(Entry.id.desc()).limit(2)).all()
        assert bodies[1] == "Is it blue?"
        assert "declined the quotation: Dear" in bodies[0]
    assert "Declined by Layla" in buyer.get(page).text
    assert buyer.post(f"{page}/accept", name="Layla", seen=seen).status_code == 409
    assert "Declined by Layla" in staff.http.get(f"/sales/orders/{order_id}").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "x" * 121}, 422),
        ({"name": "Layla", "drawing": "data:image/png;base64,AAAA"}, 422),
        ({"name": "Layla", "drawing": "data:image/svg+xml;base64,PHN2Zz4="}, 422),
        ({"name": "Layla", "seen": "0" * 64}, 409),
        ({"name": "Layla", "seen": ""}, 409),
    ],
)
def test_what_is_no_signature_signs_nothing(
    kernel: Kernel, tenant: Tenant, enter: Enter, fields: dict[str, str], status: int
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    seen = digest_on(buyer.get(f"orders/{order_id}"))
    answer = buyer.post(f"orders/{order_id}/accept", **{"seen": seen, **fields})
    assert answer.status_code == status, answer.text
    assert state_of(kernel, tenant, order_id) == "sent"


def test_a_page_that_is_out_of_date_accepts_nothing_and_the_link_shows_the_new_version(
    kernel: Kernel, tenant: Tenant, enter: Enter, outsider: httpx.Client
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    link = linked(kernel, tenant, order_id)
    seen = digest_on(outsider.get(link))
    with kernel.session(tenant) as session:
        order = begin_version(session, session.get_one(SalesOrder, order_id))
        order.note = "Now with delivery"
    assert "A new version" in outsider.get(link).text
    assert "Now with delivery" not in outsider.get(link).text
    assert outsider.post(at(link, "accept"), data={"name": "L", "seen": seen}).status_code == 409
    with kernel.session(tenant) as session:
        mark_sent(session, session.get_one(SalesOrder, order_id))
    stale = outsider.post(at(link, "accept"), data={"name": "L", "seen": seen})
    assert (stale.status_code, "was changed while you read it" in stale.text) == (409, True)
    now = outsider.get(link)
    assert "Now with delivery" in now.text
    done = outsider.post(at(link, "accept"), data={"name": "L", "seen": digest_on(now)})
    assert done.status_code == 303
    assert done.headers["location"] == link
    assert state_of(kernel, tenant, order_id) == "confirmed"


def test_what_was_never_sent_is_not_seen_when_it_is_closed(
    kernel: Kernel, tenant: Tenant, enter: Enter
) -> None:
    buyer = enter()
    keys = [quoted(kernel, tenant, buyer.company) for _ in range(2)]
    with kernel.session(tenant) as session:
        reason = session.scalars(select(LostReason.id)).first()
        for key, close in zip(keys, (cancel_order, partial(lose, reason_id=reason)), strict=True):
            order = begin_version(session, session.get_one(SalesOrder, key))
            order.note = "Our last word"
            close(session, order)
    for key in keys:
        page = buyer.get(f"orders/{key}")
        assert "is closed" in page.text
        assert "Our last word" not in page.text
        assert not buyer.get(f"orders/{key}/pdf").content.startswith(b"%PDF")
        assert f"/orders/{key}" not in buyer.get("quotations").text


def test_a_quotation_that_ended_says_so(kernel: Kernel, tenant: Tenant, enter: Enter) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company, valid_until=date(2026, 3, 20))
    page = buyer.get(f"orders/{order_id}")
    assert "Expired" in page.text
    answer = buyer.post(f"orders/{order_id}/accept", name="Layla", seen="0" * 64)
    assert answer.status_code == 409
    assert "ended on" in answer.text


def test_the_staff_cannot_sign_for_a_customer(
    kernel: Kernel, tenant: Tenant, enter: Enter, staff: Person
) -> None:
    link = linked(kernel, tenant, order_id := quoted(kernel, tenant, enter().company))
    seen = digest_on(staff.http.get(link))
    assert staff.post(at(link, "seen"), {}).status_code == 204
    for action in ("accept", "decline"):
        fields = {"name": "Layla", "seen": seen, "reason": "Dear"}
        assert staff.post(at(link, action), fields).status_code == 403
    assert state_of(kernel, tenant, order_id) == "sent"
    with kernel.session(tenant) as session:
        assert not session.scalars(
            select(DocumentView).where(DocumentView.order_id == order_id)
        ).all()


def test_of_two_who_accept_at_once_one_signs(
    kernel: Kernel, tenant: Tenant, enter: Enter, transport: AppTransport
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    link = linked(kernel, tenant, order_id)
    seen = digest_on(buyer.get(f"orders/{order_id}"))
    barrier, found = threading.Barrier(2), []

    def sign(name: str) -> None:
        with ExitStack() as stack:
            browser = browser_of(stack, transport, tenant)
            barrier.wait()
            sent = browser.post(at(link, "accept"), data={"name": name, "seen": seen})
            found.append(sent.status_code)

    threads = [threading.Thread(target=sign, args=(name,)) for name in ("Layla", "Omar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 409]


def test_evidence_is_never_changed(
    kernel: Kernel, tenant: Tenant, session: Session, enter: Enter
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    seen = digest_on(buyer.get(f"orders/{order_id}"))
    buyer.post(f"orders/{order_id}/accept", name="Layla", seen=seen)
    for statement in (
        "UPDATE sales.order_answer SET name = 'Omar'",
        "DELETE FROM sales.order_answer",
    ):
        with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
            session.execute(text(statement))
    wrong = [one.title for one in INVARIANTS if not one.check(session).holds]
    assert wrong == []
