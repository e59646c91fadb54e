"""A fixed asset from the bill to its disposal: it loses exactly its cost less salvage, month by
month, whatever happens to it, and the register always says what the ledger does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.models.assets import Asset, AssetCategory, AssetUsage
from addons.accounting.options import AccountingOptions
from addons.accounting.services.assets import changing, keeping, register, undoing
from addons.accounting.services.assets.depreciation import depreciate, due_by
from addons.accounting.services.assets.figures import Figures, figures_of
from addons.accounting.services.assets.schedule import (
    month_end,
)
from addons.accounting.services.balances import balances
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.ledger import post, seal_now
from addons.accounting.services.reversal import reverse
from core.api import Conflict, InvalidInput, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.closing_desk import ACCOUNTS, bill, step

CHART = {
    "Assets:Machines": "asset",
    "Assets:Machines written off": "asset",
    "Expenses:Depreciation": "expense",
    "Expenses:Loss on machines": "expense",
    "Expenses:Impairment": "expense",
    "Income:Gain on machines": "income",
    "Equity:Surplus": "equity",
}
JANUARY = date(2026, 1, 1)


@pytest.fixture(scope="module", autouse=True)
def _company(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        create_accounts(session, {**ACCOUNTS, **CHART})  # type: ignore[arg-type]
        ensure_years(session, [date(2025, 1, 1), date(2027, 1, 1), date(2028, 1, 1)])
        set_options(session, AccountingOptions, retained_earnings_account="Equity:Retained")
        ids = {account.code: account.id for account in session.scalars(select(Account))}
        session.add(
            AssetCategory(
                name="Machines",
                asset_account_id=ids["Assets:Machines"],
                depreciation_account_id=ids["Assets:Machines written off"],
                expense_account_id=ids["Expenses:Depreciation"],
                gain_account_id=ids["Income:Gain on machines"],
                loss_account_id=ids["Expenses:Loss on machines"],
                surplus_account_id=ids["Equity:Surplus"],
                impairment_account_id=ids["Expenses:Impairment"],
                months=60,
            )
        )


@pytest.fixture
def books(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session whose work is not kept."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


def _account(session: Session, code: str) -> Account:
    return session.scalars(select(Account).where(Account.code == code)).one()


def _machine(session: Session, cost: str = "6000", **more: Any) -> Asset:
    """A machine that was paid by bank and is in service since January."""
    category = session.scalars(select(AssetCategory)).one()
    values: dict[str, Any] = {
        "name": "Press",
        "category_id": category.id,
        "acquired_on": JANUARY,
        "cost": Decimal(cost),
        "counter_account_id": _account(session, "Assets:Bank").id,
    }
    asset = keeping.create_asset(session, {**values, **more})
    keeping.put_into_service(session, asset)
    return asset


def _held(session: Session, code: str, on: date | None = None) -> Decimal:
    seal_now(session)
    return next((b.closing for b in balances(session, None, on) if b.code == code), Decimal(0))


def _require_register_equals_ledger(session: Session) -> None:
    seal_now(session)
    for day in (None, date(2026, 3, 31), date(2026, 6, 30), date(2026, 12, 31)):
        assert [check for check in register.compare(session, day) if check.difference] == [], day
    assert register.equals_ledger(session).holds


def test_a_run_posts_each_month_once_and_catches_up_what_was_missed(books: Session) -> None:
    asset = _machine(books)
    assert depreciate(books, date(2026, 1, 31)) == 1
    assert depreciate(books, date(2026, 1, 31)) == 0
    assert depreciate(books, date(2026, 4, 30)) == 1, "February to April at once"
    assert _held(books, "Assets:Machines written off") == Decimal("-400.00")
    assert _held(books, "Expenses:Depreciation", date(2026, 1, 31)) == Decimal("100.00")
    assert figures_of(books, asset.id).book_value == Decimal("5600.00")
    _require_register_equals_ledger(books)


def test_depreciation_that_was_reversed_is_posted_again(books: Session) -> None:
    asset = _machine(books)
    depreciate(books, date(2026, 1, 31))
    entry = books.scalars(
        select(JournalEntry).where(JournalEntry.source_id == f"{asset.id}:2026-01-31/0")
    ).one()
    reverse(books, entry.id, on=date(2026, 1, 31))
    assert [one.amount for one in due_by(books, date(2026, 1, 31))] == [Decimal("100.00")]
    assert depreciate(books, date(2026, 1, 31)) == 1
    assert figures_of(books, asset.id).accumulated == Decimal("100.00")
    _require_register_equals_ledger(books)


def test_an_asset_is_made_of_the_line_of_a_bill(books: Session) -> None:
    entry_id = post(books, bill(date(2026, 2, 3), "Maker", "9000", "Assets:Machines")).id
    seal_now(books)
    line = books.scalars(
        select(JournalLine).where(JournalLine.entry_id == entry_id, JournalLine.amount > 0)
    ).one()
    assert [found.id for found in register.unregistered(books)] == [line.id]
    said = step(books, "2026-02", "accounting.asset_register").state
    assert (said.status, said.sentence) == (
        "open",
        "Bought and not in the register yet: 9,000.",
    )
    _machine(books)
    _require_register_equals_ledger(books)
    category = books.scalars(select(AssetCategory.id)).one()
    asset = keeping.from_purchase_line(books, line.id, category)
    keeping.put_into_service(books, asset)
    assert (asset.cost, asset.supplier, asset.acquired_on) == (9000, "Maker", date(2026, 2, 3))
    assert register.unregistered(books) == []
    _require_register_equals_ledger(books)


def test_an_asset_from_another_system_goes_on_where_it_stood(books: Session) -> None:
    asset = _machine(
        books,
        acquired_on=date(2024, 1, 1),
        opening=Decimal("2400"),
        opening_on=date(2025, 12, 31),
    )
    depreciate(books, date(2026, 1, 31))
    assert figures_of(books, asset.id) == Figures(Decimal(6000), Decimal(2500))
    assert asset.plan_until == date(2028, 12, 31)
    _require_register_equals_ledger(books)


def test_a_sale_posts_the_depreciation_up_to_its_day_and_the_gain(books: Session) -> None:
    asset = _machine(books)
    bank = _account(books, "Assets:Bank")
    changing.dispose(
        books, asset.id, changing.Disposal(date(2026, 6, 30), Decimal("5500"), account=bank)
    )
    assert _held(books, "Income:Gain on machines") == Decimal("-100.00")
    assert _held(books, "Assets:Machines") == 0
    assert _held(books, "Assets:Machines written off") == 0
    assert asset.state == "disposed"
    assert depreciate(books, date(2026, 12, 31)) == 0
    _require_register_equals_ledger(books)
    with pytest.raises(Conflict, match="not in service"):
        changing.dispose(books, asset.id, changing.Disposal(date(2026, 7, 1)))


def test_scrapping_loses_what_was_left_and_can_be_taken_back(books: Session) -> None:
    asset = _machine(books)
    changing.dispose(books, asset.id, changing.Disposal(date(2026, 3, 31), note="Broken"))
    assert _held(books, "Expenses:Loss on machines") == Decimal("5700.00")
    undoing.undo_last(books, asset.id, "It was mended")
    assert asset.state == "in_service"
    assert figures_of(books, asset.id).book_value == Decimal("5700.00")
    depreciate(books, date(2026, 4, 30))
    assert figures_of(books, asset.id).book_value == Decimal("5600.00")
    _require_register_equals_ledger(books)


def test_reversing_a_disposal_among_the_entries_puts_the_asset_back(books: Session) -> None:
    asset = _machine(books)
    move = changing.dispose(books, asset.id, changing.Disposal(date(2026, 3, 31), note="Broken"))
    seal_now(books)
    undone = reverse(books, move.entry_id or 0, on=date(2026, 3, 31))
    assert (asset.state, asset.disposed_on) == ("in_service", None)
    assert figures_of(books, asset.id).book_value == Decimal("5700.00")
    _require_register_equals_ledger(books)
    with pytest.raises(Conflict, match="put an asset back") as refused:
        reverse(books, undone.id, on=date(2026, 3, 31))
    assert "once more on its own page" in refused.value.fix
    depreciate(books, date(2026, 4, 30))
    assert figures_of(books, asset.id).book_value == Decimal("5600.00")


def test_only_the_last_thing_that_happened_to_an_asset_is_reversed(books: Session) -> None:
    asset = _machine(books)
    first = changing.revalue(books, asset.id, date(2026, 1, 31), Decimal(7000), "Valuer")
    changing.dispose(books, asset.id, changing.Disposal(date(2026, 3, 31), share=Decimal("0.5")))
    seal_now(books)
    with pytest.raises(Conflict, match="happened to the asset since"):
        reverse(books, first.entry_id or 0, on=date(2026, 1, 31))
    assert asset.state == "in_service"
    _require_register_equals_ledger(books)


def test_a_part_that_goes_takes_its_share_of_everything(books: Session) -> None:
    asset = _machine(books, salvage=Decimal("600"))
    changing.dispose(books, asset.id, changing.Disposal(date(2026, 6, 30), share=Decimal("0.25")))
    figures = figures_of(books, asset.id)
    assert figures.cost == Decimal("4500.00")
    assert figures.accumulated == Decimal("405.00")  # three quarters of 540
    assert asset.salvage == Decimal("450.00")
    depreciate(books, date(2028, 12, 31))
    assert figures_of(books, asset.id).book_value == Decimal("2070.00")
    _require_register_equals_ledger(books)


def test_revaluation_goes_to_the_surplus_and_an_impairment_out_of_it_first(
    books: Session,
) -> None:
    asset = _machine(books)
    changing.revalue(books, asset.id, date(2026, 6, 30), Decimal("6400"), "Appraisal")
    assert _held(books, "Equity:Surplus") == Decimal("-1000.00")
    assert asset.plan_from == date(2026, 7, 1)
    changing.revalue(books, asset.id, date(2026, 6, 30), Decimal("5000"), "Damage")
    assert _held(books, "Equity:Surplus") == 0
    assert _held(books, "Expenses:Impairment") == Decimal("400.00")
    changing.revalue(books, asset.id, date(2026, 6, 30), Decimal("5700"), "Mended")
    assert _held(books, "Expenses:Impairment") == 0, "what was expensed comes back first"
    assert _held(books, "Equity:Surplus") == Decimal("-300.00")
    depreciate(books, date(2026, 7, 31))
    assert figures_of(books, asset.id).book_value == Decimal("5594.44")  # 5,700 less a 54th
    _require_register_equals_ledger(books)


def test_another_life_goes_forward_and_leaves_the_past_alone(books: Session) -> None:
    asset = _machine(books)
    depreciate(books, date(2026, 6, 30))
    before = _held(books, "Expenses:Depreciation", date(2026, 6, 30))
    changing.change_life(
        books, asset.id, date(2026, 6, 30), date(2027, 6, 30), Decimal("600"), "Worn out early"
    )
    depreciate(books, date(2026, 7, 31))
    assert _held(books, "Expenses:Depreciation", date(2026, 6, 30)) == before
    assert figures_of(books, asset.id).book_value == Decimal("5000.00")  # (5,400 - 600) / 12 less
    depreciate(books, date(2027, 6, 30))
    assert figures_of(books, asset.id).book_value == Decimal("600.00")
    _require_register_equals_ledger(books)


def test_by_units_what_was_produced_is_taken_and_no_more_than_there_is(books: Session) -> None:
    asset = _machine(books, method="units", units=Decimal(1000))
    books.add(AssetUsage(asset_id=asset.id, date=date(2026, 1, 31), units=Decimal(250)))
    depreciate(books, date(2026, 1, 31))
    assert figures_of(books, asset.id).book_value == Decimal("4500.00")
    books.add(AssetUsage(asset_id=asset.id, date=date(2026, 2, 28), units=Decimal(900)))
    depreciate(books, date(2026, 2, 28))
    assert figures_of(books, asset.id).book_value == 0
    _require_register_equals_ledger(books)


@settings(max_examples=8, deadline=None)
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(["run", "revalue", "part", "life", "undo"]), st.integers(1, 99)),
        max_size=5,
    )
)
def test_the_register_equals_the_ledger_whatever_happens(
    kernel: Kernel, tenant: Tenant, deeds: list[tuple[str, int]]
) -> None:
    with kernel.session(tenant) as session:
        asset, day = _machine(session, "1234.56"), date(2026, 1, 31)
        for deed, number in deeds:
            day = min(month_end(day + timedelta(days=number)), date(2028, 11, 30))
            book = figures_of(session, asset.id).book_value
            try:
                if deed == "run":
                    depreciate(session, day)
                elif deed == "revalue":
                    changing.revalue(session, asset.id, day, book + number - 50, "Appraisal")
                elif deed == "part":
                    gone = changing.Disposal(day, share=Decimal(number) / 100)
                    changing.dispose(session, asset.id, gone)
                elif deed == "life":
                    until = day + timedelta(days=30 * number)
                    changing.change_life(session, asset.id, day, until, Decimal(0), "Estimate")
                else:
                    undoing.undo_last(session, asset.id, "Mistake")
            except (Conflict, InvalidInput):
                continue
        _require_register_equals_ledger(session)
        session.rollback()


def test_two_who_depreciate_at_once_post_it_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        key = _machine(session, "777").id

    def run(_: int) -> int:
        with kernel.session(tenant) as session:
            return depreciate(session, date(2026, 2, 28))

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == [0, 0, 1]
    with kernel.session(tenant) as session:
        assert figures_of(session, key).accumulated == Decimal("25.90")
        assert step(session, "2026-02", "accounting.depreciation").state.status == "done"
        assert step(session, "2026-03", "accounting.depreciation").state.status == "open"
        assert step(session, "2026-03", "accounting.asset_register").state.status == "done"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"salvage": Decimal(7000)}, "salvage"),
        ({"cost": Decimal("0.005")}, "cost"),
        ({"in_service_on": date(2025, 1, 1)}, "in_service_on"),
        ({"opening": Decimal(100)}, "opening_on"),
        ({"method": "units"}, "units"),
        ({"method": "years_digits", "months": 18}, "months"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    books: Session, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _machine(books, **wrong)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_register_and_the_page_of_an_asset_show_what_can_be_done(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        key = _machine(session, "4800", serial="S-1").id
    browser = as_user("accounting.accountant")
    listed = browser.get("/accounting/asset-register?on=2026-02-28")
    assert listed.status_code == 200, listed.text
    assert "4,800.00" in listed.text
    page = browser.get(f"/accounting/asset-register/{key}")
    assert page.status_code == 200, page.text
    assert "80.00" in page.text, "what a month takes"
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sold = browser.post(
        f"/accounting/asset-register/{key}/dispose",
        data={"csrf_token": token, "on": "2026-03-31", "percent": "100"},
    )
    assert sold.status_code == 303, sold.text
    assert "Scrapped" in browser.get(f"/accounting/asset-register/{key}").text
    label = browser.post(
        f"/accounting/assets/{key}/label",
        data={"csrf_token": token, "as": "zpl", "copies": "1"},
    )
    assert label.status_code == 200, label.text
    assert f"FA-{key:05}" in label.text
    auditor = as_user("accounting.auditor")
    assert "Sell or scrap" not in auditor.get(f"/accounting/asset-register/{key}").text
    assert auditor.post(f"/accounting/asset-register/{key}/undo", data={}).status_code == 403


def test_an_asset_of_the_form_takes_from_its_category_what_was_left_empty(
    as_user: Callable[..., httpx.Client], kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        category = session.scalars(select(AssetCategory.id)).one()
    browser = as_user("accounting.accountant")
    sent = {"name": "Lathe", "category_id": category, "acquired_on": "2026-03-02", "cost": "600"}
    made = browser.post("/api/v1/accounting/assets", json=sent)
    assert made.status_code == 201, made.text
    form = browser.get("/accounting/assets/new").text
    assert "As its category says" in form
    with kernel.session(tenant) as session:
        asset = session.get_one(Asset, made.json()["id"])
        assert (asset.method, asset.months, asset.prorata) == ("straight_line", 60, "month")
