"""A customer keeps a share of an invoice back until the work is accepted: the books hold it on an
account of its own, and another invoice asks for it on its day, or before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.collections.account_statements import statements_of
from addons.accounting.services.collections.ageing import Asked, ageing
from addons.sales.models import Invoice, SoldLine
from addons.sales.services.amounts import split
from addons.sales.services.applications import apply_credit
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.invoices import create_invoice
from addons.sales.services.payments import pay_invoices
from addons.sales.services.posting import post_invoice
from addons.sales.services.releasing import release_retention, still_kept
from addons.sales.services.retaining import share_kept_back
from addons.sales.views.retention_jobs import find_due
from core.api import utc_now
from core.errors import Conflict, InvalidInput
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.repairs.checking import check_invariants
from core.repairs.finding import failing_invariants
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop, whole_company

D = Decimal
UNTIL = date(2026, 9, 30)
AMOUNTS = st.decimals(0, 10**9, places=3)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel) as tenant:
        yield tenant


def works(shop: Shop, price: str = "1000", **more: Any) -> Invoice:
    """A posted invoice of building works, of which ten percent are kept back."""
    work = shop.product(price, kind="service", tax_group="standard")
    values = {
        "contact_id": shop.customer(),
        "day": DAY,
        "retention_percent": D(10),
        "retained_until": UNTIL,
        "lines": [{"product_id": work, "quantity": D(1)}],
        **more,
    }
    return post_invoice(shop.session, create_invoice(shop.session, values))


def balances(session: Session) -> dict[str, Decimal]:
    """What stands on the accounts, by their names."""
    rows = session.execute(
        select(Account.name, JournalLine.amount)
        .join(JournalLine, JournalLine.account_id == Account.id)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.state == "posted")
    )
    found: dict[str, Decimal] = {}
    for name, amount in rows:
        found[name] = found.get(name, D(0)) + amount
    return {name: amount for name, amount in found.items() if amount}


@given(
    net=AMOUNTS,
    tax=AMOUNTS,
    percent=st.decimals(0, 100, places=4),
    parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
)
def test_what_is_due_and_what_is_kept_back_are_the_whole(
    net: Decimal, tax: Decimal, percent: Decimal, parts: list[int]
) -> None:
    for step in (D("1"), D("0.01"), D("0.001")):
        whole, base = ((one / step).to_integral_value() * step for one in (net + tax, net))
        kept = share_kept_back(base, whole, percent, step)
        assert 0 <= kept <= whole
        assert kept % step == 0
        assert abs(kept - min(base * percent / 100, whole)) <= step / 2
        released = split(kept, [D(one) for one in parts], step)
        assert sum(released) + (whole - kept) == whole
    assert share_kept_back(net, net + tax, D(0), D("0.01")) == 0


def test_a_share_is_kept_back_aged_released_and_paid(shop: Shop) -> None:
    invoice = works(shop)
    assert (invoice.net, invoice.tax, invoice.total, invoice.retained) == (1000, 150, 1150, 100)
    assert (invoice.residual, invoice.payment_progress) == (1050, "open")
    assert [(one.due, one.amount) for one in invoice.instalments] == [(DAY, 1050), (UNTIL, 100)]
    books = balances(shop.session)
    assert (books["Receivables"], books["Retentions"]) == (1050, 100)
    report = ageing(shop.session, Asked("receivable", DAY + timedelta(days=20)))
    (row,) = (one for one in report.rows if one.partner_id == invoice.contact_id)
    assert (row.total, row.amounts[0]) == (1150, 100)
    shop.paid(invoice)
    assert invoice.payment_progress == "paid"
    assert balances(shop.session).get("Receivables") is None

    first = release_retention(shop.session, invoice, amount=D(40), day=DAY + timedelta(days=30))
    assert (first.total, first.tax, first.due_day) == (40, 0, first.day)
    assert (first.basis, still_kept(shop.session, invoice)) == ("retention", 60)
    books = balances(shop.session)
    assert (books["Receivables"], books["Retentions"]) == (40, 60)
    with pytest.raises(InvalidInput, match=r"At the most 60"):
        release_retention(shop.session, invoice, amount=D("60.01"))
    with pytest.raises(Conflict, match="only asks for what was kept back"):
        credit_invoice(shop.session, first, "cancellation")

    rest = release_retention(shop.session, invoice, day=UNTIL)
    for one in (first, rest):
        assert one.payment_progress == "open"
    pay_invoices(shop.session, [first.id, rest.id], day=UNTIL)
    assert {"Receivables", "Retentions"} & balances(shop.session).keys() == set()
    with pytest.raises(Conflict, match="Nothing is kept back"):
        release_retention(shop.session, invoice)
    sold = shop.session.scalars(select(SoldLine).where(SoldLine.contact_id == invoice.contact_id))
    assert [line.company_net for line in sold] == [1000], "what is released was sold before"


def test_a_retention_in_another_currency_leaves_no_difference(shop: Shop) -> None:
    invoice = works(shop, "333.33", currency="USD", rate=D("3.75"))
    assert invoice.retained == D("33.33")
    release = release_retention(shop.session, invoice, day=UNTIL)
    assert (release.rate, balances(shop.session).get("Retentions")) == (D("3.75"), None)


def test_what_was_credited_is_not_asked_for_on_the_day(shop: Shop) -> None:
    invoice = works(shop)
    note = post_invoice(shop.session, credit_invoice(shop.session, invoice, "cancellation"))
    assert (invoice.residual, note.residual) == (0, 100)
    release = release_retention(shop.session, invoice, day=UNTIL)
    assert (release.residual, note.residual) == (0, 0)
    assert {"Receivables", "Retentions"} & balances(shop.session).keys() == set()
    with pytest.raises(Conflict):
        apply_credit(shop.session, release.id, credit_note_id=note.id)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"retention_percent": D(101)}, "retention_percent"),
        ({"retention_percent": D(-1)}, "retention_percent"),
        ({"retained_until": None}, "retained_until"),
        ({"retained_until": DAY}, "retained_until"),
        ({"kind": "credit_note"}, "retention_percent"),
    ],
)
def test_a_retention_that_cannot_be_is_refused_at_its_field(
    shop: Shop, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        works(shop, **values)
    assert [one.field for one in refused.value.problems] == [field]


def test_somebody_releases_a_part_at_the_screen_and_the_job_the_rest_on_its_day(
    kernel: Kernel, tenant: Tenant, as_user: Callable[..., httpx.Client]
) -> None:
    with kernel.session(tenant) as session:
        ensure_years(session, [utc_now().date()])
        invoice = works(Shop(session), retained_until=DAY + timedelta(days=1)).id
    browser = as_user()
    page = browser.get(f"/sales/invoices/{invoice}").text
    assert f"/sales/invoices/{invoice}/release" in page
    address = f"/sales/invoices/{invoice}/release"
    assert 'value="100' in browser.get(address).text
    wrong = browser.post(address, data={"amount": "100.01", "day": f"{DAY}"})
    assert (wrong.status_code, "At the most 100" in wrong.text) == (422, True)
    done = browser.post(address, data={"amount": "30", "day": f"{DAY}"})
    assert done.status_code == 303, done.text
    with kernel.session(tenant) as session:
        assert find_due(session).startswith("1 ")
    work_off(kernel, tenant)
    with kernel.session(tenant) as session:
        released = session.scalars(select(Invoice).where(Invoice.releases_id == invoice)).all()
        assert sorted(one.total for one in released) == [30, 70]
        assert find_due(session).startswith("0 ")
        buyer, today = released[0].contact_id, utc_now().date() + timedelta(days=1)
        (statement,) = statements_of(session, buyer, "receivable", DAY, today)
        report = ageing(session, Asked("receivable", today))
        (row,) = (one for one in report.rows if one.partner_id == buyer)
        assert (statement.closing, row.total, report.agrees) == (1150, 1150, True)
        check_invariants(session)
        assert failing_invariants(session) == []
    assert f"{address}" not in browser.get(f"/sales/invoices/{invoice}").text
