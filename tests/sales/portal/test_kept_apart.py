"""Somebody tries to see or sign what is not theirs: with guessed numbers, another customer's
session, forged forms, a link that is over, or a session that is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
from sqlalchemy import text

from addons.contacts.models import Contact
from addons.contacts.services.merging import merge_contacts
from addons.contacts.services.portal import access, sessions
from addons.sales.models import SalesOrder
from addons.sales.services.portal.links import withdraw_links
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.sales.conftest import Shop
from tests.sales.portal.conftest import Enter
from tests.sales.portal.visiting import (
    PORTAL,
    at,
    digest_on,
    linked,
    quoted,
    state_of,
)

D = Decimal


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
    # Nobody draws statements of account up without books.
    assert "statement/pdf" not in owner.get("statement").text
    assert owner.get("statement/pdf?currency=USD").status_code == 404
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
