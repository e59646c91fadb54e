"""Contracts of a company with books and taxes: their invoices are in the ledger with VAT, and a
closed month, a credit limit and a missing rate stop the one contract they concern."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.locks import move_lock
from addons.accounting.services.payments.agreed import save_partner_terms
from addons.contacts.services.merging import merge_contacts
from addons.sales.models import Invoice
from addons.sales.models.recurring import Contract
from addons.sales.services.commissions.sample import fill_commissions
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.recurring.contracts import create_contract, update_contract
from addons.sales.services.recurring.making import look_at_states, make_contract, make_now
from addons.sales.services.recurring.sample import fill_contracts
from addons.sales.services.recurring.steps import begin
from core.errors import Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop, whole_company

D = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel) as tenant:
        yield tenant


def agreed(shop: Shop, **more: Any) -> Contract:
    """A monthly service of 100 SAR and VAT since February."""
    product = shop.product("100", kind="service", tax_group="standard", name="Support")
    values = {
        "name": "Support",
        "contact_id": more.pop("contact_id", None) or shop.customer(),
        "starts_on": date(2026, 2, 1),
        "making": "post",
        "lines": [{"product_id": product, "quantity": D(1)}],
        **more,
    }
    return begin(shop.session, create_contract(shop.session, values))


def written(session: Session, keys: Any) -> list[Invoice]:
    return [session.get_one(Invoice, key) for key in keys]


def test_recurring_invoices_are_in_the_books_with_vat(session: Session, shop: Shop) -> None:
    contract = agreed(shop, starts_on=date(2026, 2, 15), anchor=date(2026, 1, 1))
    made = make_contract(session, contract.id, DAY)
    assert [(one.net, one.tax) for one in written(session, made.invoices)] == [
        (D("50.00"), D("7.50")),
        (D("100.00"), D("15.00")),
    ]
    sources = [str(key) for key in made.invoices]
    entries = select(func.count(JournalEntry.id)).where(
        JournalEntry.source_type == "sales.invoice", JournalEntry.source_id.in_(sources)
    )
    assert session.scalar(entries) == 2
    assert all(one.check(session).holds for one in INVARIANTS)


def test_a_credit_limit_stops_the_invoice_that_passes_it(session: Session, shop: Shop) -> None:
    customer = shop.customer()
    terms = {"partner_id": customer, "credit_limit": D(200), "credit_policy": "stop"}
    save_partner_terms(session, PartnerTerms(), terms)
    contract = agreed(shop, contact_id=customer)
    made = make_contract(session, contract.id, DAY)
    assert [one.total for one in written(session, made.invoices)] == [D(115)]
    assert "may owe 200" in made.problem
    assert (contract.covered_until, contract.problem) == (date(2026, 2, 28), made.problem)


def test_a_closed_month_stops_the_contract_until_somebody_dates_it_anew(
    session: Session, shop: Shop
) -> None:
    contract = agreed(shop)
    move_lock(session, "sales", date(2026, 2, 28), "February is done")
    made = make_contract(session, contract.id, DAY)
    assert (list(made.invoices), contract.covered_until) == ([], None)
    assert made.problem
    with pytest.raises(Conflict):
        make_now(session, contract, DAY)
    later = make_now(session, contract, DAY, dated=DAY)
    assert [(one.day, one.supply_day, one.net) for one in written(session, later.invoices)] == [
        (DAY, date(2026, 2, 1), D(100)),
        (DAY, date(2026, 3, 1), D(100)),
    ]
    assert contract.problem == ""


def test_a_currency_without_a_rate_is_named(session: Session, shop: Shop) -> None:
    contract = agreed(shop, currency="JPY")
    assert (contract.monthly, contract.state) == (0, "running")
    assert "JPY" in make_contract(session, contract.id, DAY).problem
    look_at_states(session, DAY)
    line = {"id": contract.lines[0].id, "price": D(4000)}
    update_contract(session, contract, {"rate": D("0.025"), "lines": [line]})
    assert len(make_contract(session, contract.id, DAY).invoices) == 2
    assert contract.monthly == 4000


def test_what_is_posted_and_cannot_be_sent_says_so(session: Session, shop: Shop) -> None:
    contract = agreed(shop, making="mail")
    made = make_contract(session, contract.id, DAY)
    assert len(made.invoices) == 2
    assert "was posted and not sent" in made.problem


def test_contracts_go_on_with_the_contact_that_is_kept(session: Session, shop: Shop) -> None:
    kept, gone = shop.customer(name="Al Noor"), shop.customer(name="Al-Noor")
    contract = agreed(shop, contact_id=gone)
    merge_contacts(session, kept, gone)
    session.refresh(contract)
    assert (contract.contact_id, contract.contact_name) == (kept, "Al Noor")


def test_the_sample_company_has_contracts_commissions_and_targets(
    session: Session, shop: Shop
) -> None:
    fill_contracts(session, [shop.customer(), shop.customer()], DAY)
    fill_commissions(session, DAY)
    session.flush()
    states = dict.fromkeys(session.scalars(select(Contract.state).order_by(Contract.id.desc())))
    assert list(states)[:2] == ["draft", "running"]
