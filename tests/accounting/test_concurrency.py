"""Many post into the same books at once: no number is missing or taken twice, no chain forks,
no two wait for each other for ever, and nobody slips into a period that is being closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, post_entry
from addons.accounting.models import Journal, JournalEntry
from addons.accounting.services import chain
from addons.accounting.services.balances import roll_up
from addons.accounting.services.invariants import INVARIANTS
from addons.accounting.services.ledger import seal_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

Sale = Callable[..., EntryDraft]
THREADS = 6


@pytest.fixture(scope="module", autouse=True)
def _journals(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        session.add_all(Journal(code=c, name=c, type="general") for c in ("ONE", "TWO", "SAME"))


def _together(work: Callable[[int], Any]) -> list[Any]:
    """Run it in all threads at the same moment; raises what any of them raised."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(run, n) for n in range(THREADS)]]


def _numbers(session: Session, journal: str) -> list[int | None]:
    found = (
        select(JournalEntry.sequence)
        .join(JournalEntry.journal)
        .where(Journal.code == journal, JournalEntry.state == "posted")
        .order_by(JournalEntry.sequence)
    )
    return list(session.scalars(found))


def _require_sound(session: Session) -> None:
    for invariant in INVARIANTS:
        result = invariant.check(session)
        assert result.holds, (invariant.name, result)


def test_posting_into_one_journal_at_once_leaves_neither_gap_nor_fork(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    each = 25

    def post_some(number: int) -> None:
        for place in range(each):
            with kernel.session(tenant) as session:
                post_entry(session, sale(str(place + 1), journal="ONE"))
                if place % 5 == number % 5:
                    session.rollback()
            if place % 7 == 0:
                with kernel.session(tenant) as session:
                    roll_up(session)

    _together(post_some)
    with kernel.session(tenant) as session:
        kept = THREADS * (each - each // 5)
        assert _numbers(session, "ONE") == list(range(1, kept + 1))
        assert chain.verify(session).holds
        _require_sound(session)


def test_the_same_source_posted_by_all_at_once_becomes_one_entry(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    def post_it(_: int) -> tuple[int, bool]:
        with kernel.session(tenant) as session:
            outcome = post_entry(session, sale(source_type="pos.sale", source_id="7"))
            return outcome.id, outcome.created

    outcomes = _together(post_it)
    assert len({entry_id for entry_id, _ in outcomes}) == 1
    assert [created for _, created in outcomes].count(True) == 1


def test_two_journals_in_opposite_order_do_not_deadlock(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    def post_both(number: int) -> None:
        journals = ("SAME", "TWO") if number % 2 else ("TWO", "SAME")
        for _ in range(10):
            with kernel.session(tenant) as session:
                for journal in journals:
                    post_entry(session, sale(journal=journal))

    _together(post_both)
    with kernel.session(tenant) as session:
        assert _numbers(session, "TWO") == list(range(1, THREADS * 10 + 1))
        assert _numbers(session, "SAME") == list(range(1, THREADS * 10 + 1))


def test_a_line_written_while_its_draft_is_posted_by_another_is_refused(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    with kernel.session(tenant) as session:
        draft = JournalEntry(journal_id=1, date=sale().date)
        session.add(draft)
        session.flush()
        entry_id = draft.id
    with (
        psycopg.connect(**tenant.runtime.conninfo()) as poster,
        psycopg.connect(**tenant.runtime.conninfo()) as writer,
    ):
        insert = (
            "INSERT INTO accounting.journal_line (entry_id, date, position, account_id, amount,"
            " currency) SELECT id, date, %s, 1, %s, 'USD' FROM accounting.journal_entry"
            " WHERE id = %s"
        )
        for position, amount in enumerate((5, -5)):
            poster.execute(insert, (position, amount, entry_id))
        poster.execute(
            "UPDATE accounting.journal_entry SET state = 'posted' WHERE id = %s", (entry_id,)
        )
        with ThreadPoolExecutor(1) as pool:
            late = pool.submit(writer.execute, insert, (9, 7, entry_id))
            poster.commit()
            with pytest.raises(errors.RestrictViolation):
                late.result(timeout=30)


def test_closing_a_period_waits_for_what_is_being_sealed_and_stops_what_comes_after(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    close = "UPDATE accounting.period SET state = 'closed' WHERE name = '2026-03'"
    with psycopg.connect(**tenant.runtime.conninfo()) as closer, ThreadPoolExecutor(1) as pool:
        with kernel.session(tenant) as session:
            post_entry(session, sale("77"))
            seal_now(session)
            closing = pool.submit(closer.execute, close)
            with pytest.raises(TimeoutError):
                closing.result(timeout=0.3)
        closing.result(timeout=30)
        with kernel.session(tenant) as session:
            post_entry(session, sale("78"))
            # The closing is not committed yet: this entry's seal waits for it, and is refused.
            sealing = pool.submit(seal_now, session)
            with pytest.raises(TimeoutError):
                sealing.result(timeout=0.3)
            closer.commit()
            with pytest.raises(Exception, match="2026-03, which is closed"):
                sealing.result(timeout=30)
            session.rollback()
        closer.execute("UPDATE accounting.period SET state = 'open' WHERE name = '2026-03'")
