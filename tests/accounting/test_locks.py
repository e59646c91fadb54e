"""An accountant files a return and locks what it was made of. Nobody gets behind the lock, past
whatever door, unless somebody lets them through; then it stands beside the entry for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import errors
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, post_entries, post_entry
from addons.accounting.errors import PeriodIsNotOpen
from addons.accounting.models import Journal, JournalEntry, LockDate, LockExceptionUse
from addons.accounting.services import locks, reversal
from addons.accounting.services.balances import balances
from addons.accounting.services.posting_days import Posting, require_unlocked
from core.api import Actor, Conflict, InvalidInput, today, utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

Sale = Callable[..., EntryDraft]
FEBRUARY = date(2026, 2, 28)
IN_MARCH = date(2026, 3, 10)


@pytest.fixture
def books(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session whose work is not kept."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


@pytest.fixture(scope="module")
def clerk(kernel: Kernel, tenant: Tenant) -> Actor:
    """A user of the company who holds no more than posting asks for."""
    with kernel.session(tenant) as session:
        key = session.scalar(
            text(
                "INSERT INTO core.user_account (email, name) VALUES ('clerk@example.com', 'Clerk')"
                " RETURNING id"
            )
        )
    return Actor("user", "Clerk", user_id=key, unlimited=True)


def _except(session: Session, clerk: Actor, **more: Any) -> Any:
    values = {
        "kind": "everything",
        "user_id": clerk.user_id,
        "open_from": date(2026, 2, 1),
        "valid_until": utc_now() + timedelta(hours=2),
        "reason": "A bill that came late",
        **more,
    }
    return locks.grant_exception(session, values)


@pytest.mark.parametrize(
    ("kind", "journal", "is_locked"),
    [
        ("sales", "SAL", True),
        ("sales", "PUR", False),
        ("purchases", "PUR", True),
        ("purchases", "GEN", False),
        ("tax", "SAL", False),
        ("everything", "GEN", True),
        ("final", "BNK", True),
    ],
)
def test_a_lock_keeps_out_what_it_is_about_and_lets_the_rest_in(
    books: Session, sale: Sale, kind: Any, journal: str, is_locked: bool
) -> None:
    locks.move_lock(books, kind, FEBRUARY, "Return filed")
    assert post_entry(books, sale(day=IN_MARCH, journal=journal)).created
    if not is_locked:
        assert post_entry(books, sale(day=FEBRUARY, journal=journal)).created
        return
    with pytest.raises(PeriodIsNotOpen) as refused:
        post_entry(books, sale(day=FEBRUARY, journal=journal))
    assert "2026-02-28" in refused.value.message
    assert "system" in refused.value.message, "it says who set the lock"
    assert refused.value.fix
    with pytest.raises(PeriodIsNotOpen):
        post_entries(books, [sale(day=IN_MARCH), sale(day=FEBRUARY, journal=journal)])


def test_the_tax_lock_keeps_out_every_entry_with_tax(books: Session) -> None:
    locks.move_lock(books, "tax", FEBRUARY, "Return filed")
    with pytest.raises(PeriodIsNotOpen, match="Tax is locked until 2026-02-28"):
        require_unlocked(books, [Posting(FEBRUARY, "general", taxed=True)])
    require_unlocked(books, [Posting(FEBRUARY, "general", taxed=False)])
    require_unlocked(books, [Posting(IN_MARCH, "general", taxed=True)])


def test_a_reversal_goes_to_the_first_day_that_is_not_locked(books: Session, sale: Sale) -> None:
    entry_id = post_entry(books, sale(day=FEBRUARY)).id
    locks.move_lock(books, "everything", FEBRUARY)
    entry = books.get_one(JournalEntry, entry_id)
    assert reversal.open_date_for(books, entry) == today(books)


def test_a_lock_moves_forward_and_never_back(books: Session) -> None:
    locks.move_lock(books, "tax", FEBRUARY)
    locks.lock_tax_until(books, date(2026, 1, 31), "An amended return")
    lock = locks.lock_of(books, "tax")
    assert lock is not None
    assert lock.until == FEBRUARY, "an earlier return does not take a later lock away"
    with pytest.raises(Conflict, match="never moves back"):
        locks.move_lock(books, "tax", date(2026, 1, 31))
    locks.lock_tax_until(books, date(2026, 3, 31), "VAT return, first quarter")
    assert lock.until == date(2026, 3, 31)
    with pytest.raises(InvalidInput, match="still to come"):
        locks.move_lock(books, "tax", today(books) + timedelta(days=1))


def test_an_exception_lets_one_user_through_for_a_time_and_is_written_beside_the_entry(
    kernel: Kernel, tenant: Tenant, clerk: Actor, sale: Sale
) -> None:
    with kernel.session(tenant) as session:
        locks.move_lock(session, "everything", FEBRUARY, "Quarter reported")
        exception = _except(session, clerk)
        key = exception.id
        assert exception.user_name == "Clerk"
        with pytest.raises(PeriodIsNotOpen):
            post_entry(session, sale(day=FEBRUARY))  # the exception is not for the system
    with kernel.session(tenant, actor=clerk) as session:
        entry_id = post_entry(session, sale("7.25", day=date(2026, 2, 20))).id
        with pytest.raises(PeriodIsNotOpen):
            post_entry(session, sale(day=date(2026, 1, 31)))  # before the day it opens
    with kernel.session(tenant) as session:
        used = session.execute(select(LockExceptionUse.exception_id, LockExceptionUse.entry_id))
        assert [tuple(row) for row in used] == [(key, entry_id)]
        assert locks.exceptions_of(session, entry_id) == [key]
        exception = session.get_one(type(exception), key)
        assert [entry.id for entry in locks.entries_through(session, exception)] == [entry_id]
        locks.end_exception(session, exception)
    with kernel.session(tenant, actor=clerk) as session, pytest.raises(PeriodIsNotOpen):
        post_entry(session, sale(day=date(2026, 2, 20)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": " "}, "Say why"),
        ({"open_from": date(2026, 3, 1)}, "Nothing is locked"),
        ({"valid_until": datetime(2020, 1, 1, tzinfo=UTC)}, "within"),
        ({"valid_until": datetime(2199, 1, 1, tzinfo=UTC)}, "within"),
        ({"user_id": 999_999}, "no such active user"),
    ],
)
def test_an_exception_needs_a_reason_a_user_and_an_end(
    books: Session, clerk: Actor, wrong: dict[str, Any], words: str
) -> None:
    locks.move_lock(books, "everything", FEBRUARY)
    with pytest.raises(InvalidInput, match=words):
        _except(books, clerk, **wrong)


@pytest.fixture
def attacker(tenant: Tenant) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A bare connection of the application's role."""
    with psycopg.connect(**tenant.runtime.conninfo()) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE accounting.lock_date SET until = '2020-01-01'", errors.RestrictViolation),
        ("DELETE FROM accounting.lock_date", errors.InsufficientPrivilege),
        ("UPDATE accounting.lock_exception SET valid_until = 'infinity'", errors.RestrictViolation),
        ("DELETE FROM accounting.lock_exception", errors.InsufficientPrivilege),
        ("INSERT INTO accounting.lock_exception_use VALUES (1, 1)", errors.InsufficientPrivilege),
        ("DELETE FROM accounting.lock_exception_use", errors.InsufficientPrivilege),
        ("UPDATE accounting.closing_log SET reason = ''", errors.InsufficientPrivilege),
    ],
)
def test_the_application_itself_cannot_bend_locks(
    attacker: Any, statement: str, refusal: type[Exception]
) -> None:
    """Runs after an exception was used above, so that there are rows to bend."""
    with pytest.raises(refusal):
        attacker.execute(statement.encode())


