"""What hledger's own tests say of costs, assertions and types of accounts holds for our books.

Each journal is imported as the table that hledger exports, and what its commands say is compared
with our balances and statements. Every case is run, or its reason says why it is not for us.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.orm import Session

from addons.accounting.models import AccountType
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances
from addons.accounting.services.chart import create_accounts, type_of
from addons.accounting.services.ledger_import import import_ledger
from addons.accounting.services.statements import balance_sheet, income_statement
from core.api import Period, options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.hledger_journals import (
    NotPlain,
    Posting,
    as_table,
    read_balances,
    read_journal,
    read_sections,
)

pytestmark = pytest.mark.real_data

Case = dict[str, Any]
Figures = dict[tuple[str, str], Decimal]
_PRICES: Final = "values of holdings by market prices: the books keep what things cost"
_RULES: Final = (
    "rules and forecasts: hledger works them out, and what it prints is what is imported"
)
_DATES: Final = "dates of single postings: an entry has one date"
_COMMAND: Final = "a view of hledger's own: a register, a filter, or its strictness"
_LOTS: Final = "refused for its lots, which are goods: tests/inventory has them"
_RATES: Final = "balanced, or not, by rates alone: a table has lost them"
_TYPES: Final = {"A": "asset", "C": "asset", "L": "liability", "E": "equity", "V": "equity",
                 "R": "income", "G": "income", "X": "expense"}  # fmt: skip
_NONE: Final = "USD"
_SECTIONS: Final = {"Assets": "assets", "Liabilities": "liabilities", "Equity": "equity",
                    "Revenues": "income", "Expenses": "expenses"}  # fmt: skip


def reason_against(case: Case) -> str:
    """Why a case is not for us; nothing where it is."""
    command, source = case["command"], Path(case["source"]).name
    if source in ("gain.test", "valuechange.test") or " prices" in command:
        return _PRICES
    if source == "infer-cost.test" and _refused(case):
        return _LOTS
    if source == "auto-postings.test" and (_refused(case) or " print" not in command):
        return _RULES
    if re.search(r"--strict|areg|-X|assertions1|balance --infer-equity| cf", command):
        return _COMMAND
    try:
        postings = _stated(case)
    except NotPlain:
        return _DATES
    inferred = _at_cost(command) and " print" not in command and "@" not in case["journal"]
    return _RATES if inferred or _by_rates_alone(case, postings) else ""


def _refused(case: Case) -> bool:
    return case["expected_exit"] in ("1", "!0")


def _at_cost(command: str) -> bool:
    return re.search(r" -x?B|--cost|value=cost", command) is not None


def _stated(case: Case) -> list[Posting]:
    """The postings to import: those of the journal, or what hledger printed where it added some."""
    added = re.search(r"--auto|--forecast|--infer|--lots| date:", case["command"])
    if " print" in case["command"] and not _refused(case):
        if added:
            return read_journal(case["expected_stdout"])
        with suppress(NotPlain):
            return read_journal(case["journal"])
        return read_journal(case["expected_stdout"])
    return read_journal(case["journal"])


def _by_rates_alone(case: Case, postings: list[Posting]) -> bool:
    """Whether amounts without their rates show an entry as what it is not: one that balances as one
    that cannot, or three currencies that do not as an exchange."""
    if _at_cost(case["command"]):
        return False
    left: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for posting in postings:
        if posting.amount is not None and not posting.one_sided:
            left[posting.entry][posting.amount.commodity] += posting.amount.number
    open_ones = [[number for number in one.values() if number] for one in left.values()]
    if _refused(case):
        return any(len(numbers) > 2 for numbers in open_ones)
    return any(numbers and (min(numbers) > 0 or max(numbers) < 0) for numbers in open_ones)


def run_case(session: Session, case: Case) -> None:
    """Import the journal of a case, and compare what its command says."""
    postings, command = _stated(case), case["command"]
    types: dict[str, AccountType] = {
        name: _TYPES[kind]  # type: ignore[misc]
        for name, kind in re.findall(r"^account\s+(\S+)\s*;\s*type:(\w)", case["journal"], re.M)
    }
    names = {posting.name for posting in postings}
    create_accounts(session, {n: types.get(n) or type_of(n) or "equity" for n in names})
    outcome = import_ledger(session, as_table(postings, at_cost=_at_cost(command)), "journal.csv")
    if _refused(case) and Path(case["source"]).name != "assertions.test":
        assert outcome.problems
        return
    assert outcome.problems == ()
    if Path(case["source"]).name == "assertions.test" and " print -x" not in command:
        assert all(_hold(session, postings)) is not _refused(case)
    elif " print" in command:
        printed = read_journal(case["expected_stdout"])
        assert _closing(session) == _named(_sums(printed))
    elif "type:A" in command:
        shown = {
            key: n for key, n in _closing(session).items() if type_of(key[0]) or key[0] in types
        }
        assert shown == _named(read_balances(case["expected_stdout"]))
    elif " bal" in command:
        assert _closing(session) == _named(read_balances(case["expected_stdout"]))
    else:
        assert _statement(session, command) == read_sections(case["expected_stdout"])


def _statement(session: Session, command: str) -> Figures:
    """What our statement shows of the accounts, by the sections of hledger's."""
    made = income_statement if command.endswith(" is") else balance_sheet
    wanted = {ours: theirs for theirs, ours in _SECTIONS.items()}
    if " bs " in f"{command} ":
        del wanted["equity"]
    own = _own(session)
    return {
        (wanted[section], code): amount
        for section, code, _, _, amount in made(session, Period(None, None)).rows
        if section in wanted and code not in own and amount
    }


