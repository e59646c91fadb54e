"""A customer looks at what is theirs at the portal, or by a mailed link, and answers a quotation.
Somebody else tries to see or sign it: with guessed numbers, another customer's session, a link that
is over, a page that is out of date."""

from __future__ import annotations

import hashlib
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from addons.contacts.models import Contact, PortalAccess
from addons.contacts.services.merging import merge_contacts
from addons.contacts.services.portal import access, sessions
from addons.sales.models import DocumentView, LostReason, OrderAnswer, SalesOrder
from addons.sales.services.confirming import cancel_order, confirm_order
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.portal.links import new_link, withdraw_links
from addons.sales.services.quoting import begin_version, lose, mark_sent
from addons.sales.services.sending import ask_for_mail
from core.auth.client import Client
from core.conversation.models import Entry, Follower
from core.db.base import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.auth.mail_server import MailServer, mail_server
from tests.sales.conftest import Shop
from tests.workspace.conftest import Person, hired

D = Decimal
PORTAL = "/sales/portal"
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk"
    "YAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "salesportal", addons=("sales",)) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def staff(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Person]:
    """The administrator, who wrote nothing of what follows."""
    with ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody at a customer's, inside the portal."""

    http: httpx.Client
    company: int
    person: int
    token: str

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"{PORTAL}/{path}")

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.http.post(f"{PORTAL}/{path}", data={"portal_token": self.token, **fields})


Enter = Callable[[], Buyer]


