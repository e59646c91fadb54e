"""The real ledgers, asked for through the pages' own files: every figure of trial balance, income
statement and balance sheet is the known one."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy.orm import Session

from addons.accounting.services.ledger_import import import_ledger
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

pytestmark = pytest.mark.real_data
Rows = dict[str, dict[str, str]]


@pytest.fixture
def tenant(kernel: Kernel):
    """A company with nothing in its books."""
    with fresh_tenant(kernel, "realreports") as tenant:
        yield tenant


def _import(kernel: Kernel, tenant: Tenant, path: Path) -> None:
    with kernel.session(tenant) as session:
        assert import_ledger(session, path.read_bytes(), path.name).problems == ()


def _file(browser: httpx.Client, report: str, **query: str) -> Rows:
    """The CSV of a report, by row."""
    answer = browser.get(f"/reporting/view/{report}/file", params={"format": "csv", **query})
    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return {row["key"]: row for row in rows}


def _figure(rows: Rows, key: str) -> Decimal:
    """The last column of a row; nothing for a row that has no figures and is not shown."""
    return Decimal(list(rows[key].values())[-1]) if key in rows else Decimal(0)


def _wanted(path: Path) -> list[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_non_profits_reports_are_the_known_ones_in_every_year(
    kernel: Kernel, tenant: Tenant, as_user: Callable[..., httpx.Client], ledgers: Path
) -> None:
    folder = ledgers / "hackclub_2015_2017"
    _import(kernel, tenant, folder / "journal.csv.gz")
    browser = as_user("accounting.auditor")
    balances = _wanted(folder / "trial_balance_at_year_end.csv")
    summary = json.loads((folder / "expected_summary.json").read_text())
    for year in (key for key in summary if key.isdigit()):
        days = {"from": f"{year}-01-01", "to": f"{year}-12-31", "currency": "USD"}
        _require_summary(browser, days, summary[year])
        # The known balances are those since the books began, as is a report without a first day.
        rows = _file(browser, "trial-balance", **{**days, "from": "", "period": "custom"})
        closing = {
            row["Title"].split(" ")[0]: list(row.values())[-1]
            for row in rows.values()
            if row["key"] != "total"
        }
        for row in balances:
            wanted = Decimal(row[f"{year}-12-31"])
            found = next(
                (
                    Decimal(figure)
                    for title, figure in _titles(rows).items()
                    if title == row["account"] or title.startswith(f"{row['account']} ")
                ),
                Decimal(0),
            )
            assert found == wanted, (year, row["account"])
        assert closing
        assert _figure(rows, "total") == 0


def _titles(rows: Rows) -> dict[str, str]:
    return {row["Title"]: list(row.values())[-1] for row in rows.values()}


def _require_summary(browser: httpx.Client, days: dict[str, str], wanted: dict[str, str]) -> None:
    by_function = _file(browser, "profit-and-loss", **days)
    by_nature = _file(browser, "profit-and-loss-by-nature", **days)
    sheet = _file(browser, "balance-sheet", **days)
    assert _figure(by_function, "profit") == Decimal(wanted["net_income"])
    assert _figure(by_nature, "profit") == Decimal(wanted["net_income"])
    assert _figure(by_nature, "net_revenue") == Decimal(wanted["income"])
    assert _figure(by_nature, "total_expenses") == Decimal(wanted["expenses"])
    assert _figure(sheet, "assets_total") == Decimal(wanted["assets_at_end"])
    assert _figure(sheet, "liabilities_total") == Decimal(wanted["liabilities_at_end"])
    assert _figure(sheet, "claims_total") == _figure(sheet, "assets_total")


@pytest.mark.parametrize("name", ["beancount_example_2013_2015", "beancount_basic"])
def test_ledgers_of_several_currencies_are_reported_in_each(
    kernel: Kernel,
    tenant: Tenant,
    as_user: Callable[..., httpx.Client],
    ledgers: Path,
    name: str,
) -> None:
    folder = ledgers / name
    _import(kernel, tenant, next(folder.glob("postings.csv*")))
    browser = as_user("accounting.auditor")
    expected = _wanted(folder / "trial_balance_at_cost_year_end.csv")
    day = [column for column in expected[0] if column[0].isdigit()][-1]
    for currency in sorted({row["currency"] for row in expected}):
        asked = {"period": "custom", "to": day, "currency": currency}
        found = _titles(_file(browser, "trial-balance", **asked))
        for row in (row for row in expected if row["currency"] == currency):
            figures = [
                Decimal(figure)
                for title, figure in found.items()
                if title == row["account"] or title.startswith(f"{row['account']} ")
            ]
            assert sum(figures, Decimal(0)) == Decimal(row[day]), (currency, row["account"])
        sheet = _file(browser, "balance-sheet", **asked)
        assert _figure(sheet, "assets_total") == _figure(sheet, "claims_total")


def test_the_command_line_gives_the_same_result_as_the_page(
    kernel: Kernel, tenant: Tenant, session: Session, ledgers: Path
) -> None:
    from datetime import date

    from addons.reporting.views import REPORTS
    from core.api import Period

    folder = ledgers / "hackclub_2015_2017"
    _import(kernel, tenant, folder / "journal.csv.gz")
    summary = json.loads((folder / "expected_summary.json").read_text())
    run = next(one for one in REPORTS if one.name == "reporting.profit_and_loss").run
    table = run(session, Period(date(2016, 1, 1), date(2016, 12, 31)))
    assert table.totals["profit"] == Decimal(summary["2016"]["net_income"])
    assert "bad" not in table.totals["checks"].values()
