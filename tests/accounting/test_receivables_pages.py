"""Receivables and payables through the browser and the API: a bookkeeper writes and posts, an
auditor only looks, nobody else sees anything; what is printed and sent speaks the partner's
language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from addons.accounting.models.dunning import DunningLetter
from addons.accounting.models.payments import Payment
from addons.accounting.services.collections.account_statements import statements_of
from addons.accounting.services.collections.dunning import propose
from addons.accounting.services.payments.cheques import create_cheque
from addons.accounting.services.payments.runs import create_run
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, bill, invoice, open_amounts, set_up

Browse = Callable[..., httpx.Client]
D = Decimal
PAGES = (
    "payments", "payments/new", "payments/1", "cheques", "cheques/1", "cheques/new",
    "cheques/calendar", "payment-runs", "payment-runs/1", "ages/receivable", "ages/payable",
    "ages/receivable/0", "account-statements", "account-statements/1", "account-statements/new",
    "statement-run", "dunning-runs/1", "dunning-runs/new", "dunning-letters",
    "dunning-letters/1", "dunning-letters?run_id=1", "dunning-levels/1", "dunning-levels/new",
    "dunning-holds/new",
    "payment-terms/new", "partner-terms/new", "credit-approvals/new",
)  # fmt: skip


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "receivables", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    """An overdue invoice, a bill, and one document of each kind."""
    with kernel.session(tenant) as session:
        trade = set_up(session)
        invoice(session, trade.noor, "1000", due=DAY)
        bill(session, trade.eastern, "640", due=DAY)
        cheque = {
            "kind": "received", "number": "1", "partner_id": trade.cedar, "date": DAY,
            "due_date": DAY, "amount": D(5), "bank_account_id": trade.accounts["1010"],
        }  # fmt: skip
        create_cheque(session, cheque)
        run = {"date": DAY, "due_until": DAY, "journal_id": trade.journals["BNK"],
               "account_id": trade.accounts["1010"]}  # fmt: skip
        create_run(session, run)
    with kernel.session(tenant) as session:
        statements_of(session, trade.noor, "receivable", DAY.replace(day=1), DAY)
        propose(session, DAY + timedelta(days=10))
    return trade


def test_every_page_opens(as_user: Browse, trade: Trade) -> None:
    browser = as_user()
    answers = {page: browser.get(f"/accounting/{page}").status_code for page in PAGES}
    assert {page: status for page, status in answers.items() if status != 200} == {}


def test_a_bookkeeper_writes_and_posts_a_payment_and_the_invoice_is_paid(
    kernel: Kernel, tenant: Tenant, as_user: Browse, trade: Trade
) -> None:
    browser = as_user("accounting.bookkeeper")
    items = browser.get("/api/v1/accounting/open-items").json()["data"]
    item = next(one for one in items if one["partner_id"] == trade.noor)
    sent = {
        "kind": "in", "partner_id": trade.noor, "date": DAY.isoformat(),
        "journal_id": trade.journals["BNK"], "account_id": trade.accounts["1010"],
        "currency": "SAR", "amount": "400.00",
        "items": [{"open_item_id": item["id"], "amount": "400.00"}],
    }  # fmt: skip
    created = browser.post("/api/v1/accounting/payments", json=sent)
    assert created.status_code == 201, created.text
    address = f"/api/v1/accounting/payments/{created.json()['id']}"
    answer = browser.post(f"{address}/actions/post", json={})
    assert answer.status_code == 200, answer.text
    with kernel.session(tenant) as session:
        payment = session.get_one(Payment, created.json()["id"])
        assert payment.state == "posted"
        assert payment.entry is not None
        assert open_amounts(session, trade.noor) == [D(600)]
    again = browser.post(f"{address}/actions/post", json={})
    assert again.status_code == 409, again.text
    printed = browser.post(f"/accounting/payments/{created.json()['id']}/print", data={})
    assert browser.get(printed.headers["location"]).content.startswith(b"%PDF")
    reversed_ = browser.post(f"{address}/actions/reverse", json={})
    assert reversed_.status_code == 200, reversed_.text


def test_an_auditor_looks_and_changes_nothing(as_user: Browse, trade: Trade) -> None:
    browser = as_user("accounting.auditor")
    assert browser.get("/accounting/ages/receivable").status_code == 200
    assert browser.get("/accounting/payments/new").status_code == 403
    assert browser.post("/accounting/statement-run").status_code == 403
    refused = browser.post("/api/v1/accounting/dunning-runs/1/actions/confirm", json={})
    assert refused.status_code == 403


def test_strangers_see_nothing(as_user: Browse, trade: Trade) -> None:
    browser = as_user("contacts.reader")
    for page in ("payments", "ages/receivable", "cheques/1", "account-statements/1/paper"):
        assert browser.get(f"/accounting/{page}").status_code in (403, 404)


def test_a_run_is_confirmed_and_its_letter_printed_in_arabic(
    kernel: Kernel, tenant: Tenant, as_user: Browse, trade: Trade
) -> None:
    browser = as_user("accounting.bookkeeper")
    answer = browser.post("/api/v1/accounting/dunning-runs/1/actions/confirm", json={})
    assert answer.status_code == 200, answer.text
    with kernel.session(tenant) as session:
        letter = session.get_one(DunningLetter, 1)
        assert (letter.state, letter.language) == ("confirmed", "ar")
    paper = browser.get("/accounting/dunning-letters/1/paper")
    assert paper.status_code == 200, paper.text
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert browser.get("/accounting/account-statements/1/paper").content.startswith(b"%PDF")


def test_statements_are_asked_for_on_a_page_and_made_by_a_job(
    as_user: Browse, trade: Trade
) -> None:
    browser = as_user("accounting.bookkeeper")
    form = {"start": "2026-03-01", "end": "2026-03-31", "side": "receivable"}
    answer = browser.post("/accounting/statement-run", data=form)
    assert answer.status_code == 303, answer.text
    wrong = browser.post("/accounting/statement-run", data={**form, "end": "2026-02-01"})
    assert wrong.status_code == 422
    assert "before the first" in wrong.text


def test_a_wrong_question_about_ages_is_refused(as_user: Browse, trade: Trade) -> None:
    browser = as_user()
    for query in ("on=yesterday", "by=moon", "in=gold"):
        assert browser.get(f"/accounting/ages/receivable?{query}").status_code == 422