@pytest.fixture
def enter(kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Iterator[Enter]:
    """Somebody of a new customer, each time."""
    with ExitStack() as stack:
        yield lambda: _entered(stack, kernel, transport, tenant)


def _entered(stack: ExitStack, kernel: Kernel, transport: AppTransport, tenant: Tenant) -> Buyer:
    name = f"Buyer{next(_NUMBERS)}"
    with kernel.session(tenant) as session:
        shop = Shop(session)
        company = shop.customer(name=f"House of {name}")
        person = shop.customer(
            name=name, kind="person", parent_id=company, email=f"{name.lower()}@house.example"
        )
        row = PortalAccess(contact_id=person, granted_by="test", granted_at=utc_now())
        session.add(row)
        session.flush()
        secret = sessions.begin(session, row.id, Client("203.0.113.7", "host", "Firefox"))
    http = browser_of(stack, transport, tenant)
    http.cookies.set(sessions.COOKIE, secret, domain=f"{tenant.slug}.localhost")
    return Buyer(http, company, person, sessions.form_token(secret))


def browser_of(stack: ExitStack, transport: AppTransport, tenant: Tenant) -> httpx.Client:
    """A browser in which nobody is signed in."""
    headers = {"sec-fetch-site": "same-origin", "accept-language": "en", "user-agent": "Firefox"}
    return stack.enter_context(
        httpx.Client(
            transport=transport,
            base_url=f"https://{tenant.slug}.localhost",
            headers=headers,
            timeout=60,
        )
    )


@pytest.fixture
def outsider(transport: AppTransport, tenant: Tenant) -> Iterator[httpx.Client]:
    with ExitStack() as stack:
        yield browser_of(stack, transport, tenant)


@pytest.fixture
def post_office(kernel: Kernel) -> Iterator[MailServer]:
    """A mail server on a real socket."""
    with mail_server() as server:
        before = kernel.config
        address = f"smtp://127.0.0.1:{server.port}?from=books@example.com"
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        yield server
        object.__setattr__(kernel, "config", before)


def quoted(kernel: Kernel, tenant: Tenant, customer: int, **more: object) -> int:
    """A quotation that was sent to a customer."""
    with kernel.session(tenant) as session:
        shop = Shop(session)
        service = shop.product("100", kind="service")
        line = {"product_id": service, "quantity": D(2), "price": D(100)}
        values = {"day": date(2026, 3, 14), **more}
        return mark_sent(session, shop.order(line, contact_id=customer, **values)).id


def linked(kernel: Kernel, tenant: Tenant, order_id: int) -> str:
    """The path of a link to an order."""
    with kernel.session(tenant) as session:
        url = new_link(session, session.get_one(SalesOrder, order_id), "a@b.example")
    return url[url.index(PORTAL) :]


def at(link: str, action: str) -> str:
    """Where a form on the page of a link goes."""
    return link.replace("?", f"/{action}?")


def digest_on(page: httpx.Response) -> str:
    """What the page says that it shows."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    return found[1]


def state_of(kernel: Kernel, tenant: Tenant, order_id: int) -> str:
    with kernel.session(tenant) as session:
        return session.get_one(SalesOrder, order_id).state


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


def test_nobody_reaches_what_is_another_customers(
    kernel: Kernel, tenant: Tenant, enter: Enter, outsider: httpx.Client
) -> None:
    owner, stranger = enter(), enter()
    with kernel.session(tenant) as session:
        shop = Shop(session)
        order = shop.sold("4", "25", contact_id=owner.company)
        delivered = shop.delivered(order)
        invoice = shop.invoiced(delivered)
        payment = shop.paid(invoice, amount="40")
        draft = shop.order({"product_id": shop.product(), "quantity": D(1)},
                           contact_id=owner.company)  # fmt: skip
        delivery_id = session.scalar(text("SELECT max(id) FROM sales.delivery"))
        ids = (order.id, invoice.id, payment.id, draft.id)
    order_id, invoice_id, payment_id, draft_id = ids
    pages = (
        f"orders/{order_id}",
        f"orders/{order_id}/pdf",
        f"invoices/{invoice_id}",
        f"invoices/{invoice_id}/pdf",
        f"deliveries/{delivery_id}",
        f"deliveries/{delivery_id}/pdf",
        f"payments/{payment_id}/pdf",
    )
    for path in pages:
        mine = owner.get(path)
        assert mine.status_code == 200, (path, mine.text)
        assert path.endswith("pdf") == mine.content.startswith(b"%PDF")
        assert stranger.get(path).status_code == 404, path
        assert "/contacts/portal/enter" in outsider.get(f"{PORTAL}/{path}").headers["location"]
    assert owner.get(f"orders/{draft_id}").status_code == 404
    for path in ("note", "accept", "decline", "seen", "pay"):
        sent = stranger.post(f"orders/{order_id}/{path}", body="x", name="x", reason="x")
        assert sent.status_code == 404, path
    for name in ("quotations", "orders", "deliveries", "invoices", "payments", "statement"):
        listed = (owner.get(name), stranger.get(name))
        assert [page.status_code for page in listed] == [200, 200], name
        assert "<td" not in listed[1].text, name
    assert "60.00" in owner.get("statement").text
    assert "40" in owner.get("payments").text


def test_forms_that_no_page_of_the_portal_sent_change_nothing(
    kernel: Kernel, tenant: Tenant, enter: Enter
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    seen = digest_on(buyer.get(f"orders/{order_id}"))
    forged = buyer.http.post(
        f"{PORTAL}/orders/{order_id}/accept", data={"name": "Layla", "seen": seen}
    )
    assert forged.status_code == 403
    assert state_of(kernel, tenant, order_id) == "sent"


def test_a_link_opens_one_document_until_it_is_over(
    kernel: Kernel,
    tenant: Tenant,
    enter: Enter,
    outsider: httpx.Client,
    frozen_time: Callable[[datetime], None],
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    other_id = quoted(kernel, tenant, buyer.company)
    link, second = linked(kernel, tenant, order_id), linked(kernel, tenant, other_id)
    assert outsider.get(link).status_code == 200
    assert outsider.get(at(link, "pdf")).content.startswith(b"%PDF")
    assert outsider.get(f"{PORTAL}/orders/{order_id}").status_code == 303
    for wrong in (f"{PORTAL}/shared?key={'x' * 43}", f"{link[:-1]}_", f"{PORTAL}/shared"):
        assert outsider.get(wrong).status_code == 404
    with kernel.session(tenant) as session:
        assert withdraw_links(session, session.get_one(SalesOrder, order_id)) == 1
        kept = " ".join(str(row) for row in session.execute(text("TABLE sales.document_link")))
        assert link.rpartition("=")[2] not in kept
    assert outsider.get(link).status_code == 404
    assert outsider.post(at(link, "note"), data={"body": "x"}).status_code == 404
    assert outsider.get(second).status_code == 200
    frozen_time(datetime.now(UTC) + timedelta(days=61))
    assert outsider.get(second).status_code == 404


def test_a_link_and_a_session_are_worth_nothing_at_another_company(
    kernel: Kernel, tenant: Tenant, enter: Enter, outsider: httpx.Client
) -> None:
    buyer = enter()
    link = linked(kernel, tenant, quoted(kernel, tenant, buyer.company))
    with fresh_tenant(kernel, "salesother", addons=("sales",)) as other:
        host = f"https://{other.slug}.localhost"
        assert outsider.get(f"{host}{link}").status_code == 404
        cookie = {"cookie": f"{sessions.COOKIE}={buyer.http.cookies[sessions.COOKIE]}"}
        asked = outsider.get(f"{host}{PORTAL}/orders", headers=cookie)
        assert "/contacts/portal/enter" in asked.headers["location"]


def test_who_loses_access_while_inside_is_outside(
    kernel: Kernel, tenant: Tenant, enter: Enter
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    assert buyer.get("quotations").status_code == 200
    with kernel.session(tenant) as session:
        access.revoke(session, session.get_one(Contact, buyer.person))
    assert buyer.get(f"orders/{order_id}").status_code == 303
    sent = buyer.post(f"orders/{order_id}/note", body="x")
    assert "/contacts/portal/enter" in sent.headers["location"]


def test_a_merged_customer_keeps_their_documents_and_gets_nobody_elses(
    kernel: Kernel, tenant: Tenant, enter: Enter, outsider: httpx.Client
) -> None:
    kept, merged, stranger = enter(), enter(), enter()
    order_id = quoted(kernel, tenant, merged.company)
    with kernel.session(tenant) as session:
        shop = Shop(session)
        invoice_id = shop.invoiced(
            shop.delivered(shop.sold("1", "9", contact_id=merged.company))
        ).id
    link = linked(kernel, tenant, order_id)
    with kernel.session(tenant) as session:
        merge_contacts(session, kept.company, merged.company)
    for path in (f"orders/{order_id}", f"invoices/{invoice_id}"):
        assert kept.get(path).status_code == 200
        assert merged.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
    assert outsider.get(link).status_code == 200


def test_the_mail_with_a_document_carries_a_link_to_it(
    kernel: Kernel, tenant: Tenant, enter: Enter, outsider: httpx.Client, post_office: MailServer
) -> None:
    buyer = enter()
    with kernel.session(tenant) as session:
        session.get_one(Contact, buyer.company).email = "buyer@house.example"
    order_id = quoted(kernel, tenant, buyer.company)
    with kernel.session(tenant) as session:
        shop = Shop(session)
        confirmed = shop.sold("1", "9", contact_id=buyer.company)
        invoice = shop.invoiced(shop.delivered(confirmed))
        for document in (session.get_one(SalesOrder, order_id), confirmed, invoice):
            ask_for_mail(session, document)
    work_off(kernel, tenant)
    assert post_office.recipients == ["buyer@house.example"] * 3
    for message in post_office.messages:
        body = message.get_body(("plain",))
        assert body is not None
        found = re.search(r"https?://[^/]+(/sales/portal/shared\S+)", body.get_content())
        assert found is not None, body.get_content()
        page = outsider.get(found[1])
        assert page.status_code == 200
        assert outsider.get(at(found[1], "pdf")).content.startswith(b"%PDF")


def test_lists_are_narrowed(kernel: Kernel, tenant: Tenant, enter: Enter) -> None:
    buyer = enter()
    first = quoted(kernel, tenant, buyer.company, reference="PO-77", day=date(2026, 1, 5))
    second = quoted(kernel, tenant, buyer.company, reference="50%_x", day=date(2026, 2, 5))
    paths = {key: f"/orders/{key}" for key in (first, second)}

    def shown(query: str) -> list[bool]:
        page = buyer.get(f"quotations?{query}")
        assert page.status_code == 200, query
        return [f'{paths[key]}"' in page.text for key in (first, second)]

    assert shown("") == [True, True]
    assert shown("q=po-77") == [True, False]
    assert shown("q=%25_") == [False, True]
    assert shown("since=2026-01-10") == [False, True]
    assert shown("until=2026-01-10&since=nonsense") == [True, False]
    assert shown("only=1&page=x") == [True, True]
    assert shown("page=2") == [False, False]
    assert shown("page=" + "9" * 5000) == [True, True]


def test_the_staff_sees_what_the_customer_saw(
    kernel: Kernel, tenant: Tenant, enter: Enter, staff: Person, outsider: httpx.Client
) -> None:
    buyer = enter()
    order_id = quoted(kernel, tenant, buyer.company)
    record = f"/sales/orders/{order_id}"
    assert "Not seen yet." in staff.http.get(f"{record}/customer").text
    for _ in range(2):
        assert buyer.post(f"orders/{order_id}/seen").status_code == 204
    made = staff.post(f"{record}/customer", {})
    found = re.search(r'id="link" value="https?://[^/]+(/[^"]+)"', made.text)
    assert found is not None, made.text
    assert outsider.get(found[1]).status_code == 200
    assert outsider.post(at(found[1], "seen")).status_code == 204
    with kernel.session(tenant) as session:
        view = session.scalars(select(DocumentView).where(DocumentView.order_id == order_id)).one()
        assert (view.times, view.quote_version) == (3, 1)
    assert "Seen on" in staff.http.get(record).text
    assert staff.post(f"{record}/customer/end", {}).status_code == 303
    assert outsider.get(found[1]).status_code == 404


def test_the_staff_sees_an_invoice_as_its_customer_and_no_draft(
    kernel: Kernel, tenant: Tenant, enter: Enter, staff: Person, outsider: httpx.Client
) -> None:
    buyer = enter()
    with kernel.session(tenant) as session:
        shop = Shop(session)
        order = shop.delivered(shop.sold("2", "30", contact_id=buyer.company))
        draft = invoice_orders(session, [order.id]).id
        posted = shop.invoiced(shop.delivered(shop.sold("1", "8", contact_id=buyer.company))).id
    assert staff.http.get(f"/sales/invoices/{draft}/customer").status_code == 409
    assert buyer.get(f"invoices/{draft}").status_code == 404
    made = staff.post(f"/sales/invoices/{posted}/customer", {})
    found = re.search(r'id="link" value="https?://[^/]+(/[^"]+)"', made.text)
    assert found is not None, made.text
    assert outsider.get(found[1]).status_code == 200
    for action in ("accept", "decline"):
        sent = outsider.post(at(found[1], action), data={"name": "L", "seen": "0", "reason": "x"})
        assert sent.status_code == 404
    assert outsider.post(at(found[1], "note"), data={"body": "Thanks"}).status_code == 303
    assert buyer.post(f"invoices/{posted}/seen").status_code == 204
    assert "Seen on" in staff.http.get(f"/sales/invoices/{posted}").text
    assert staff.post(f"/sales/invoices/{posted}/customer/end", {}).status_code == 303
    assert outsider.get(found[1]).status_code == 404


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
