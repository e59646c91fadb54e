"""A trial balance of March opens income and expenses on the first of January: what earlier years
earned stands in a line of its own, every page and file says the same, and all still adds up to
nothing — for any books, any days, and any first month of the fiscal year."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, FiscalYear, JournalLine
from addons.accounting.options import AccountingOptions
from addons.accounting.services.general_ledger import ledger_page
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.year_end import carry_result
from addons.accounting.services.year_opening import trial_balances
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.sheet import Sheet
from core.api import Period, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.reporting.conftest import CHART, post_lines
from tests.reporting.test_any_books import FEW, FIRST, days, entries

RESULT = {code for code, _, kind, *_ in CHART if kind in ("income", "expense")}
MARCH = {"period": "custom", "from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture(scope="module", autouse=True)
def business(kernel: Kernel, tenant: Tenant) -> None:
    """Two years: 70 earned in 2025; in 2026, 100 a month."""
    with kernel.session(tenant) as session:
        post_lines(session, date(2025, 6, 1), {"1010": 100, "4000": -100})
        post_lines(session, date(2025, 7, 1), {"6000": 30, "1010": -30})
        for month in (1, 2, 3):
            post_lines(session, date(2026, month, 15), {"1100": 100, "4000": -100}, partner="Sara")
        seal_now(session)


def _figures(sheet: Sheet) -> dict[str, list[Decimal]]:
    """By title (of accounts, by code) the figures of the rows that are shown."""
    return {
        str(row.title).split(" ")[0] if row.style == "account" else row.key: [
            cell.value for cell in row.cells if isinstance(cell.value, Decimal)
        ]
        for row in sheet.rows
        if not row.hidden
    }


def _march(session: Session, report: str) -> dict[str, list[Decimal]]:
    asked = Asked(report, "custom", date(2026, 3, 1), date(2026, 3, 31))
    return _figures(build(session, asked, "en").sheet)


def test_income_opens_with_the_year_and_the_earlier_result_stands_apart(session: Session) -> None:
    balance = _march(session, "trial-balance")
    assert balance["4000"] == [-200, 0, 100, -300]
    assert "6000" not in balance
    assert balance["1010"] == [70, 0, 0, 70]
    assert balance["earlier_results"] == [-70, 0, 0, -70]
    assert balance["total"] == [0, 100, 100, 0]


def test_the_general_ledger_says_the_same(session: Session) -> None:
    ledger = _march(session, "general-ledger")
    assert ledger["4000"] == [-200, 0, 100, -300]
    assert ledger["Results"] == [-70, 0, 0, -70]
    assert ledger["total"] == [0, 100, 100, 0]


def test_without_a_first_day_the_books_are_read_from_their_beginning(session: Session) -> None:
    asked = Asked("trial-balance", "custom", None, date(2026, 3, 31))
    figures = _figures(build(session, asked, "en").sheet)
    assert figures["4000"][-1] == -400
    assert figures["6000"][-1] == 30
    assert "earlier_results" not in figures


def test_a_result_that_was_carried_is_offset_by_the_account_it_was_taken_from(
    session: Session,
) -> None:
    year = session.scalars(select(FiscalYear).where(FiscalYear.start_date == date(2025, 1, 1)))
    this = year.one()
    for period in this.periods[:-1]:
        period.state = "closed"
    set_options(session, AccountingOptions, retained_earnings_account="3100")
    carry_result(session, this.id)
    seal_now(session)
    balance = _march(session, "trial-balance")
    carried = [figures for code, figures in balance.items() if figures[:1] == [Decimal(70)]]
    assert len(carried) == 2  # the bank's 70, and the result carried forward
    assert balance["earlier_results"][0] == balance["3100"][0] == -70
    assert balance["total"][0] == 0


@pytest.fixture
def browser(as_user: Callable[..., httpx.Client]) -> httpx.Client:
    """An auditor's."""
    return as_user("accounting.auditor")


def test_the_line_of_earlier_results_leads_to_the_accounts_it_is_made_of(
    browser: httpx.Client,
) -> None:
    for report in ("trial-balance", "general-ledger"):
        page = browser.get(f"/reporting/view/{report}", params=MARCH).text
        address = re.search(r'href="([^"]*row=earlier_results[^"]*)"', page)
        assert address is not None
        parts = browser.get(address[1].replace("&amp;", "&")).text
        assert "4000 Sales" in parts
        assert "6000 Rent" in parts
        lines = re.search(r'href="(/reporting/account/\d+[^"]*to=2025-12-31[^"]*)"', parts)
        assert lines is not None
        assert "100.00" in browser.get(lines[1].replace("&amp;", "&")).text


