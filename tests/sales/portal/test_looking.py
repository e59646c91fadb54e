"""What customers find at the portal and behind mailed links, and what the staff sees of it."""

import re
from datetime import date
from decimal import Decimal

import httpx
from sqlalchemy import select

from addons.contacts.models import Contact
from addons.sales.models import DocumentView, SalesOrder
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.sending import ask_for_mail
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.mail_server import MailServer
from tests.sales.conftest import Shop
from tests.sales.portal.conftest import Enter
from tests.sales.portal.visiting import (
    at,
    quoted,
)
from tests.workspace.conftest import Person

D = Decimal


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
