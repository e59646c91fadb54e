"""How quickly a ledger of a million lines is taken in, with all that is checked of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text

from addons.accounting.services.ledger_import import import_ledger
from benchmarks.cpu import python_seconds, server_seconds
from benchmarks.figure import Figure, progress
from benchmarks.rates import seconds
from benchmarks.stage import Stage

LINES: Final = 1_000_000
FIRST_DAY: Final = date(2024, 1, 1)
DAYS: Final = 700
WANTED: Final = 20_000.0
_HEAD: Final = "entry,date,reference,partner,narration,account,amount,currency"
_CUSTOMERS: Final = tuple(f"Customer {number}" for number in range(400))


def measure(stage: Stage) -> Iterator[Figure]:
    """`import_lines_per_s`, beside the rate that is asked for."""
    progress(f"Writing a ledger of {LINES:,} lines")
    content = "\n".join(ledger_lines(LINES)).encode()
    tenant = stage.tenant("import")
    progress("Importing it")

    def work() -> None:
        with stage.kernel.session(tenant) as session:
            outcome = import_ledger(session, content, "ledger.csv")
            if outcome.problems:
                raise RuntimeError(str(outcome.problems[0]))

    python, server = python_seconds(), server_seconds(stage)
    elapsed = seconds(work)
    python, server = python_seconds() - python, server_seconds(stage) - server
    with stage.kernel.session(tenant, readonly=True) as session:
        kept = session.scalar(text("SELECT count(*) FROM accounting.journal_line"))
    if kept != LINES:
        raise RuntimeError(f"{kept} lines arrived of {LINES}")
    note = f"CPU: {python:.1f} s Python, {server:.1f} s PostgreSQL"
    yield Figure(
        "import_lines_per_s", LINES / elapsed, "lines/s", WANTED, LINES / elapsed / WANTED, note
    )


def ledger_lines(count: int) -> Iterator[str]:
    """The rows of a trading company's ledger below their head: sales and purchases with VAT,
    receipts, payments and payroll, 2.9 lines an entry as in real ledgers."""
    chance = random.Random("import")
    yield _HEAD
    written = number = 0
    while written < count:
        number += 1
        day = FIRST_DAY + timedelta(days=min(DAYS, written * DAYS // count))
        kind = chance.choices(tuple(_KINDS), weights=_WEIGHTS)[0]
        postings = _KINDS[kind](chance)
        if count - written - len(postings) in (0, 1) and count - written != len(postings):
            postings = _transfer(chance)
        if len(postings) > count - written:
            postings = _transfer(chance)
        partner = chance.choice(_CUSTOMERS)
        for account, cents in postings:
            sign, rest = "-" if cents < 0 else "", abs(cents)
            amount = f"{sign}{rest // 100}.{rest % 100:02}"
            yield f"{number},{day},{kind}-{number},{partner},{kind},{account},{amount},SAR"
        written += len(postings)


_Postings = tuple[tuple[str, int], ...]


def _sale(chance: random.Random) -> _Postings:
    net = chance.randrange(1_000, 2_000_000)
    tax = (net * 15 + 50) // 100
    return (
        ("Assets:Receivable", net + tax),
        (f"Income:Sales:{chance.randrange(40)}", -net),
        ("Liabilities:VAT", -tax),
    )


def _purchase(chance: random.Random) -> _Postings:
    net = chance.randrange(1_000, 2_000_000)
    tax = (net * 15 + 50) // 100
    return (
        (f"Expenses:Purchases:{chance.randrange(60)}", net),
        ("Assets:Input VAT", tax),
        ("Liabilities:Payable", -net - tax),
    )


def _transfer(chance: random.Random) -> _Postings:
    amount = chance.randrange(1_000, 2_000_000)
    return ((f"Assets:Bank:{chance.randrange(5)}", amount), ("Assets:Receivable", -amount))


def _payment(chance: random.Random) -> _Postings:
    amount = chance.randrange(1_000, 2_000_000)
    return (("Liabilities:Payable", amount), (f"Assets:Bank:{chance.randrange(5)}", -amount))


def _payroll(chance: random.Random) -> _Postings:
    parts = [chance.randrange(100_000, 900_000) for _ in range(4)]
    costs = tuple((f"Expenses:Salaries:{place}", part) for place, part in enumerate(parts))
    return (*costs, ("Liabilities:Salaries", -sum(parts)))


_KINDS: Final = {
    "sale": _sale,
    "receipt": _transfer,
    "purchase": _purchase,
    "payment": _payment,
    "payroll": _payroll,
}
_WEIGHTS: Final = (40, 25, 15, 10, 10)
