"""A filed return is paid, whole or in parts, by the day it is due; a credit is refunded; sending
twice pays once; taking back works from both sides, and leaves the books as they were."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import account_id, balances, post_entry, reverse_entry
from addons.accounting.models import Account, JournalEntry
from addons.accounting.services.ledger import seal_now
from addons.vat.errors import ReturnNotReady
from addons.vat.models import ReturnPayment, VatReturn
from addons.vat.services.filing import drafts
from addons.vat.services.filing.paying import pay, standing, take_back
from addons.vat.services.filing.returns import file_return
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.vat.conftest import amounts, company, make_document
from tests.vat.test_returns import PAPERS, QUARTER, quarter

D = Decimal
Make = Callable[..., Any]
AUTHORITY = "Liabilities:VAT:Tax authority"
PAID_ON = date(2026, 4, 28)


def _filed(session: Session) -> VatReturn:
    quarter(session, make_document)
    filed = file_return(session, drafts.create_return(session, QUARTER).id, PAPERS)
    seal_now(session)
    return filed


def _values(session: Session, vat_return: VatReturn, **more: Any) -> dict[str, Any]:
    bank = account_id(session, "Assets:Bank")
    return {"return_id": vat_return.id, "date": PAID_ON, "account_id": bank, **more}


def _authority(session: Session) -> Decimal:
    found = {row.code: row.closing for row in balances(session)}
    return found.get(AUTHORITY, D(0))


def test_all_that_is_open_is_paid(session: Session) -> None:
    filed = _filed(session)
    assert _authority(session) == D("-67.5")
    payment = pay(session, _values(session, filed, reference="SADAD 0042"))
    assert (payment.amount, payment.is_refund) == (D("67.5"), False)
    assert amounts(session, payment.entry_id or 0) == {
        AUTHORITY: D("67.5"), "Assets:Bank": D("-67.5"),
    }  # fmt: skip
    entry = session.get_one(JournalEntry, payment.entry_id)
    assert (entry.journal.code, entry.date, entry.reference) == ("BNK", PAID_ON, "SADAD 0042")
    seal_now(session)
    assert _authority(session) == 0
    assert standing(session, filed).open == 0
    with pytest.raises(Conflict, match="Nothing is open"):
        pay(session, _values(session, filed))


def test_it_may_be_paid_in_parts_and_never_too_much(session: Session) -> None:
    filed = _filed(session)
    pay(session, _values(session, filed, amount=D(60)))
    for amount in ("7.51", "0", "-1"):
        with pytest.raises(InvalidInput, match=r"up to 7\.5"):
            pay(session, _values(session, filed, amount=D(amount)))
    pay(session, _values(session, filed, amount=D("7.50")))
    assert standing(session, filed).open == 0


def test_a_credit_is_refunded(session: Session) -> None:
    post_entry(session, make_document("SA-P15", "400", "460", buys=True))
    seal_now(session)
    filed = file_return(session, drafts.create_return(session, QUARTER).id, PAPERS)
    assert standing(session, filed).open == -60
    payment = pay(session, _values(session, filed))
    assert payment.is_refund
    assert amounts(session, payment.entry_id or 0) == {AUTHORITY: D(-60), "Assets:Bank": D(60)}
    assert standing(session, filed).open == 0


def test_what_cannot_be_paid_is_refused_with_the_way_out(session: Session) -> None:
    draft = drafts.create_return(session, QUARTER)
    with pytest.raises(ReturnNotReady, match="Only a filed return"):
        pay(session, _values(session, draft))
    drafts.delete_return(session, draft)
    filed = _filed(session)
    sales = account_id(session, "Income:Sales")
    with pytest.raises(InvalidInput, match="Money does not lie"):
        pay(session, _values(session, filed, account_id=sales))
    with pytest.raises(InvalidInput, match="not over before"):
        pay(session, _values(session, filed, date=QUARTER["end_date"]))
    assert not session.scalars(select(ReturnPayment)).all()


def test_an_amendment_owes_what_was_not_paid_before(session: Session) -> None:
    filed = _filed(session)
    pay(session, _values(session, filed))
    seal_now(session)
    amendment = drafts.amend_return(session, filed)
    drafts.update_return(
        session,
        amendment,
        {"reason": "A sale was left out", "adjustments": [
            {"box": "1", "column": "tax", "amount": D(15), "reason": "Invoice 77"}]},
    )  # fmt: skip
    file_return(session, amendment.id, PAPERS)
    assert standing(session, amendment).open == 15
    with pytest.raises(ReturnNotReady, match="Only a filed return"):
        pay(session, _values(session, filed))


def test_it_is_taken_back_from_the_payment_or_from_its_entry(session: Session) -> None:
    filed = _filed(session)
    first = pay(session, _values(session, filed))
    seal_now(session)
    take_back(session, first)
    assert first.state == "reversed"
    assert standing(session, filed).open == D("67.5")
    second = pay(session, _values(session, filed))
    seal_now(session)
    undone = reverse_entry(session, second.entry_id or 0)
    seal_now(session)
    assert (second.state, second.reversal_id) == ("reversed", undone.id)
    again = reverse_entry(session, undone.id)
    assert (second.state, second.entry_id) == ("posted", again.id)
    assert standing(session, filed).open == 0
    with pytest.raises(Conflict, match="reversed before"):
        take_back(session, first)


def test_a_payment_does_not_come_back_where_another_took_its_place(session: Session) -> None:
    filed = _filed(session)
    first = pay(session, _values(session, filed))
    seal_now(session)
    take_back(session, first)
    seal_now(session)
    pay(session, _values(session, filed))
    with pytest.raises(Conflict, match="overpaid"):
        reverse_entry(session, first.reversal_id or 0)


def test_the_form_shows_what_is_open_and_records_it_once(kernel: Kernel, transport: Any) -> None:
    from tenants.testing.browser import open_browser, sign_in

    with company(kernel, "SA", "SAR") as tenant:
        with kernel.session(tenant) as session:
            filed = _filed(session).id
            bank = account_id(session, "Assets:Bank")
        with open_browser(transport, f"{tenant.slug}.localhost") as browser:
            _go_through_the_form(kernel, tenant, browser, sign_in, filed, bank)


def _go_through_the_form(
    kernel: Kernel, tenant: Tenant, browser: httpx.Client, sign_in: Any, filed: int, bank: Any
) -> None:
    sign_in(kernel, tenant, browser, ["accounting.accountant"])
    page = browser.get(f"/vat/form/{filed}").text
    assert "67.50 to be paid" in page
    assert f"/vat/payments/new?return_id={filed}" in page
    sent = {"return_id": filed, "date": "2026-04-28", "account_id": bank, "amount": "67.50"}
    key = {"Idempotency-Key": "april"}
    made = browser.post("/api/v1/vat/payments", json=sent, headers=key)
    assert made.status_code == 201, made.text
    again = browser.post("/api/v1/vat/payments", json=sent, headers=key)
    assert again.json()["id"] == made.json()["id"]
    refused = browser.post("/api/v1/vat/payments", json=sent)
    assert refused.status_code == 409
    assert "Settled" in browser.get(f"/vat/form/{filed}").text
    listed = browser.get("/api/v1/vat/payments").json()["data"]
    assert [one["amount"] for one in listed] == ["67.50"]
    back = browser.post(f"/api/v1/vat/payments/{listed[0]['id']}/actions/take_back", json={})
    assert back.status_code == 200, back.text
    assert "67.50 to be paid" in browser.get(f"/vat/form/{filed}").text
    _two_at_once(kernel, tenant, filed, bank)


def _two_at_once(kernel: Kernel, tenant: Tenant, filed: int, bank: Any) -> None:
    together, outcomes = threading.Barrier(2), []

    def run() -> None:
        together.wait()
        try:
            with kernel.session(tenant) as session:
                pay(session, {"return_id": filed, "date": PAID_ON, "account_id": bank})
            outcomes.append("paid")
        except Conflict:
            outcomes.append("nothing open")

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["nothing open", "paid"]
    with kernel.session(tenant) as session:
        assert session.scalars(select(Account).where(Account.code == AUTHORITY)).one()
        assert _authority(session) == 0
