"""Ledgers that nobody wrote, on which ours and Beancount agree to the last digit.

A thousand companies' ledgers are generated from seeds: several currencies, goods and exchanges,
reversals, sub-accounts, amounts from a halala to a billion. They are posted into one company, each
with accounts of its own, in few transactions; Beancount, an independent program, loads the same
text and sums it. Every balance of every account in every
currency, at four days and at the end, must be the same on both sides.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.balances import balances, roll_up
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.invariants import INVARIANTS
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

LEDGERS = 1_050
FIRST = date(2026, 1, 1)
DAYS = 500
CUTS = (date(2026, 2, 14), date(2026, 6, 30), date(2026, 12, 31), date(2027, 3, 1))
_CURRENCIES = (("SAR", 2), ("BDT", 2), ("KWD", 3), ("JPY", 0), ("USD", 2))
_TYPES = {
    "Assets": "asset",
    "Liabilities": "liability",
    "Equity": "equity",
    "Income": "income",
    "Expenses": "expense",
}
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Posting:
    account: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Transaction:
    day: date
    postings: tuple[Posting, ...]


def _ledger(number: int) -> list[Transaction]:
    """The transactions of one ledger; the same for the same number."""
    chance = random.Random(f"ledger {number}")
    accounts = [
        f"{kind}:L{number:04}:{chance.choice(('Main', 'Branch'))}:A{place}"
        for kind in _TYPES
        for place in range(chance.randint(1, 3))
    ]
    found: list[Transaction] = []
    for _ in range(chance.randint(2, 6)):
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        postings = tuple(_postings(chance, accounts))
        found.append(Transaction(day, postings))
        if chance.random() < 0.2:
            back = tuple(Posting(p.account, -p.amount, p.currency) for p in postings)
            later = day + timedelta(days=chance.randrange(60))
            found.append(Transaction(later, back))
    return found


def _postings(chance: random.Random, accounts: list[str]) -> Iterator[Posting]:
    """Two to five postings that balance in each of one or two currencies."""
    for currency, digits in chance.sample(_CURRENCIES, chance.choice((1, 1, 1, 2))):
        count = chance.randint(2, 5)
        largest = 10 ** chance.choice((2, 5, 11))
        amounts = [
            Decimal(chance.randrange(-largest, largest)).scaleb(-digits) for _ in range(count - 1)
        ]
        amounts.append(-exact_sum(amounts))
        for amount in amounts:
            yield Posting(chance.choice(accounts), amount, currency)


@pytest.fixture(scope="module")
def ledgers() -> list[list[Transaction]]:
    return [_ledger(number) for number in range(LEDGERS)]


@pytest.fixture(scope="module")
def theirs(ledgers: list[list[Transaction]]) -> dict[date | None, dict[Key, Decimal]]:
    """What Beancount says of all of them, at each cut and at the end."""
    accounts = sorted({p.account for ledger in ledgers for t in ledger for p in t.postings})
    lines = [f"1970-01-01 open {account}" for account in accounts]
    for ledger in ledgers:
        for transaction in ledger:
            lines.append(f'{transaction.day} * "x"')
            lines += [f"  {p.account}  {p.amount:f} {p.currency}" for p in transaction.postings]
    entries, errors, _ = loader.load_string("\n".join(lines))
    assert errors == []
    found: dict[date | None, dict[Key, Decimal]] = {}
    for cut in (*CUTS, None):
        sums: dict[Key, Decimal] = defaultdict(Decimal)
        for entry in entries:
            if isinstance(entry, data.Transaction) and (cut is None or entry.date <= cut):
                for posting in entry.postings:
                    assert posting.units is not None
                    number = posting.units.number
                    assert number is not None
                    sums[posting.account, posting.units.currency] += number
        found[cut] = {key: total for key, total in sums.items() if total}
    return found


@pytest.fixture(scope="module")
def books(kernel: Kernel, tenant: Tenant, ledgers: list[list[Transaction]]) -> Iterator[Session]:
    """All of them in our books: the first half rolled up, the rest still in the tail."""
    accounts = sorted({p.account for ledger in ledgers for t in ledger for p in t.postings})
    with kernel.session(tenant) as session:
        yield _filled(session, accounts, ledgers)
        session.rollback()


def _filled(session: Session, accounts: list[str], ledgers: list[list[Transaction]]) -> Session:
    create_accounts(session, {a: _TYPES[a.partition(":")[0]] for a in accounts})  # type: ignore[misc]
    ensure_years(session, (FIRST, FIRST + timedelta(days=DAYS + 60)))
    drafts = [
        EntryDraft(
            transaction.day,
            tuple(
                LineDraft(p.account, p.amount, currency=p.currency) for p in transaction.postings
            ),
            journal="GEN",
            narration=f"Ledger {number}",
        )
        for number, ledger in enumerate(ledgers)
        for transaction in ledger
    ]
    half = len(drafts) // 2
    post_bulk(session, drafts[:half])
    roll_up(session)
    for start in range(half, len(drafts), 999):  # too few at once to be rolled up
        post_bulk(session, drafts[start : start + 999])
    return session


def test_beancount_agrees_on_every_balance_of_a_thousand_ledgers(
    books: Session, theirs: dict[date | None, dict[Key, Decimal]], ledgers: list[list[Transaction]]
) -> None:
    waiting = books.scalar(text("SELECT count(*) FROM accounting.balance_tail"))
    assert waiting
    for cut, wanted in theirs.items():
        ours = {(b.code, b.currency): b.closing for b in balances(books, None, cut) if b.closing}
        assert ours == wanted, cut
    assert len(theirs[None]) > 3 * LEDGERS
    named = {key[0].split(":")[1] for key in theirs[None]}
    assert len(named) > 1_000
    for invariant in INVARIANTS:
        result = invariant.check(books)
        assert result.holds, (invariant.name, result)


def test_movements_between_two_days_are_the_difference_of_balances(
    books: Session, theirs: dict[date | None, dict[Key, Decimal]]
) -> None:
    first, last = CUTS[0], CUTS[2]
    shown = balances(books, first + timedelta(days=1), last)
    moved = {(b.code, b.currency): b.debit - b.credit for b in shown if b.debit != b.credit}
    keys = set(theirs[first]) | set(theirs[last])
    wanted = {
        key: theirs[last].get(key, Decimal(0)) - theirs[first].get(key, Decimal(0)) for key in keys
    }
    assert moved == {key: amount for key, amount in wanted.items() if amount}