def _hold(session: Session, postings: list[Posting]) -> Iterator[bool]:
    """Whether the balances are what the last assertion of each day states."""
    by_day = sorted(postings, key=lambda posting: posting.day)
    for place, posting in enumerate(by_day):
        stated = posting.asserted
        if stated is None:
            continue
        same_day = [one for one in by_day[place + 1 :] if one.day == posting.day]
        if any(one.name.startswith(posting.name) and one.amount for one in same_day):
            continue
        closing = _closing(session, date.fromisoformat(posting.day))
        within = {
            key: number
            for key, number in closing.items()
            if key[0] == posting.name
            or (posting.how.endswith("*") and key[0].startswith(f"{posting.name}:"))
        }
        commodity = stated.commodity or _NONE
        total = sum((number for key, number in within.items() if key[1] == commodity), Decimal())
        others = any(key[1] != commodity for key in within) and posting.how.startswith("==")
        yield total == stated.number and not others


def _sums(postings: list[Posting]) -> Figures:
    found: Figures = defaultdict(Decimal)
    for posting in postings:
        if posting.amount is not None:
            found[posting.name, posting.amount.commodity] += posting.amount.number
    return {key: number for key, number in found.items() if number}


def _named(figures: Figures) -> Figures:
    """With the currency of the company for amounts that name none."""
    return {(code, commodity or _NONE): number for (code, commodity), number in figures.items()}


def _own(session: Session) -> set[str]:
    company = options(session, AccountingOptions)
    return {company.rounding_account, company.conversion_account, company.one_sided_account}


def _closing(session: Session, end: date | None = None) -> Figures:
    own = _own(session)
    return {
        (b.code, b.currency): b.closing
        for b in balances(session, None, end)
        if b.closing and b.code not in own
    }


def test_every_case_holds_or_says_why_it_is_not_for_us(
    kernel: Kernel, tenant: Tenant, ledgers: Path
) -> None:
    cases = json.loads((ledgers / "hledger_cost_and_balance_cases.json").read_text())
    reasons = Counter(map(reason_against, cases))
    assert reasons == {"": 82, _PRICES: 15, _RATES: 8, _RULES: 7, _COMMAND: 7, _DATES: 2, _LOTS: 1}
    for case in cases:
        if not reason_against(case):
            with kernel.session(tenant) as session:
                run_case(session, case)
                session.rollback()
