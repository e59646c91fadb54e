"""Under cash basis tax is due when the customer has paid, part by part, and no longer when a
payment is undone; the parts sum to the tax of the invoice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    SettledShare,
    post_entry,
    settle,
    undo_settlement,
)
from addons.accounting.models import Account, JournalLine
from addons.accounting.services.ledger import seal_now
from addons.vat.services.cash_basis import release_share
from addons.vat.services.filing import drafts
from addons.vat.services.filing.statement import work_out
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.vat.conftest import DAY, make_document

Make = Callable[..., EntryDraft]
D = Decimal
WAITING, DUE = "Liabilities:VAT:Output not yet due", "Liabilities:VAT:Output"


def balance(session: Session, code: str) -> Decimal:
    lines = select(JournalLine.amount).join(Account).where(Account.code == code)
    return sum(session.scalars(lines), D(0))


def invoice(session: Session, document: Make, net: str = "100", gross: str = "115") -> int:
    entry = post_entry(session, document("SA-S15-CASH", net, gross))
    seal_now(session)
    return entry.id


def receive(session: Session, invoice_id: int, amount: str) -> int:
    """The customer pays; returns the settlement."""
    lines = (LineDraft("Assets:Bank", D(amount)), LineDraft("Assets:Customers", -D(amount)))
    payment = post_entry(session, EntryDraft(date(2026, 4, 2), lines, journal="BNK"))
    seal_now(session)
    items = session.scalars(
        select(JournalLine.id).join(Account).where(
            JournalLine.entry_id.in_([invoice_id, payment.id]), Account.subtype == "receivable"
        )
    ).all()  # fmt: skip
    return settle(session, list(items), on=date(2026, 4, 2)).id


def test_tax_waits_until_it_is_paid_and_comes_due_in_proportion(
    session: Session, document: Make
) -> None:
    sold = invoice(session, document)
    assert (balance(session, WAITING), balance(session, DUE)) == (-15, 0)
    receive(session, sold, "38.33")
    assert (balance(session, WAITING), balance(session, DUE)) == (-10, -5)
    receive(session, sold, "76.67")
    assert (balance(session, WAITING), balance(session, DUE)) == (0, -15)


def test_undoing_a_settlement_takes_its_tax_back(session: Session, document: Make) -> None:
    sold = invoice(session, document)
    receive(session, sold, "38.33")
    second = receive(session, sold, "76.67")
    undo_settlement(session, second)
    assert (balance(session, WAITING), balance(session, DUE)) == (-10, -5)


def test_the_return_reports_what_came_due_with_its_base(session: Session, document: Make) -> None:
    sold = invoice(session, document)
    receive(session, sold, "57.50")
    seal_now(session)
    first = drafts.create_return(
        session, {"start_date": date(2026, 1, 1), "end_date": date(2026, 3, 31)}
    )
    second = drafts.create_return(
        session, {"start_date": date(2026, 4, 1), "end_date": date(2026, 6, 30)}
    )
    assert work_out(session, first).boxes["1"].base == 0
    found = work_out(session, second)
    assert (found.boxes["1"].base, found.boxes["1"].tax) == (50, D("7.5"))
    assert found.reconciles


@given(st.lists(st.integers(1, 400), min_size=1, max_size=6))
@settings(max_examples=8, deadline=None)
def test_the_parts_sum_to_the_whole(kernel: Kernel, tenant: Tenant, parts: list[int]) -> None:
    with kernel.session(tenant) as session:
        sold = invoice(session, make_document, "33.33", "38.33")
        paid, whole = D(0), D(sum(parts))
        for number, part in enumerate(parts):
            paid += part
            share = SettledShare(sold, paid, whole)
            release_share(session, share, source=str(number), day=DAY)
            again = release_share(session, share, source=str(number), day=DAY)
            assert again is None
        assert (balance(session, WAITING), balance(session, DUE)) == (0, -5)
        session.rollback()
