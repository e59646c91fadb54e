"""A customer may owe 1,000. The sale that would make it more is stopped until the credit manager
approves it with a reason, or asks whoever posts it, as the company decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy.orm import Session

from addons.accounting.errors import EntryIsInvalid
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.drafts import create_draft
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments.agreed import save_partner_terms
from addons.accounting.services.payments.cheques import advance, create_cheque
from addons.accounting.services.payments.credit import approve
from addons.accounting.services.payments.exposures import exposure
from addons.accounting.services.payments.posting import post_payment
from addons.accounting.services.payments.reversing import reverse_payment
from core.api import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, invoice, payment, set_up

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "credit", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        return set_up(session)


def limit(session: Session, partner_id: int, policy: str = "stop") -> None:
    values = {"partner_id": partner_id, "credit_limit": D(1000), "credit_policy": policy}
    save_partner_terms(session, PartnerTerms(), values)


def test_a_sale_within_the_limit_passes_and_one_above_is_stopped(
    session: Session, trade: Trade
) -> None:
    limit(session, trade.noor)
    invoice(session, trade.noor, "1000")
    with pytest.raises(EntryIsInvalid, match=r"would owe 1000\.01 SAR, and may owe 1000"):
        invoice(session, trade.noor, "0.01")
    invoice(session, trade.cedar, "5000")


def test_a_cheque_that_is_not_paid_yet_still_counts(session: Session, trade: Trade) -> None:
    limit(session, trade.noor)
    invoice(session, trade.noor, "1000")
    cheque = create_cheque(
        session,
        {"kind": "received", "number": "7", "partner_id": trade.noor, "date": DAY,
         "due_date": DAY, "amount": D(1000), "bank_account_id": trade.accounts["1010"]},
    )  # fmt: skip
    advance(session, cheque, "received")
    seal_now(session)
    assert (exposure(session, trade.noor).receivable, exposure(session, trade.noor).cheques) == (
        D(0),
        D(1000),
    )
    with pytest.raises(EntryIsInvalid):
        invoice(session, trade.noor, "1")
    advance(session, cheque, "deposited")
    advance(session, cheque, "cleared")
    invoice(session, trade.noor, "1")


def test_an_approval_lets_a_customer_owe_more_until_its_day(session: Session, trade: Trade) -> None:
    limit(session, trade.noor)
    invoice(session, trade.noor, "1000")
    today = utc_now().date()
    reason = {"partner_id": trade.noor, "amount": D(1500), "reason": "Paid every bill for years"}
    approve(session, {**reason, "until": today - timedelta(days=2)})
    with pytest.raises(EntryIsInvalid):
        invoice(session, trade.noor, "500")
    approve(session, {**reason, "until": today + timedelta(days=2)})
    invoice(session, trade.noor, "500")
    with pytest.raises(EntryIsInvalid, match="may owe 1500"):
        invoice(session, trade.noor, "1")


def test_what_brings_a_debt_back_is_never_stopped(session: Session, trade: Trade) -> None:
    line = invoice(session, trade.noor, "900")
    paid = payment(session, trade, amount=D(900), items=({"line_id": line, "amount": D(900)},))
    post_payment(session, paid)
    seal_now(session)
    limit(session, trade.noor)
    invoice(session, trade.noor, "800")
    reverse_payment(session, paid)
    assert exposure(session, trade.noor).total == D(1700)


def test_a_warning_does_not_keep_a_program_from_posting(session: Session, trade: Trade) -> None:
    limit(session, trade.noor, "warn")
    invoice(session, trade.noor, "5000")
    assert exposure(session, trade.noor).total == D(5000)


def test_a_warning_asks_whoever_posts_and_goes_on_when_they_say_so(
    kernel: Kernel, tenant: Tenant, trade: Trade, as_user: object
) -> None:
    with kernel.session(tenant) as session:
        limit(session, trade.cedar, "warn")
        lines = (
            {"account_id": trade.accounts["1100"], "debit": D(1200)},
            {"account_id": trade.accounts["4000"], "credit": D(1200)},
        )
        values = {"journal_id": trade.journals["SAL"], "date": DAY, "partner_id": trade.cedar}
        draft = create_draft(session, {**values, "lines": lines}).id
    browser: httpx.Client = as_user("accounting.accountant")  # type: ignore[operator]
    address = f"/api/v1/accounting/entries/{draft}/actions/post"
    asked = browser.post(address, json={})
    assert asked.status_code == 409, asked.text
    assert "would owe 1200" in asked.text
    done = browser.post(address, json={}, headers={"X-Confirm": f"credit:{trade.cedar}"})
    assert done.status_code == 200, done.text