def test_an_accounts_lines_begin_with_the_balance_that_the_report_shows(
    browser: httpx.Client,
) -> None:
    page = browser.get("/reporting/view/trial-balance", params=MARCH).text
    address = re.search(r'<a href="(/reporting/account/[^"]*)"[^>]*><bdi>4000 Sales', page)
    assert address is not None
    lines = browser.get(address[1].replace("&amp;", "&")).text
    shown = re.findall(r'<td class="num"><bdi>([^<]*)</bdi></td></tr>', lines)
    assert shown[0].replace("\u2212", "-") == "-200.00"
    assert shown[-1].replace("\u2212", "-") == "-300.00"


@pytest.mark.parametrize("report", ["trial-balance", "general-ledger"])
def test_files_carry_the_line_too(browser: httpx.Client, report: str) -> None:
    answer = browser.get(f"/reporting/view/{report}/file", params={"format": "csv", **MARCH})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    earlier = [row for row in rows if "Results of earlier years" in row]
    assert earlier
    assert Decimal(earlier[-1][-1]) == -70
    for made in ("pdf", "xlsx"):
        file = browser.get(f"/reporting/view/{report}/file", params={"format": made, **MARCH})
        assert file.status_code == 200
        assert len(file.content) > 1000


def test_the_books_own_trial_balance_and_ledger_agree(
    browser: httpx.Client, session: Session
) -> None:
    found = {row.code: row for row in trial_balances(session, date(2026, 3, 1), None)}
    assert (found["4000"].opening, found["4000"].closing) == (-200, -300)
    assert (found[""].opening, found[""].closing) == (-70, -70)
    sales = session.scalars(select(Account).where(Account.code == "4000")).one()
    page = ledger_page(session, sales, "USD", Period(date(2026, 3, 1)))
    assert page.opening == -200
    shown = browser.get("/accounting/trial-balance", params={"from": "2026-03-01"}).text
    assert 'href="/accounting/trial-balance?to=2025-12-31"' in shown


@FEW
@given(made=entries, span=days)
def test_every_figure_is_the_sum_of_its_lines_and_all_together_are_nothing(
    session: Session, made: list[tuple[int, str, str, Decimal]], span: tuple[int, int]
) -> None:
    start = FIRST + timedelta(days=span[0])
    end = start + timedelta(days=span[1])
    with session.begin_nested() as nested:
        for ahead, debit, credit, amount in made:
            if debit != credit:
                day = FIRST + timedelta(days=ahead)
                post_lines(session, day, {debit: amount, credit: -amount})
        seal_now(session)
        asked = Asked("trial-balance", "custom", start, end)
        sheet = build(session, asked, "en").sheet
        ledger = build(session, replace(asked, report="general-ledger"), "en").sheet
        own = trial_balances(session, start, end)
        lines = _lines(session)
        nested.rollback()
    assert sheet.value("total", 0) == sheet.value("total", 3) == 0
    assert ledger.value("total", 0) in (0, None)
    assert sum((row.opening for row in own), Decimal(0)) == 0
    assert [check for check in sheet.checks if check.state in ("bad", "warning")] == []
    year = date(start.year, 1, 1)
    shown = _figures(sheet)
    for code, *_ in CHART:
        begin = year if code in RESULT else date.min
        opening = _sum(lines, code, begin, start - timedelta(days=1))
        closing = _sum(lines, code, begin, end)
        assert shown.get(code, [0, 0, 0, 0])[0] == opening
        assert shown.get(code, [0, 0, 0, 0])[3] == closing
        assert sum(row.closing for row in own if row.code == code) == closing
    earlier = sum(_sum(lines, code, date.min, year - timedelta(days=1)) for code in RESULT)
    assert shown.get("earlier_results", [0])[0] == earlier


def _lines(session: Session) -> list[tuple[str, date, Decimal]]:
    found = select(Account.code, JournalLine.date, JournalLine.amount).join(
        Account, Account.id == JournalLine.account_id
    )
    return [(code, day, amount) for code, day, amount in session.execute(found)]


def _sum(lines: list[tuple[str, date, Decimal]], code: str, first: date, last: date) -> Decimal:
    return sum(
        (amount for at, day, amount in lines if at == code and first <= day <= last), Decimal(0)
    )
