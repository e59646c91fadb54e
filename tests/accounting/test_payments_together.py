"""Suppliers are paid together on Thursday: what is due is proposed with its discounts, one bill is
taken out, and one payment for each supplier is posted, once, whoever else is paying."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    Allocation,
    EntryDraft,
    LineDraft,
    PaymentOrder,
    offer_discount,
    open_items,
    pay,
    post_entry,
    with_terms,
)
from addons.accounting.models import JournalEntry
from addons.accounting.models.payments import Payment
from addons.accounting.models.terms import DiscountOffer, PartnerTerms
from addons.accounting.services.drafts import create_draft
from addons.accounting.services.payments.agreed import create_term, save_partner_terms
from addons.accounting.services.payments.applying import apply_terms
from addons.accounting.services.payments.runs import create_run, pay_run, update_run
from addons.accounting.services.terms import Part, Terms
from core.api import AppError, Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import DAY, Trade, bill, invoice, open_amounts, set_up

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "together", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        return set_up(session)


def run_values(trade: Trade) -> dict[str, object]:
    return {
        "date": DAY,
        "due_until": DAY + timedelta(days=7),
        "journal_id": trade.journals["BNK"],
        "account_id": trade.accounts["1010"],
    }


def order(trade: Trade, line: int, source: str = "1", amount: str = "100") -> PaymentOrder:
    return PaymentOrder(
        kind="in",
        partner_id=trade.noor,
        date=DAY,
        journal="BNK",
        account="1010",
        amount=D(amount),
        items=(Allocation(line, D(amount)),),
        source_type="till.receipt",
        source_id=source,
    )


def test_what_is_due_is_proposed_and_paid_by_supplier(session: Session, trade: Trade) -> None:
    early = bill(session, trade.eastern, "100", due=DAY)
    bill(session, trade.eastern, "200", due=DAY + timedelta(days=7))
    bill(session, trade.eastern, "400", due=DAY + timedelta(days=8))
    bill(session, trade.cedar, "50", due=DAY)
    session.add(DiscountOffer(line_id=early, until=DAY, percent=D(2)))
    run = create_run(session, run_values(trade))
    assert [(item.amount, item.discount) for item in run.items] == [
        (D("98.00"), D("2.00")), (D(50), D(0)), (D(200), D(0)),
    ]  # fmt: skip
    kept = [{"id": item.id} for item in run.items if item.amount != D(50)]
    update_run(session, run, {"items": kept})
    (made,) = pay_run(session, run)
    assert (made.partner_id, made.amount) == (trade.eastern, D("298.00"))
    assert open_amounts(session, trade.eastern) == [D(-400)]
    assert open_amounts(session, trade.cedar) == [D(-50)]
    with pytest.raises(Conflict):
        pay_run(session, run)


def test_a_bill_that_was_paid_meanwhile_stops_the_whole_run(session: Session, trade: Trade) -> None:
    bill(session, trade.eastern, "100", due=DAY)
    first, second = create_run(session, run_values(trade)), create_run(session, run_values(trade))
    pay_run(session, first)
    with pytest.raises(InvalidInput, match="not open any more"):
        pay_run(session, second)


def test_the_same_source_is_paid_once_and_not_with_another_amount(
    session: Session, trade: Trade
) -> None:
    line = invoice(session, trade.noor, "100")
    first = pay(session, order(trade, line))
    assert pay(session, order(trade, line)).id == first.id
    with pytest.raises(Conflict, match="another content"):
        pay(session, order(trade, line, amount="90"))


def test_two_who_bring_one_source_or_pay_one_invoice_at_once_pay_it_once(
    kernel: Kernel, tenant: Tenant, trade: Trade
) -> None:
    with kernel.session(tenant) as session:
        line = invoice(session, trade.noor, "100")
    together = threading.Barrier(6)

    def work(source: str) -> str:
        together.wait(timeout=30)
        try:
            with kernel.session(tenant) as session:
                pay(session, order(trade, line, source))
        except AppError as refused:
            return type(refused).__name__
        return "paid"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(work, ["a", "a", "a", "b", "c", "d"]))
    with kernel.session(tenant) as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
        assert open_amounts(session, trade.noor) == []
    assert "paid" in outcomes
    assert set(outcomes) <= {"paid", "InvalidInput"}


def draft(session: Session, trade: Trade) -> JournalEntry:
    lines = (
        {"account_id": trade.accounts["1100"], "debit": D("1000.01")},
        {"account_id": trade.accounts["4000"], "credit": D("1000.01")},
    )
    values = {"journal_id": trade.journals["SAL"], "date": DAY, "partner_id": trade.cedar}
    return create_draft(session, {**values, "lines": lines})


def test_an_invoices_receivable_falls_into_the_partners_instalments(
    session: Session, trade: Trade
) -> None:
    entry = draft(session, trade)
    with pytest.raises(InvalidInput, match="No payment terms"):
        apply_terms(session, entry)
    term = create_term(
        session,
        {
            "name": "Half now, half in 30 days",
            "discount_percent": D(2),
            "discount_days": 10,
            "lines": ({"kind": "percent", "value": D(50)}, {"kind": "rest", "days": 30}),
        },
    )
    agreed = {"partner_id": trade.cedar, "customer_term_id": term.id}
    save_partner_terms(session, PartnerTerms(), agreed)
    session.expire_all()
    for _ in range(2):
        assert apply_terms(session, entry) == 2
    owed = [(line.amount, line.due_date) for line in entry.lines if line.amount > 0]
    assert owed == [(D("500.01"), DAY), (D("500.00"), DAY + timedelta(days=30))]
    offers = session.scalars(select(DiscountOffer)).all()
    assert {offer.until for offer in offers} == {DAY + timedelta(days=10)}
    assert {offer.line_id for offer in offers} == {x.id for x in entry.lines if x.amount > 0}


def test_terms_that_do_not_add_up_are_refused(session: Session, trade: Trade) -> None:
    with pytest.raises(InvalidInput):
        create_term(session, {"name": "Half", "lines": ({"kind": "percent", "value": D(50)},)})
    session.rollback()


def test_an_account_of_another_use_is_no_partners_account(session: Session, trade: Trade) -> None:
    values = {"partner_id": trade.noor, "receivable_id": trade.accounts["1010"]}
    with pytest.raises(InvalidInput, match="not an account of that use"):
        save_partner_terms(session, PartnerTerms(), values)


def test_an_entry_that_is_posted_at_once_gets_its_instalments_and_its_discount(
    session: Session, trade: Trade
) -> None:
    terms = Terms((Part("percent", D(50)), Part(days=30)), discount_percent=D(2), discount_days=10)
    lines = (
        LineDraft("1100", D("375"), original_amount=D("100.01"), original_currency="USD"),
        LineDraft("4000", D("-375")),
    )
    entry = EntryDraft(DAY, lines, "SAL", partner_id=trade.cedar)
    posted = post_entry(session, with_terms(entry, ["1100"], terms))
    offer_discount(session, posted.id, terms)
    owed = open_items(session, partner_id=trade.cedar)
    assert [(one.due, one.owed) for one in owed] == [
        (DAY, D("50.01")), (DAY + timedelta(days=30), D("50.00")),
    ]  # fmt: skip
    assert sum((one.residual for one in owed), D(0)) == D(375)
    assert session.scalar(select(func.count()).select_from(DiscountOffer)) == 2
