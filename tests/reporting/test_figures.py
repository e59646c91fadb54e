"""Figures that are easily got wrong: balances without a movement, budgets beside the books, parts
by dimension and month, another currency, what is due, and the words about drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import (
    Account,
    Budget,
    BudgetLine,
    FiscalYear,
    Journal,
    JournalEntry,
)
from addons.accounting.models.currencies import CurrencyRate
from addons.accounting.models.dimensions import Dimension, DimensionValue
from addons.accounting.services.ledger import seal_now
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.sheet import Sheet
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.reporting.conftest import Post, post_lines


def _days(start: str, end: str) -> dict[str, object]:
    """What asks for these days."""
    return {
        "period": "custom",
        "start": date.fromisoformat(start),
        "end": date.fromisoformat(end),
    }


MARCH = _days("2026-03-01", "2026-03-31")


@pytest.fixture(scope="module", autouse=True)
def business(kernel: Kernel, tenant: Tenant) -> None:
    """A company that began in 2025, and sold and paid in the first quarter of 2026."""
    with kernel.session(tenant) as session:
        post_lines(session, date(2025, 12, 1), {"1010": 500, "3000": -500})
        post_lines(session, date(2025, 12, 20), {"1010": 40, "4000": -40})
        for month in (1, 2, 3):
            day = date(2026, month, 15)
            post_lines(session, day, {"1100": 100, "4000": -100}, partner="Customer")
            post_lines(session, day, {"6000": 30, "1010": -30})


def _sheet(session: Session, report: str, **asked: object) -> Sheet:
    return build(session, replace(Asked(report), **asked), "en").sheet  # type: ignore[arg-type]


def _column(sheet: Sheet, row: str) -> list[object]:
    found = sheet.row(row)
    assert found is not None
    return [cell.value for cell in found.cells]


def test_a_balance_stays_where_nothing_moved(session: Session) -> None:
    sheet = _sheet(session, "balance-sheet", **_days("2026-06-01", "2026-06-30"))
    assert sheet.value("capital") == 500
    balances = _sheet(session, "trial-balance", **_days("2026-06-01", "2026-06-30"))
    capital = next(row for row in balances.rows if row.title == "3000 Capital")
    assert [cell.value for cell in capital.cells] == [-500, 0, 0, -500]
    assert not capital.hidden


def test_results_of_earlier_years_stand_apart_until_they_are_closed(session: Session) -> None:
    sheet = _sheet(session, "balance-sheet", **MARCH)
    assert sheet.value("earlier_results") == 40
    assert sheet.value("year_result") == 210


def test_cash_at_the_beginning_and_the_end_is_that_of_the_ledger(session: Session) -> None:
    for report in ("cash-flow", "cash-flow-direct"):
        sheet = _sheet(session, report, **MARCH)
        assert sheet.value("opening_cash") == 480
        assert sheet.value("net_change") == -30
        assert sheet.value("closing_cash") == 450


def test_months_stand_side_by_side_and_add_up(session: Session) -> None:
    sheet = _sheet(
        session,
        "profit-and-loss",
        period="custom",
        start=date(2026, 1, 1),
        end=date(2026, 3, 31),
        by="month",
    )
    assert _column(sheet, "profit") == [70, 70, 70, 210]


def test_a_period_is_compared_with_the_one_before_and_the_year_before(session: Session) -> None:
    before = _sheet(session, "profit-and-loss", **MARCH, compare="previous", count=3)
    assert _column(before, "profit") == [70, 70, 70, 40]
    year = _sheet(
        session,
        "profit-and-loss",
        period="custom",
        start=date(2026, 12, 1),
        end=date(2026, 12, 31),
        compare="last_year",
    )
    assert _column(year, "profit") == [0, 40, -40, -100]


def test_the_budget_stands_beside_the_books_with_the_variance(session: Session) -> None:
    year = session.scalars(select(FiscalYear).where(FiscalYear.name == "2026")).one()
    ids = {account.code: account.id for account in session.scalars(select(Account))}
    budget = Budget(name="Plan", fiscal_year_id=year.id, state="active")
    budget.lines = [
        BudgetLine(position=1, account_id=ids["4000"], amount=Decimal(1800)),
        BudgetLine(position=2, prefix="6", amount=Decimal(240)),
    ]
    session.add(budget)
    session.flush()
    sheet = _sheet(session, "profit-and-loss", **MARCH, compare="budget")
    assert _column(sheet, "revenue")[:3] == [100, 150, -50]
    told = [note for note in sheet.notes if "in none" in note]
    assert told == ["Planned for accounts of several rows, and in none: 6…."]


def test_a_dimension_has_a_column_for_each_value_and_one_for_the_rest(
    session: Session, post: Post
) -> None:
    dimension = Dimension(code="P", name="Project")
    session.add(dimension)
    session.flush()
    bridge, tower = (
        DimensionValue(dimension_id=dimension.id, code=code, name=code)
        for code in ("BRIDGE", "TOWER")
    )
    session.add_all([bridge, tower])
    session.flush()
    from addons.accounting.api import EntryDraft, LineDraft, post_entry

    split = {str(dimension.id): {str(bridge.id): "75", str(tower.id): "25"}}
    lines = (
        LineDraft("6000", Decimal(80), analytic=split),
        LineDraft("1010", Decimal(-80)),
    )
    post_entry(session, EntryDraft(date(2026, 3, 20), lines))
    seal_now(session)
    sheet = _sheet(session, "profit-and-loss", **MARCH, by="dimension", dimension=dimension.id)
    assert _column(sheet, "admin") == [60, 20, 30, 110]


def test_figures_in_another_currency_are_converted_whole_and_say_so(session: Session) -> None:
    session.add(CurrencyRate(currency="SAR", date=date(2026, 3, 1), rate=Decimal("0.25")))
    session.flush()
    sheet = _sheet(session, "balance-sheet", **MARCH, present="SAR")
    assert sheet.value("capital") == 2000
    assert sheet.value("assets_total") == sheet.value("claims_total")
    assert sheet.notes[0].startswith("Converted for reading at 1 USD = 4.000000 SAR")


def test_what_is_owed_stands_by_age_and_is_foreseen(session: Session) -> None:
    sheet = _sheet(session, "aged-receivables", **MARCH)
    customer = next(row for row in sheet.rows if row.title == "Customer")
    assert [cell.value or 0 for cell in customer.cells[2:]] == [0, 100, 100, 100, 0, 0, 300]
    coming = _sheet(session, "cash-forecast", **MARCH)
    assert _column(coming, "closing")[-1] == 450 + 300


def test_drafts_and_open_periods_are_named(session: Session) -> None:
    journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    session.add(JournalEntry(journal_id=journal, date=date(2026, 3, 5)))
    session.flush()
    told = {
        check.sentence: check.state for check in _sheet(session, "profit-and-loss", **MARCH).checks
    }
    assert told["1 draft entries of these days are not in the figures."] == "warning"
    assert told["Still open, so that figures may change: 2026-03."] == "note"


def test_entries_in_the_tail_and_in_the_balances_count_alike(session: Session) -> None:
    from addons.accounting.services.balances import roll_up

    before = _sheet(session, "balance-sheet", **MARCH)
    roll_up(session)
    after = _sheet(session, "balance-sheet", **MARCH)
    assert [row.cells for row in after.rows] == [row.cells for row in before.rows]