def test_plain_sql_does_not_get_behind_a_lock(attacker: Any) -> None:
    attacker.execute(
        "INSERT INTO accounting.lock_date (kind, until) VALUES ('sales', '2026-05-31')"
    )
    key = attacker.execute(
        "INSERT INTO accounting.journal_entry (journal_id, date, state)"
        " SELECT id, '2026-05-10', 'posted' FROM accounting.journal WHERE code = 'SAL'"
        " RETURNING id"
    ).fetchone()[0]
    for amount in (5, -5):
        attacker.execute(
            "INSERT INTO accounting.journal_line (entry_id, date, position, account_id, amount,"
            " currency) SELECT %s, '2026-05-10', 1, min(id), %s, 'USD' FROM accounting.account",
            (key, amount),
        )
    with pytest.raises(errors.CheckViolation, match="sales is locked until 2026-05-31"):
        attacker.commit()


def test_a_posting_either_comes_before_the_lock_moves_or_is_refused(
    kernel: Kernel, tenant: Tenant, sale: Sale
) -> None:
    """Many post into June while somebody locks it: what is refused is refused for good."""
    june, barrier = date(2026, 6, 30), threading.Barrier(5)

    def post_one(number: int) -> bool:
        barrier.wait()
        try:
            with kernel.session(tenant) as session:
                post_entry(session, sale(str(number + 1), day=june))
        except PeriodIsNotOpen:
            return False
        except IntegrityError:  # the database's own refusal, at the commit
            return False
        return True

    def lock_it(_: int) -> bool:
        barrier.wait()
        with kernel.session(tenant) as session:
            locks.move_lock(session, "everything", june)
        return True

    with ThreadPoolExecutor(5) as pool:
        futures = [pool.submit(post_one, n) for n in range(4)]
        pool.submit(lock_it, 0).result()
        posted = sum(future.result() for future in futures)
    with kernel.session(tenant) as session:
        found = select(JournalEntry).where(JournalEntry.date == june)
        assert len(session.scalars(found).all()) == posted
        with pytest.raises(PeriodIsNotOpen):
            post_entry(session, sale(day=june))


