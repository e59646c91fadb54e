"""Several people work on one bank account at once: a file is kept once, a movement booked once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select

from addons.accounting.models import JournalEntry
from addons.accounting.models.bank import BankAccount, BankLine, BankMatch
from addons.accounting.services.bank.accepting import accept
from addons.accounting.services.bank.composing import SOURCE
from addons.accounting.services.bank.errors import BankLineIsDone
from addons.accounting.services.bank.matching.choice import Choice, PartChoice
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.banking import arrived, camt, open_bank, waiting
from tests.accounting.trading import set_up

THREADS = 4


def together(work: Callable[[int], Any]) -> list[Any]:
    """Run it in all threads at the same moment."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_a_movement_is_imported_and_booked_once_whoever_comes_at_once(
    kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        set_up(session)
        bank_id = open_bank(session).id
    statement = camt(("-15", "fee"), ("-16", "fee"), ("-16", "fee"))

    def bring(_: int) -> None:
        with kernel.session(tenant) as session:
            arrived(session, session.get_one(BankAccount, bank_id), statement)

    together(bring)
    with kernel.session(tenant) as session:
        lines = [line.id for line in waiting(session, session.get_one(BankAccount, bank_id))]
    assert len(lines) == 3

    def book(number: int) -> bool:
        account = ("5200", "5000")[number % 2]
        try:
            with kernel.session(tenant) as session:
                line = session.get_one(BankLine, lines[0])
                accept(session, line.id, Choice(parts=(PartChoice(account, line.amount),)))
        except BankLineIsDone:
            return False
        return True

    # Those who chose what the first one chose hear that it is done as they wanted.
    assert together(book).count(True) in (1, 2)
    with kernel.session(tenant) as session:
        entries = select(func.count()).select_from(JournalEntry)
        assert session.scalar(entries.where(JournalEntry.source_type == SOURCE)) == 1
        assert session.scalar(select(func.count()).select_from(BankMatch)) == 1
