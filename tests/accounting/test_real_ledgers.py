"""The real ledgers are imported, and every figure equals the known one to the last digit."""

from __future__ import annotations

import csv
import gzip
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances, roll_up
from addons.accounting.services.invariants import INVARIANTS
from addons.accounting.services.ledger_import import import_ledger
from addons.accounting.services.statements import balance_sheet, income_statement
from core.api import Period, options

pytestmark = pytest.mark.real_data

BEANCOUNT = ("beancount_example_2013_2015", "beancount_basic", "beancount_starter")
HLEDGER = (
    "accounttypes",
    "borrowing",
    "i18n_ar",
    "invoicing_accrual",
    "invoicing_cash",
    "multi-year_2021-closed",
    "multi-year_2022-closed",
    "multicurrency",
    "quickstart",
    "sample",
    "vat",
)


def _import(session: Session, path: Path) -> int:
    outcome = import_ledger(session, path.read_bytes(), path.name)
    assert outcome.problems == ()
    return outcome.created


def _rows(path: Path) -> list[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _closing(session: Session, end: date | None = None) -> dict[tuple[str, str], Decimal]:
    return {(b.code, b.currency): b.closing for b in balances(session, None, end)}


def _own_accounts(session: Session) -> set[str]:
    company = options(session, AccountingOptions)
    return {company.rounding_account, company.conversion_account, company.one_sided_account}


def _require_sound(session: Session) -> None:
    for invariant in INVARIANTS:
        result = invariant.check(session)
        assert result.holds, (invariant.name, result)


def test_the_non_profits_books_equal_the_known_trial_balance_at_each_year_end(
    session: Session, ledgers: Path
) -> None:
    folder = ledgers / "hackclub_2015_2017"
    assert _import(session, folder / "journal.csv.gz") == 1360
    expected = _rows(folder / "trial_balance_at_year_end.csv")
    for day in ("2015-12-31", "2016-12-31", "2017-12-31"):
        ours = _closing(session, date.fromisoformat(day))
        wanted = {(row["account"], "USD"): Decimal(row[day]) for row in expected}
        assert {key: ours.get(key, Decimal(0)) for key in wanted} == wanted
        assert set(ours) <= set(wanted)
    _require_sound(session)


def test_the_non_profits_statements_equal_the_known_ones(session: Session, ledgers: Path) -> None:
    folder = ledgers / "hackclub_2015_2017"
    _import(session, folder / "journal.csv.gz")
    roll_up(session)
    for year, wanted in json.loads((folder / "expected_summary.json").read_text()).items():
        if not year.isdigit():
            continue
        period = Period(date(int(year), 1, 1), date(int(year), 12, 31))
        income = income_statement(session, period).totals
        sheet = balance_sheet(session, period).totals
        assert income["income"]["USD"] == Decimal(wanted["income"])
        assert income["expenses"]["USD"] == Decimal(wanted["expenses"])
        assert income["net_income"]["USD"] == Decimal(wanted["net_income"])
        assert sheet["assets"]["USD"] == Decimal(wanted["assets_at_end"])
        assert sheet["liabilities"]["USD"] == Decimal(wanted["liabilities_at_end"])


@pytest.mark.parametrize("name", [*BEANCOUNT, "beancount_vesting"])
def test_beancount_postings_equal_the_known_balances_at_cost(
    session: Session, ledgers: Path, name: str
) -> None:
    folder = ledgers / name
    path = next(folder.glob("postings.csv*"))
    summary = json.loads((folder / "expected_summary.json").read_text())
    assert _import(session, path) == summary["entries"]
    expected = _rows(folder / "trial_balance_at_cost_year_end.csv")
    for day in [column for column in expected[0] if column[0].isdigit()]:
        ours = _closing(session, date.fromisoformat(day))
        wanted = {(row["account"], row["currency"]): Decimal(row[day]) for row in expected}
        assert {key: ours.get(key, Decimal(0)) for key in wanted} == wanted
        assert {code for code, _ in set(ours) - set(wanted)} <= _own_accounts(session)
    for year in [key for key in summary if key.isdigit()]:
        _require_summary(session, int(year), summary[year])
    _require_sound(session)


def _require_summary(session: Session, year: int, wanted: dict[str, str]) -> None:
    period = Period(date(year, 1, 1), date(year, 12, 31))
    income = income_statement(session, period).totals
    sheet = balance_sheet(session, period).totals
    sources = {
        "income": income["income"],
        "expenses": income["expenses"],
        "assets_at_end_at_cost": sheet["assets"],
        "liabilities_at_end": sheet["liabilities"],
    }
    for name, figure in wanted.items():
        what, currency = name.split(" ")
        if what in sources:
            assert sources[what][currency] == Decimal(figure), name


def test_what_beancount_tolerates_stands_on_the_rounding_account(
    session: Session, ledgers: Path
) -> None:
    _import(session, ledgers / "beancount_example_2013_2015" / "postings.csv.gz")
    rounding = options(session, AccountingOptions).rounding_account
    assert _closing(session)[rounding, "USD"] == Decimal("0.04306")


@pytest.mark.parametrize("name", HLEDGER)
def test_hledger_journals_equal_the_known_balances(
    session: Session, ledgers: Path, name: str
) -> None:
    folder = ledgers / "hledger_samples" / name
    _import(session, folder / "journal.csv")
    own = _own_accounts(session)
    ours: dict[str, dict[str, Decimal]] = {}
    for (code, currency), amount in _closing(session).items():
        if code not in own and amount:
            ours.setdefault(code, {})[currency] = amount
    wanted = {row["account"]: _amounts(row["balance"]) for row in _rows(folder / "balances.csv")}
    shown = {code: amounts for code, amounts in wanted.items() if amounts}
    # hledger rounds what it shows to the digits it was given; the ledger keeps them all.
    assert {
        code: _as_shown(amounts, shown.get(code, {})) for code, amounts in ours.items()
    } == shown
    _require_sound(session)


def _amounts(written: str) -> dict[str, Decimal]:
    """ "$5, -1 A" -> amounts by currency code, without zeros."""
    codes = {"": "USD", "$": "USD", "£": "GBP"}
    found = {}
    for part in written.split(", "):
        match = re.fullmatch(r"([^\d\s-]*)(-?[\d.]+)\s*(\S*)", part)
        assert match, part
        commodity = match[1] or match[3]
        if Decimal(match[2]):
            found[codes.get(commodity, commodity)] = Decimal(match[2])
    return found


def _as_shown(amounts: dict[str, Decimal], shown: dict[str, Decimal]) -> dict[str, Decimal]:
    return {
        currency: amount.quantize(shown[currency]) if currency in shown else amount
        for currency, amount in amounts.items()
    }


@pytest.mark.parametrize(
    "path",
    [
        "hackclub_2015_2017/journal.csv.gz",
        "beancount_example_2013_2015/postings.csv.gz",
        "hledger_samples/quickstart/journal.csv",
    ],
)
def test_importing_a_ledger_again_changes_nothing(
    session: Session, ledgers: Path, path: str
) -> None:
    created = _import(session, ledgers / path)
    before = _closing(session)
    again = import_ledger(session, (ledgers / path).read_bytes(), "another name.csv")
    assert (again.created, again.unchanged, again.problems) == (0, created, ())
    assert _closing(session) == before
