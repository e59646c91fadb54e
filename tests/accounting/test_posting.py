"""An entry is posted: once per source, in an open period, with accounts that exist; the number
comes with the commit, and a transaction that fails takes none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entries, post_entry
from addons.accounting.errors import EntryIsInvalid, PeriodIsNotOpen, SourceIsTaken
from addons.accounting.models import Account, FiscalYear, Journal, JournalEntry
from addons.accounting.services.calendar import period_of, set_period_state
from addons.accounting.services.ledger import seal_now
from core.events.log import write_waiting
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.conftest import DAY

Sale = Callable[..., EntryDraft]


def _fields(error: EntryIsInvalid) -> list[str]:
    return [problem.field for problem in error.problems]


def test_an_entry_gets_its_number_when_the_transaction_commits(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    with kernel.session(tenant) as session:
        session.add(Journal(code="NUM", name="Numbers", type="general", number_digits=3))
        session.flush()
        first = post_entry(session, sale(journal="NUM")).id
        assert session.get_one(JournalEntry, first).number is None
    with kernel.session(tenant) as session:
        entry = session.get_one(JournalEntry, first)
        assert entry.number == "NUM/2026/001"
        assert entry.posted_by == "system"


def test_a_transaction_that_fails_leaves_no_gap(kernel: Kernel, tenant: Tenant, sale: Sale) -> None:
    with kernel.session(tenant) as session:
        session.add(Journal(code="GAP", name="Gaps", type="general"))
    for amount in ("1", "2", "3"):
        with kernel.session(tenant) as session:
            post_entry(session, sale("99", journal="GAP"))
            seal_now(session)
            session.rollback()
        with kernel.session(tenant) as session:
            post_entry(session, sale(amount, journal="GAP"))
    with kernel.session(tenant) as session:
        numbers = session.scalars(
            select(JournalEntry.number)
            .join(JournalEntry.journal)
            .where(Journal.code == "GAP")
            .order_by(JournalEntry.sequence)
        ).all()
    assert numbers == ["GAP/2026/00001", "GAP/2026/00002", "GAP/2026/00003"]


def test_the_same_source_again_changes_nothing(session: Session, sale: Sale) -> None:
    entry = sale(source_type="sales.order", source_id="17")
    first = post_entry(session, entry)
    again = post_entry(session, entry)
    assert (first.created, again.created) == (True, False)
    assert first.id == again.id


def test_the_same_source_with_another_content_is_refused(session: Session, sale: Sale) -> None:
    post_entry(session, sale("10", source_type="sales.order", source_id="18"))
    with pytest.raises(SourceIsTaken, match=r"sales.order 18 was posted before"):
        post_entry(session, sale("11", source_type="sales.order", source_id="18"))


def test_an_unbalanced_entry_is_refused_with_the_difference(session: Session, sale: Sale) -> None:
    entry = sale("10")
    lines = (entry.lines[0], replace(entry.lines[1], amount=Decimal("-9.99")))
    with pytest.raises(EntryIsInvalid, match=r"debits exceed credits by 0.01 USD"):
        post_entry(session, replace(entry, lines=lines))


def test_each_currency_balances_by_itself(session: Session) -> None:
    lines = (
        LineDraft("Assets:Cash", Decimal(5), currency="EUR"),
        LineDraft("Assets:Bank", Decimal(-5), currency="USD"),
    )
    with pytest.raises(EntryIsInvalid) as raised:
        post_entry(session, EntryDraft(DAY, lines))
    assert [problem.message for problem in raised.value.problems] == [
        "The entry does not balance: debits exceed credits by 5 EUR.",
        "The entry does not balance: credits exceed debits by 5 USD.",
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_an_entry_needs_two_lines(session: Session, sale: Sale, count: int) -> None:
    entry = sale()
    with pytest.raises(EntryIsInvalid, match="at least two lines"):
        post_entry(session, replace(entry, lines=entry.lines[:count]))


def test_every_wrong_account_is_named_with_its_line(session: Session) -> None:
    session.add(Account(code="Old", name="Old", type="asset", active=False))
    session.add(Account(code="Euro", name="Euro", type="asset", currency="EUR"))
    session.flush()
    lines = tuple(
        LineDraft(code, Decimal(amount))
        for code, amount in (("None", 1), ("Old", 2), ("Euro", 3), ("Assets:Cash", -6))
    )
    with pytest.raises(EntryIsInvalid) as raised:
        post_entry(session, EntryDraft(DAY, lines))
    assert _fields(raised.value) == ["lines.0.account", "lines.1.account", "lines.2.account"]
    assert "Line 2: account Old is not active" in raised.value.problems[1].message


def test_an_unknown_journal_is_named(session: Session, sale: Sale) -> None:
    with pytest.raises(EntryIsInvalid, match="no active journal NOPE") as raised:
        post_entry(session, sale(journal="NOPE"))
    assert _fields(raised.value) == ["journal"]


@pytest.mark.parametrize(("state", "words"), [("closed", "is closed"), ("locked", "for good")])
def test_a_closed_period_is_refused_with_its_date(
    session: Session, sale: Sale, state: str, words: str
) -> None:
    period = period_of(session, DAY)
    assert period is not None
    set_period_state(session, period, state)  # type: ignore[arg-type]
    with pytest.raises(PeriodIsNotOpen, match=f"2026-03-14 is in period 2026-03.*{words}"):
        post_entry(session, sale())


def test_the_books_go_on_into_the_next_year_by_themselves(session: Session, sale: Sale) -> None:
    post_entry(session, sale(day=date(2027, 1, 1)))
    year = session.scalars(select(FiscalYear).where(FiscalYear.name == "2027")).one()
    assert len(year.periods) == 12


def test_a_mistyped_year_opens_nothing(session: Session, sale: Sale) -> None:
    with pytest.raises(PeriodIsNotOpen, match="No fiscal year covers 2206-01-01"):
        post_entry(session, sale(day=date(2206, 1, 1)))


def test_posting_is_told_to_the_other_addons(session: Session, sale: Sale) -> None:
    posted = post_entry(session, sale(source_type="sales.order", source_id="19"))
    write_waiting(session)
    name, payload = session.execute(
        text("SELECT name, payload FROM core.event_log ORDER BY id DESC LIMIT 1")
    ).one()
    assert name == "accounting.EntryPosted"
    assert payload == {
        "entry_id": posted.id,
        "journal": "GEN",
        "day": "2026-03-14",
        "source_type": "sales.order",
        "source_id": "19",
    }


def test_many_entries_at_once_are_numbered_in_their_order(session: Session, sale: Sale) -> None:
    entries = [sale(str(n), source_type="shop", source_id=str(n)) for n in range(1, 1201)]
    outcome = post_entries(session, entries)
    assert (outcome.created, outcome.unchanged) == (1200, 0)
    found = session.execute(
        select(JournalEntry.source_id, JournalEntry.sequence)
        .where(JournalEntry.source_type == "shop")
        .order_by(JournalEntry.sequence)
    ).all()
    assert [row.source_id for row in found] == [str(n) for n in range(1, 1201)]
    first = found[0].sequence
    assert [row.sequence for row in found] == list(range(first, first + 1200))
    assert post_entries(session, entries[:5]).unchanged == 5


def test_one_wrong_entry_among_many_refuses_them_all(session: Session, sale: Sale) -> None:
    wrong = replace(sale(), lines=(sale().lines[0], sale("3").lines[1]))
    with pytest.raises(EntryIsInvalid):
        post_entries(session, [sale(), wrong])
    assert session.scalars(select(JournalEntry).where(JournalEntry.journal_id == 1)).all() == []