def test_an_entry_behind_a_closed_month_would_change_its_balances_and_is_refused(
    kernel: Kernel, tenant: Tenant, attacker: Any, sale: Sale
) -> None:
    attacker.execute("UPDATE accounting.period SET state = 'closed' WHERE name = '2026-09'")
    attacker.commit()
    with kernel.session(tenant) as session:
        before = balances(session, None, date(2026, 9, 30))
        for day in (date(2026, 9, 1), date(2026, 8, 31)):
            with pytest.raises(PeriodIsNotOpen, match="2026-09"):
                post_entry(session, sale(day=day))
        assert balances(session, None, date(2026, 9, 30)) == before
    attacker.execute("UPDATE accounting.period SET state = 'open' WHERE name = '2026-09'")
    attacker.commit()


def test_locks_are_moved_and_exceptions_granted_on_their_page(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant, clerk: Actor
) -> None:
    browser = as_user("accounting.accountant")
    page = browser.get("/accounting/closing/locks")
    assert page.status_code == 200, page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def send(path: str, **fields: str) -> httpx.Response:
        return browser.post(
            f"/accounting/closing/locks/{path}", data={"csrf_token": token, **fields}
        )

    moved = send("move", kind="purchases", until="2026-03-31", reason="Quarter reported")
    assert moved.status_code == 303, moved.text
    granted = send(
        "exceptions",
        kind="purchases",
        user_id=str(clerk.user_id),
        open_from="2026-03-01",
        valid_until=(utc_now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        reason="Late bill",
    )
    assert granted.status_code == 303, granted.text
    shown = browser.get("/accounting/closing/locks").text
    assert "Quarter reported" in shown
    assert "Late bill" in shown
    refused = as_user("accounting.bookkeeper").post(
        "/accounting/closing/locks/move", data={"kind": "sales", "until": "2026-03-31"}
    )
    assert refused.status_code == 403
    with kernel.session(tenant) as session:
        assert session.scalars(select(LockDate.kind).where(LockDate.kind == "sales")).all() == []
        assert session.scalar(select(Journal.id).limit(1)) is not None


def test_an_entry_tells_which_exception_let_it_through(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    """After the exception above was used."""
    with kernel.session(tenant) as session:
        entry_id = session.scalars(select(LockExceptionUse.entry_id)).one()
        (exception_id,) = locks.exceptions_of(session, entry_id)
    browser = as_user("accounting.auditor")
    page = browser.get(f"/accounting/lock-exceptions/{exception_id}")
    assert page.status_code == 200, page.text
    assert f"/accounting/entries/{entry_id}" in page.text
    with kernel.session(tenant) as session:
        entry = session.get_one(JournalEntry, entry_id)
        story = {(one.resource, one.key) for one in reversal.related(session, entry)}
    assert ("accounting.lock-exceptions", exception_id) in story
