"""Files of reports: the workbook's formulas give its own figures, the same report gives the same
bytes, nothing in it is taken for a formula, and the paper carries the checks in every script."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import httpx
import pypdf
import pytest

from addons.reporting.services.definitions.shipped import ALL
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.reporting.conftest import post_lines
from tests.reporting.workbook import Workbook

Browse = Callable[..., httpx.Client]
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
EVIL = '=HYPERLINK("http://example.com","x")'


@pytest.fixture(scope="module", autouse=True)
def business(kernel: Kernel, tenant: Tenant) -> None:
    """Sales and costs of two years, and a partner whose name is a formula."""
    with kernel.session(tenant) as session:
        post_lines(session, date(2025, 6, 1), {"1010": 5000, "3000": -5000})
        post_lines(session, date(2025, 7, 1), {"1100": "1150.10", "4000": -1000, "2100": "-150.10"})
        for month in range(1, 7):
            day = date(2026, month, 3)
            post_lines(session, day, {"1100": "230.05", "4000": "-230.05"}, partner=EVIL)
            post_lines(session, day, {"5000": 90, "2000": -90}, partner="@SUM(1+1)")
            post_lines(session, day, {"6000": "33.33", "1010": "-33.33"}, narration="+1-1")
            post_lines(session, day, {"6100": 10, "1590": -10})


def _file(browser: httpx.Client, report: str, kind: str, **more: str) -> bytes:
    query = {**YEAR, **more, "format": kind}
    answer = browser.get(f"/reporting/view/{report}/file", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("report", [one.key for one in ALL])
def test_the_formulas_of_a_workbook_give_the_figures_that_it_shows(
    as_user: Browse, report: str
) -> None:
    comparing = {"compare": "last_year"} if report.startswith(("profit", "balance")) else {}
    content = _file(as_user("accounting.auditor"), report, "xlsx", **comparing)
    book = Workbook(content)
    formulas = book.formulas()
    assert formulas, report
    for name in formulas:
        if book.cells[name].value:
            assert book.worked_out(name) == pytest.approx(book.stored(name), abs=1e-6), name


def test_sums_differences_and_balances_are_formulas_and_not_figures(as_user: Browse) -> None:
    browser = as_user("accounting.auditor")
    compared = Workbook(_file(browser, "profit-and-loss", "xlsx", compare="last_year"))
    formulas = " ".join(compared.formulas().values())
    assert "SUM(" in formulas
    assert "IF(" in formulas
    ledger = Workbook(_file(browser, "general-ledger", "xlsx"))
    assert any("+" in one and "-" in one for one in ledger.formulas().values())


@pytest.mark.parametrize("kind", ["xlsx", "csv", "pdf"])
def test_the_same_report_gives_the_same_bytes(as_user: Browse, kind: str) -> None:
    browser = as_user("accounting.auditor")
    first = _file(browser, "partner-ledger", kind)
    assert _file(browser, "partner-ledger", kind) == first


def test_what_somebody_typed_is_never_a_formula(as_user: Browse) -> None:
    browser = as_user("accounting.auditor")
    rows = list(
        csv.reader(io.StringIO(_file(browser, "partner-ledger", "csv").decode("utf-8-sig")))
    )
    texts = [cell for row in rows for cell in row if "HYPERLINK" in cell or "SUM(1" in cell]
    assert texts
    assert all(cell.startswith("'") for cell in texts)
    book = Workbook(_file(browser, "partner-ledger", "xlsx"))
    assert not any("HYPERLINK" in formula for formula in book.formulas().values())
    assert any(cell.is_text and cell.value == EVIL for cell in book.cells.values())


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Balance sheet"), ("ar", "قائمة"), ("bn", "স্থিতিপত্র")]
)
def test_the_paper_has_title_figures_and_checks_in_every_language(
    as_user: Browse, language: str, title: str
) -> None:
    browser = as_user("accounting.auditor")
    browser.headers["accept-language"] = language
    pages = pypdf.PdfReader(io.BytesIO(_file(browser, "balance-sheet", "pdf"))).pages
    told = "\n".join(page.extract_text() for page in pages)
    assert told
    if language == "en":
        assert title in told
        assert "✓ In order: Assets equal liabilities and equity." in told


def test_a_long_journal_carries_its_sums_over_the_pages(
    kernel: Kernel, tenant: Tenant, as_user: Browse
) -> None:
    with kernel.session(tenant) as session:
        for day in range(1, 29):
            for _ in range(3):
                post_lines(session, date(2024, 5, day), {"6000": 1, "1010": -1})
    days = {"from": "2024-05-01", "to": "2024-05-31"}
    content = _file(as_user("accounting.auditor"), "journal", "pdf", **days)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 2
    assert "Carried over" in pages[0].extract_text()
    assert "Carried over" not in pages[-1].extract_text()


def test_a_report_too_long_for_paper_says_what_to_do(
    as_user: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from addons.reporting.services.files import make

    monkeypatch.setitem(make.LINES, "pdf", 5)
    answer = as_user("accounting.auditor").get(
        "/reporting/view/general-ledger/file", params={**YEAR, "format": "pdf"}
    )
    assert answer.status_code == 422
    assert "a workbook holds more than a PDF" in answer.text
