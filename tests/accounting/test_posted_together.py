"""A hundred small entries in one batch exceed a budget, or a customer's limit, as one large one
does; what was in the books before counts once; and asking for many costs as much as for few."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft
from addons.accounting.errors import EntryIsInvalid
from addons.accounting.models import Account, FiscalYear
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.budgets import keeping
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.ledger import post
from addons.accounting.services.payments.agreed import save_partner_terms
from addons.accounting.services.payments.exposures import exposure, exposures
from addons.accounting.services.posting_checks import require_all_checks
from addons.contacts.api import add_contact
from core.api import Actor
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant
from tests.accounting.trading import Trade, invoice, set_up

D = Decimal
DAY = date(2026, 3, 14)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "together", addons=("contacts", "accounting")) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    with kernel.session(tenant) as session:
        return set_up(session)


def _bill(amount: str, day: date = DAY, source: str = "") -> EntryDraft:
    value = D(amount)
    lines = (LineDraft("5000", value), LineDraft("2100", value.copy_negate()))
    kind = "test.bill" if source else ""
    return EntryDraft(day, lines, journal="PUR", source_type=kind, source_id=source)


def _sale(partner_id: int, amount: str, source: str = "") -> EntryDraft:
    value = D(amount)
    lines = (LineDraft("1100", value), LineDraft("4000", value.copy_negate()))
    return EntryDraft(
        DAY, lines, journal="SAL", partner_id=partner_id,
        source_type="test.sale" if source else "", source_id=source,
    )  # fmt: skip


def _budget(session: Session, amount: str, **more: Any) -> None:
    year = session.scalars(select(FiscalYear).where(FiscalYear.name == "2026")).one()
    account = session.scalars(select(Account.id).where(Account.code == "5000")).one()
    line = {"account_id": account, "amount": D(amount)}
    values = {"name": "Costs", "fiscal_year_id": year.id, "control": "stop", **more}
    keeping.put_in_force(session, keeping.create_budget(session, {**values, "lines": [line]}))


def _limit(session: Session, partner_id: int, amount: str) -> None:
    values = {"partner_id": partner_id, "credit_limit": D(amount), "credit_policy": "stop"}
    save_partner_terms(session, PartnerTerms(), values)


def test_a_batch_counts_against_a_budget_as_a_whole(session: Session, trade: Trade) -> None:
    _budget(session, "1000")
    with pytest.raises(EntryIsInvalid, match=r"adds 1,100: 100.00 too much"):
        post_bulk(session, [_bill("11") for _ in range(100)])
    assert post_bulk(session, [_bill("10") for _ in range(100)]).created == 100
    with pytest.raises(EntryIsInvalid, match="1,000 used"):
        post(session, _bill("0.01"))


def test_what_a_batch_relieves_is_taken_off_what_it_adds(session: Session, trade: Trade) -> None:
    _budget(session, "1000")
    assert post_bulk(session, [_bill("1500"), _bill("-600")]).created == 2


def test_each_month_of_a_batch_is_held_to_its_own_plan(session: Session, trade: Trade) -> None:
    _budget(session, "1200", span="monthly")
    months = [date(2026, month, 5) for month in range(1, 13)]
    assert post_bulk(session, [_bill("100", day) for day in months]).created == 12
    with pytest.raises(EntryIsInvalid, match="2026-07-01 to 2026-07-31"):
        post_bulk(session, [_bill("0.01", months[6]), _bill("-0.01", months[2])])


def test_a_plan_that_adds_up_sees_the_months_of_a_batch_before(
    session: Session, trade: Trade
) -> None:
    _budget(session, "1200", span="cumulative")
    with pytest.raises(EntryIsInvalid, match="2026-01-01 to 2026-03-31"):
        post_bulk(session, [_bill("100", date(2026, 2, 1)), _bill("201", date(2026, 3, 1))])
    assert post_bulk(session, [_bill("100", date(2026, 2, 1)), _bill("200", DAY)]).created == 2


def test_a_batch_that_is_sent_again_adds_nothing(session: Session, trade: Trade) -> None:
    _budget(session, "1000")
    _limit(session, trade.noor, "500")
    bills = [_bill("100", source=str(number)) for number in range(10)]
    sales = [_sale(trade.noor, "50", source=str(number)) for number in range(10)]
    post_bulk(session, [*bills, *sales])
    again = post_bulk(session, [*bills, *sales])
    assert (again.created, again.unchanged) == (0, 20)
    assert not post(session, bills[0]).created
    assert not post(session, sales[0]).created


def test_a_batch_counts_against_a_customers_limit_as_a_whole(
    session: Session, trade: Trade
) -> None:
    _limit(session, trade.noor, "1000")
    invoice(session, trade.noor, "300")
    with pytest.raises(EntryIsInvalid, match=r"would owe 1000\.50 SAR, and may owe 1000"):
        post_bulk(session, [*[_sale(trade.noor, "100.10") for _ in range(6)],
                            _sale(trade.noor, "99.90"), _sale(trade.cedar, "9000")])  # fmt: skip
    post_bulk(session, [_sale(trade.noor, "100") for _ in range(7)])
    assert exposure(session, trade.noor).total == 1000


def test_many_customers_exposures_are_those_of_each(session: Session, trade: Trade) -> None:
    post_bulk(session, [_sale(trade.noor, "10"), _sale(trade.cedar, "20"), _sale(trade.noor, "5")])
    found = exposures(session, [trade.cedar, trade.noor])
    assert {partner: one.total for partner, one in found.items()} == {
        trade.noor: D(15),
        trade.cedar: D(20),
    }
    assert found[trade.noor] == exposure(session, trade.noor)


def test_the_checks_ask_as_often_for_many_entries_as_for_few(
    session: Session, trade: Trade
) -> None:
    _budget(session, "1000000")
    partners = [add_contact(session, {"name": f"Customer {place}"}).id for place in range(40)]
    for partner in partners:
        _limit(session, partner, "1000")

    def asked(count: int) -> int:
        entries = [_sale(partner, "1") for partner in partners[:count]]
        entries += [_bill("1") for _ in range(count)]
        return _statements(session, entries)

    asked(1)
    assert asked(2) == asked(40)


def _statements(session: Session, entries: list[EntryDraft]) -> int:
    """How many statements the checks send for these entries."""
    sent: list[str] = []

    def note(*args: Any) -> None:
        sent.append(args[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        require_all_checks(session, entries)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(sent)


def test_of_two_who_use_up_the_rest_at_once_one_is_stopped(
    kernel: Kernel, tenant: Tenant, trade: Trade
) -> None:
    with kernel.session(tenant) as session:
        _budget(session, "100")
    together, outcomes = threading.Barrier(2), []

    def spend() -> None:
        together.wait()
        try:
            with kernel.session(tenant, actor=Actor("system", "Import")) as session:
                post(session, _bill("60"))
            outcomes.append("posted")
        except EntryIsInvalid:
            outcomes.append("stopped")

    threads = [threading.Thread(target=spend) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["posted", "stopped"]
