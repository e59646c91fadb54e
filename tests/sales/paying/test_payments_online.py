"""A customer pays online: one invoice, several, ahead. The payment service tells late, twice, too
little, too much, forged; each of its references counts once, and the books hear of every one."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models.collections import AccountStatement
from addons.contacts.models import Contact
from addons.contacts.services.merging import merge_contacts
from addons.sales.models import GatewayReceipt, Invoice, Payment, PaymentIntent, SalesOrder
from addons.sales.services.confirming import cancel_order
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.portal.links import new_link, withdraw_links
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import launched, violations
from tests.fake_addons.paying.teller.options import TellerOptions
from tests.sales.conftest import Shop
from tests.sales.paying.payer import Payer
from tests.sales.payment_service import PaymentService

D = Decimal


def intent_of(session: Session, intent_id: int) -> PaymentIntent:
    return session.get_one(PaymentIntent, intent_id)


def credit(kernel: Kernel, tenant: Tenant, contact_id: int) -> Decimal:
    """What a customer has on account."""
    with kernel.session(tenant) as session:
        left = select(func.sum(Payment.amount - Payment.used))
        of_them = left.where(Payment.contact_id == contact_id, Payment.state == "posted")
        return session.scalar(of_them) or D(0)


def test_an_invoice_is_paid_once_however_often_it_is_told(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    intent = payer.begin()
    key = max(service.payments)
    status, first = service.pay(key)
    assert (status, service.pay(key)) == (200, (200, first))
    assert payer.open() == [D(0), D(50)]
    with kernel.session(tenant) as session:
        assert intent_of(session, intent.id).state == "confirmed"
        [payment] = session.scalars(select(Payment).where(Payment.contact_id == payer.contact))
        assert (payment.reference, payment.amount) == (f"T-{key}", D(100))
        entry = select(JournalEntry).where(
            JournalEntry.source_type == "sales.payment", JournalEntry.source_id == str(payment.id)
        )
        assert session.scalars(entry).one().state == "posted"
    page = payer.http.get(f"/sales/portal/paying/{intent.id}")
    assert "Thank you. We received" in page.text
    assert service.pay(key, amount="99")[0] == 409
    other = payer.begin(1)
    assert service.pay(max(service.payments), reference=f"T-{key}")[0] == 409
    with kernel.session(tenant) as session:
        assert intent_of(session, other.id).state == "begun"


def test_too_little_too_much_and_late_are_money_all_the_same(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    intent = payer.begin()
    key = max(service.payments)
    assert service.pay(key, reference=f"A-{key}", amount="30")[0] == 200
    assert payer.open() == [D(70), D(50)]
    assert "the rest is still open" in payer.http.get(f"/sales/portal/paying/{intent.id}").text
    assert service.pay(key, reference=f"B-{key}", amount="90")[0] == 200
    assert payer.open() == [D(0), D(50)]
    assert credit(kernel, tenant, payer.contact) == D(20)
    late = payer.begin(1)
    assert payer.post(f"paying/{late.id}/cancel").status_code == 303
    assert "were not paid" in payer.http.get(f"/sales/portal/paying/{late.id}").text
    assert service.pay(max(service.payments))[0] == 200
    with kernel.session(tenant) as session:
        found = intent_of(session, late.id)
        assert (found.state, found.received) == ("confirmed", D(50))
    assert payer.open() == [D(0), D(0)]


def test_a_refusal_is_noted_and_does_not_undo_money(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    intent = payer.begin()
    news = {"outcome": "refused", "intent": intent.id, "reason": "No funds"}
    assert service.tell(**news) == (200, {"state": "refused"})
    page = payer.http.get(f"/sales/portal/paying/{intent.id}")
    assert "No funds" in page.text
    assert service.pay(max(service.payments))[0] == 200
    assert service.tell(**news) == (200, {"state": "confirmed"})
    assert payer.open()[0] == D(0)


@pytest.mark.parametrize(
    ("news", "status"),
    [
        ({"signed_with": "guess"}, 403),
        ({"intent": 999_999}, 404),
        ({"currency": "USD"}, 422),
        ({"amount": "0"}, 422),
        ({"amount": "-5"}, 422),
        ({"amount": "NaN"}, 422),
        ({"amount": "1.001"}, 422),
        ({"reference": " "}, 422),
        ({"reference": "x" * 201}, 422),
    ],
)
def test_what_is_no_confirmation_pays_nothing(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService,
    news: dict[str, Any], status: int,
) -> None:  # fmt: skip
    payer.begin()
    assert service.pay(max(service.payments), **news)[0] == status
    assert payer.open() == [D(100), D(50)]


def test_several_invoices_and_only_ones_own_are_paid_together(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    with kernel.session(tenant) as session:
        shop = Shop(session)
        foreign = shop.invoiced(shop.delivered(shop.sold("1", "7"))).id
    chosen = [str(key) for key in payer.invoices]
    begun = len(service.payments)
    for wrong in ([], [str(foreign)], [*chosen, str(foreign)], ["x"], ["9" * 30]):
        answer = payer.post("statement/pay", invoice=wrong, gateway="teller")
        assert answer.status_code == 422, wrong
    unknown = payer.post("statement/pay", invoice=chosen, gateway="nobody")
    assert unknown.status_code == 422
    assert len(service.payments) == begun
    assert "Go on" in payer.post("statement/pay", invoice=chosen, gateway="teller").text
    with kernel.session(tenant) as session:
        shop = Shop(session)
        shop.paid(session.get_one(Invoice, payer.invoices[0]))
    assert service.pay(max(service.payments))[0] == 200
    assert payer.open() == [D(0), D(0)]
    assert credit(kernel, tenant, payer.contact) == D(100)


def test_an_order_is_paid_ahead_and_its_invoice_takes_it(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    with kernel.session(tenant) as session:
        shop = Shop(session)
        order = shop.sold("3", "20", contact_id=payer.contact)
        second = shop.sold("1", "5", contact_id=payer.contact)
        ids = order.id, second.id
    for wrong in ("60.01", "0", "-1", "NaN", "1e3", "abc", ""):
        answer = payer.post(f"orders/{ids[0]}/pay", amount=wrong, gateway="teller")
        assert answer.status_code == 422, wrong
    assert "Go on" in payer.post(f"orders/{ids[0]}/pay", amount="25", gateway="teller").text
    assert service.pay(max(service.payments))[0] == 200
    assert "Go on" in payer.post(f"orders/{ids[1]}/pay", amount="5", gateway="teller").text
    with kernel.session(tenant) as session:
        cancel_order(session, session.get_one(SalesOrder, ids[1]))
    assert service.pay(max(service.payments))[0] == 200
    assert credit(kernel, tenant, payer.contact) == D(30)
    with kernel.session(tenant) as session:
        shop = Shop(session)
        order = shop.delivered(session.get_one(SalesOrder, ids[0]))
        assert shop.invoiced(order).residual == D(35)


def test_a_payment_that_was_begun_goes_along_when_contacts_are_merged(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    payer.begin()
    with kernel.session(tenant) as session:
        kept = Shop(session).customer()
        merge_contacts(session, kept, payer.contact)
        assert session.get_one(Contact, payer.contact).merged_into_id == kept
    assert service.pay(max(service.payments))[0] == 200
    assert payer.open()[0] == D(0)


def test_who_rests_begins_nothing_that_could_not_be_posted(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    with kernel.session(tenant) as session:
        url = new_link(session, session.get_one(Invoice, payer.invoices[0]))
        session.get_one(Contact, payer.contact).active = False
    begun = len(service.payments)
    path = url[url.index("/sales/portal") :].replace("?", "/pay?")
    answer = payer.http.post(path, data={"gateway": "teller"})
    assert (answer.status_code, len(service.payments)) == (409, begun)


def test_a_gateway_that_does_not_answer_takes_nothing_with_it(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    with kernel.session(tenant) as session:
        before = session.scalar(select(func.count(PaymentIntent.id)))
        set_options(session, TellerOptions, address="http://127.0.0.1:9", secret="s3cret")
    answer = payer.post(f"invoices/{payer.invoices[0]}/pay", gateway="teller")
    with kernel.session(tenant) as session:
        set_options(session, TellerOptions, address=service.address, secret="s3cret")
        assert session.scalar(select(func.count(PaymentIntent.id))) == before
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)


def test_only_the_page_before_a_form_gateway_lets_a_form_go_there(
    payer: Payer, service: PaymentService
) -> None:
    place = f"invoices/{payer.invoices[0]}/pay"
    said = {
        key: payer.post(place, gateway=key).headers["content-security-policy"]
        for key in ("teller", "teller_form")
    }
    own = "form-action 'self';"
    assert own in said["teller"]
    assert said["teller_form"] == said["teller"].replace(
        own, f"form-action 'self' {service.address};"
    )


def test_what_was_confirmed_is_guarded(
    kernel: Kernel, tenant: Tenant, session: Session, payer: Payer, service: PaymentService
) -> None:
    intent = payer.begin()
    service.pay(max(service.payments))
    for statement in (
        "UPDATE sales.gateway_receipt SET amount = 1",
        "DELETE FROM sales.gateway_receipt",
        f"UPDATE sales.payment_intent SET amount = 1 WHERE id = {intent.id}",
        f"UPDATE sales.payment_intent SET state = 'begun', received = 0 WHERE id = {intent.id}",
        f"DELETE FROM sales.payment_intent WHERE id = {intent.id}",
        f"UPDATE sales.payment_intent_part SET amount = 1 WHERE intent_id = {intent.id}",
    ):
        with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
            session.execute(text(statement))
    count = session.scalar(select(func.count(GatewayReceipt.id)))
    assert count
    wrong = [one.title for one in INVARIANTS if not one.check(session).holds]
    assert wrong == []


def test_a_customer_draws_a_statement_of_account_up(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    page = payer.http.get("/sales/portal/statement").text
    assert 'action="/sales/portal/statement/pdf"' in page
    payer.begin()
    service.pay(max(service.payments))
    place = "/sales/portal/statement/pdf?currency=SAR"
    drawn = payer.http.get(f"{place}&since=2026-01-01")
    assert drawn.headers["content-type"] == "application/pdf"
    said = "".join(one.extract_text() for one in PdfReader(io.BytesIO(drawn.content)).pages)
    with kernel.session(tenant) as session:
        numbers = [session.get_one(Invoice, key).number or "" for key in payer.invoices]
        others = session.scalars(
            select(Invoice.number).where(Invoice.contact_id != payer.contact, Invoice.number > "")
        )
        assert all(number in said for number in numbers)
        assert not any(number and number in said for number in others)
        kept = session.scalar(select(func.count(AccountStatement.id)))
    assert kept == 0
    turned = payer.http.get(f"{place}&since=2026-05-01&until=2026-04-01")
    assert (turned.status_code, "before the first" in turned.text) == (422, True)
    assert payer.http.get("/sales/portal/statement/pdf?currency=JPY").status_code == 404


def test_the_payment_service_learns_a_way_back_that_opens_one_page_once(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService
) -> None:
    with kernel.session(tenant) as session:
        url = new_link(session, invoice := session.get_one(Invoice, payer.invoices[0]))
    key = url.rpartition("=")[2]
    payer.http.cookies.clear()

    def leave() -> str:
        payer.http.post(f"/sales/portal/shared/pay?key={key}", data={"gateway": "teller"})
        return re.sub(r"^https?://[^/]+", "", service.payments[max(service.payments)]["back"])

    back = leave()
    assert key not in back

    def go_on(place: str) -> httpx.Response:
        assert payer.http.get(place).status_code == 200
        path, _, once = place.partition("?once=")
        return payer.http.post(path, data={"once": once})

    first = go_on(back)
    page = first.headers["location"]
    assert (first.status_code, "key=" in page, key in page) == (303, True, False)
    assert payer.http.get(page).status_code == 200
    again = go_on(back)
    assert (again.status_code, "used already" in again.text) == (404, True)
    # Of the secret only a digest is stored, and a link that was withdrawn opens nothing any more.
    late, over = leave(), leave()
    with kernel.session(tenant) as session:
        kept = str(session.execute(text("TABLE sales.payment_return")).all())
        assert back.rpartition("=")[2] not in kept
        session.execute(text(
            "UPDATE sales.payment_return SET expires_at = now() - interval '1 s' WHERE id ="
            " (SELECT max(id) FROM sales.payment_return)"))  # fmt: skip
    assert go_on(over).status_code == 404
    with kernel.session(tenant) as session:
        withdraw_links(session, invoice)
    assert go_on(late).status_code == 404
    assert payer.http.get(page).status_code == 404


def test_in_a_browser_a_link_leads_through_the_payment_and_back(
    kernel: Kernel, tenant: Tenant, payer: Payer, service: PaymentService, port: int
) -> None:
    with kernel.session(tenant) as session:
        url = new_link(session, session.get_one(Invoice, payer.invoices[0]))
    path = re.sub(r"^https?://[^/]+", f"http://{tenant.slug}.localhost:{port}", url)
    with launched() as browser:
        context = browser.new_context(viewport={"width": 360, "height": 800}, locale="ar-SA")
        page = context.new_page()
        page.emulate_media(color_scheme="dark")
        complaints: list[str] = []
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert violations(page) == []
        page.locator("input[value=teller_form]").check()
        page.locator("form[action*='/pay?'] button").click()
        assert violations(page) == []
        page.locator("main form button").click()
        page.get_by_role("link", name="Pay now").click()
        page.locator("main form[action$='/shared/back'] button").click()
        expect(page.locator("main")).to_contain_text("100")
        assert re.search(r"/shared/paying/\d+\?key=", page.url)
        assert violations(page) == []
        assert complaints == []
    assert service.forms
    assert payer.open()[0] == D(0)
