"""At the end of a year, what is held and owed in foreign currencies is measured at the closing
rate: the known figures of real invoices come out, posted once and taken back the day after."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entries, post_entry
from addons.accounting.models import Account, JournalEntry, Period
from addons.accounting.models.currencies import Revaluation
from addons.accounting.options import AccountingOptions
from addons.accounting.services import calendar
from addons.accounting.services.balances import balances
from addons.accounting.services.charts.install import install_chart
from addons.accounting.services.currencies import MissingRate, Rate, create_rate, store_rates
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.revaluation.positions import Position, positions
from addons.accounting.services.revaluation.runs import (
    create_revaluation,
    delete_revaluation,
    lacking,
    post_revaluation,
    revalue,
)
from addons.accounting.services.revaluation.step import REVALUATION
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.settling import settle
from core.api import Conflict, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

Browse = Callable[..., httpx.Client]
END = date(2026, 3, 31)
NEXT = date(2026, 4, 1)


@pytest.fixture
def books(session: Session) -> Session:
    """The general chart in USD; one EUR is worth 1.10 in January and 1.20 at the end of March."""
    install_chart(session, "general")
    for day, value in ((date(2026, 1, 1), "1.10"), (END, "1.20")):
        create_rate(session, {"currency": "EUR", "date": day, "rate": Decimal(value)})
    return session


def _post(session: Session, day: date, *lines: tuple[str, str, str], **more: Any) -> int:
    """Lines of account, amount in USD, and amount in EUR if there is one."""
    drafts = tuple(
        LineDraft(
            account,
            Decimal(amount),
            original_amount=Decimal(euros) if euros else None,
            original_currency="EUR" if euros else "",
        )
        for account, amount, euros in lines
    )
    outcome = post_entry(session, EntryDraft(day, drafts, **more))
    seal_now(session)
    return outcome.id


def _invoice(session: Session, dollars: str, euros: str, day: date = date(2026, 1, 10)) -> int:
    return _post(session, day, ("1100", dollars, euros), ("4000", f"-{dollars}", ""))


def _closing(session: Session, on: date) -> dict[str, Decimal]:
    return {row.code: row.closing for row in balances(session, None, on) if row.closing}


def test_an_open_invoice_is_worth_more_at_the_closing_rate_and_back_the_day_after(
    books: Session,
) -> None:
    _invoice(books, "110.00", "100")
    run = revalue(books, END)
    assert run is not None
    assert (run.state, run.difference) == ("posted", Decimal("10.00"))
    seal_now(books)
    at_end = _closing(books, END)
    assert (at_end["1100:FX"], at_end["4620"]) == (Decimal("10.00"), Decimal("-10.00"))
    assert at_end["1100"] == Decimal("110.00")
    after = _closing(books, NEXT)
    assert "1100:FX" not in after
    assert "4620" not in after
    beside = books.scalars(select(Account).where(Account.code == "1100:FX")).one()
    assert (beside.report_line, beside.reconcilable) == ("bs.receivables", False)
    entry = books.get_one(JournalEntry, run.reversal_id)
    assert (entry.date, entry.reverses_id) == (NEXT, run.entry_id)


def test_a_debt_that_costs_more_is_a_loss(books: Session) -> None:
    _post(books, date(2026, 1, 10), ("5000", "220", ""), ("2000", "-220", "-200"))
    run = revalue(books, END)
    assert run is not None
    assert run.difference == Decimal("-20.00")
    seal_now(books)
    assert _closing(books, END)["7040"] == Decimal("20.00")


def test_running_it_twice_changes_nothing_and_later_only_the_difference(books: Session) -> None:
    _invoice(books, "110.00", "100")
    assert revalue(books, END) is not None
    assert revalue(books, END) is None
    _invoice(books, "55.00", "50")
    more = revalue(books, END)
    assert more is not None
    assert more.difference == Decimal("5.00")
    rate = books.scalars(select(Revaluation)).all()
    assert len(rate) == 2
    seal_now(books)
    assert _closing(books, END)["1100:FX"] == Decimal("15.00")


def test_an_item_settled_since_with_an_earlier_date_is_taken_back(books: Session) -> None:
    _invoice(books, "110.00", "100")
    revalue(books, END)
    _post(books, date(2026, 3, 1), ("1030", "110", ""), ("1100", "-110", "-100"))
    items = open_items(books, on=END)
    settle(books, [item.line_id for item in items], on=date(2026, 3, 1))
    run = revalue(books, END)
    assert run is not None
    assert run.difference == Decimal("-10.00")
    seal_now(books)
    assert "1100:FX" not in _closing(books, END)


def test_a_bank_account_in_foreign_currency_is_measured_as_a_whole(books: Session) -> None:
    _post(books, date(2026, 1, 5), ("1035", "1100", "1000"), ("3000", "-1100", ""))
    _post(books, date(2026, 2, 5), ("7020", "11", ""), ("1035", "-11", "-10"))
    found = lacking(books, END)
    assert [(item.original_amount, item.booked, item.value) for item, _ in found] == [
        (Decimal(990), Decimal(1089), Decimal("1188.00"))
    ]


def test_one_foreign_payment_makes_no_foreign_account(books: Session) -> None:
    _post(books, date(2026, 1, 5), ("1030", "1100", "1000"), ("3000", "-1100", ""))
    _post(books, date(2026, 1, 6), ("1030", "500", ""), ("3000", "-500", ""))
    assert lacking(books, END) == []


def test_goods_and_advances_keep_the_rate_at_which_they_were_booked(books: Session) -> None:
    lines = (("1300", "110", "100"), ("1200", "110", "100"), ("2000", "-220", "-200"))
    _post(books, date(2026, 1, 10), *lines)
    assert {item.account_id for item, _ in lacking(books, END)} == {
        books.scalars(select(Account.id).where(Account.code == "2000")).one()
    }


def test_without_its_rate_nothing_is_posted_and_the_currency_is_named(books: Session) -> None:
    lines = (
        LineDraft("1100", Decimal(5), original_amount=Decimal(2), original_currency="KWD"),
        LineDraft("4000", Decimal(-5)),
    )
    post_entry(books, EntryDraft(date(2026, 1, 10), lines))
    with pytest.raises(MissingRate, match="KWD"):
        revalue(books, END)
    period = books.scalars(select(Period).where(Period.name == "2026-03")).one()
    assert REVALUATION.check(books, period).status == "blocked"


def test_a_run_is_looked_at_first_and_thrown_away_or_posted(books: Session) -> None:
    _invoice(books, "110.00", "100")
    run = create_revaluation(books, {"date": END})
    assert [(line.booked, line.value, line.posted) for line in run.lines] == [
        (Decimal("110.00"), Decimal("120.00"), Decimal("10.00"))
    ]
    delete_revaluation(books, run)
    second = create_revaluation(books, {"date": END})
    assert post_revaluation(books, second)
    with pytest.raises(Conflict):
        delete_revaluation(books, second)
    third = create_revaluation(books, {"date": END})
    assert not post_revaluation(books, third)


def test_the_closing_checklist_revalues_its_month(books: Session) -> None:
    period = books.scalars(select(Period).where(Period.name == "2026-03")).one()
    assert REVALUATION.check(books, period).status == "not_needed"
    _invoice(books, "110.00", "100")
    assert REVALUATION.check(books, period).status == "open"
    assert REVALUATION.run is not None
    REVALUATION.run(books, period)
    assert REVALUATION.check(books, period).status == "done"


def test_two_people_at_once_revalue_a_day_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        install_chart(session, "general")
        create_rate(session, {"currency": "EUR", "date": END, "rate": Decimal("1.20")})
        lines = (
            LineDraft("1100", Decimal(110), original_amount=Decimal(100), original_currency="EUR"),
            LineDraft("4000", Decimal(-110)),
        )
        post_entry(session, EntryDraft(date(2026, 1, 10), lines))

    def work(_: int) -> bool:
        with kernel.session(tenant) as session:
            return revalue(session, END) is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [False, True]


def test_an_accountant_revalues_in_the_browser_and_a_bookkeeper_sees_the_lines(
    as_user: Browse, kernel: Kernel, tenant: Tenant
) -> None:
    browser = as_user("accounting.accountant")
    api = "/api/v1/accounting/revaluations"
    made = browser.post(api, json={"date": "2026-05-31"})
    assert made.status_code == 201, made.text
    page = browser.get(f"/accounting/revaluations/{made.json()['id']}")
    assert page.status_code == 200
    assert "120.00" in page.text
    posted = browser.post(f"{api}/{made.json()['id']}/actions/post", json={})
    assert posted.status_code == 200, posted.text
    assert as_user("accounting.auditor").post(api, json={"date": "2026-06-30"}).status_code == 403


@pytest.mark.real_data
def test_the_known_results_of_real_invoices_at_each_year_end(
    session: Session, ledgers: Path
) -> None:
    """Invoices in four currencies: open items and unrealised results at three year ends, each
    invoice rounded by itself, and each currency rounded once."""
    folder = ledgers.parent / "derived"
    expected = json.loads((folder / "fx_receivables.expected.json").read_text())
    install_chart(session, "general")
    with (folder / "fx_receivables.csv").open(newline="") as file:
        invoices = list(csv.DictReader(file))
    calendar.ensure_years(session, [date(year, 1, 1) for year in range(2011, 2016)])
    _take_invoices(session, invoices)
    for written, currencies in expected["year_end_revaluation"].items():
        day = date.fromisoformat(written)
        for currency, figures in currencies.items():
            closing = Decimal(1) / Decimal(figures["closing_rate"])
            store_rates(session, [Rate(currency, day, closing)], "ECB")
        set_options(session, AccountingOptions, revalue_items_together=False)
        _require_known(positions(session, day), currencies, each=True)
        set_options(session, AccountingOptions, revalue_items_together=True)
        _require_known(positions(session, day), currencies, each=False)


def _require_known(
    found: list[Position], currencies: dict[str, dict[str, Any]], *, each: bool
) -> None:
    assert {item.currency for item in found} == set(currencies)
    for currency, figures in currencies.items():
        of_it = [item for item in found if item.currency == currency]
        assert sum(item.original_amount for item in of_it) == Decimal(figures["open_foreign"])
        assert sum(item.booked for item in of_it) == Decimal(figures["open_usd_booked"])
        if each:
            unrealised = Decimal(figures["unrealised_gain_usd_per_invoice_rounding"])
            assert len(of_it) == figures["open_invoices"]
            assert sum(item.difference for item in of_it) == unrealised
        else:
            assert [item.value for item in of_it] == [
                Decimal(figures["value_of_total_rounded_once"])
            ]


YEAR_ENDS = tuple(date(year, 12, 31) for year in (2011, 2012, 2013))
PAID_IN_TIME = 40
"""So many of those that were paid before a year end are taken along, and must not be found."""


def _take_invoices(session: Session, rows: list[dict[str, str]]) -> None:
    """Post the invoices that were open at a year end and some that were not, and their payments,
    each settled on its day."""
    crossing = [row for row in rows if any(_is_open(row, day) for day in YEAR_ENDS)]
    others = [row for row in rows if row["payment_date"] and row not in crossing][:PAID_IN_TIME]
    taken = [*crossing, *others]
    post_entries(session, [_booked(row, "invoice", row["invoice_date"]) for row in taken])
    paid = [row for row in taken if row["payment_date"]]
    post_entries(session, [_booked(row, "payment", row["payment_date"]) for row in paid])
    lines: dict[str, list[int]] = {}
    for item in open_items(session):
        lines.setdefault(item.reference, []).append(item.line_id)
    for row in paid:
        settle(session, lines[row["invoice"]], on=date.fromisoformat(row["payment_date"]))


def _is_open(row: dict[str, str], day: date) -> bool:
    paid = row["payment_date"]
    return row["invoice_date"] <= str(day) and (not paid or paid > str(day))


def _booked(row: dict[str, str], kind: str, day: str) -> EntryDraft:
    foreign = Decimal(row["amount_foreign"])
    if kind == "invoice":
        amount, beside = Decimal(row["amount_usd_booked"]), "4000"
    else:
        foreign, amount, beside = -foreign, -Decimal(row["amount_usd_received"]), "1030"
    return EntryDraft(
        date.fromisoformat(day),
        (
            LineDraft("1100", amount, original_amount=foreign, original_currency=row["currency"]),
            LineDraft(beside, -amount),
        ),
        reference=row["invoice"],
        source_type=f"test.{kind}",
        source_id=row["invoice"],
    )
