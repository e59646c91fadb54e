"""Whatever is settled and undone in whatever order, open items equal the ledger and nothing is left
in one currency alone; two who settle the same items at once never take more than there is; and
the gains on a year's foreign invoices are those of the oracle."""

from __future__ import annotations

import csv
import json
import os
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    OpenItem,
    WriteOff,
    open_items,
    post_entries,
    settle,
    undo_settlement,
)
from addons.accounting.models import Account, JournalLine
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.settlement.items import open_totals
from addons.accounting.services.settlement.matching import match
from core.api import AppError, Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.settling import (
    DAY,
    balance_of,
    contact,
    item,
    open_books,
    require_sound,
)

ROOT = Path(__file__).parents[2]
MONEY = st.integers(1, 10**7).map(lambda cents: Decimal(cents) / 100)


@pytest.fixture
def books(session: Session) -> dict[str, int]:
    ensure_years(session, [DAY])
    return open_books(session)


def _open(line: int, books: Decimal, foreign: Decimal | None) -> OpenItem:
    """An item of which nothing is settled yet."""
    return OpenItem(
        line, line, 1, 1, DAY, None, "USD", books, books, "EUR" if foreign is not None else "",
        foreign, f"E{line}", "", foreign,
    )  # fmt: skip


@st.composite
def _items(draw: Any) -> list[OpenItem]:
    foreign = draw(st.booleans())
    signs = draw(st.lists(st.sampled_from((1, -1)), min_size=1, max_size=7))
    return [
        _open(place, sign * draw(MONEY), sign * draw(MONEY) if foreign else None)
        for place, sign in enumerate(signs, start=1)
    ]


@given(_items(), st.booleans(), st.dictionaries(st.integers(1, 7), MONEY))
@settings(max_examples=150, deadline=None)
def test_matching_never_takes_more_than_there_is_and_closes_in_both_currencies(
    items: list[OpenItem], all_off: bool, limits: dict[int, Decimal]
) -> None:
    found = match(items, limits=limits, write_off=None if all_off else Decimal(0))
    foreign = bool(found.original_currency)
    for portion in found.portions:
        one = portion.item
        assert abs(portion.amount) <= abs(one.residual)
        assert portion.amount * one.residual >= 0
        if foreign:
            assert portion.original is not None
            assert one.original_residual is not None
            assert abs(portion.original) <= abs(one.original_residual)
            if portion.original == one.original_residual:
                assert portion.amount == one.residual
    total = sum((portion.amount for portion in found.portions), Decimal(0))
    assert total == found.difference + found.written_off
    if foreign:
        taken = sum((portion.original or Decimal(0) for portion in found.portions), Decimal(0))
        assert taken == found.written_off_original
    else:
        assert found.difference == 0
    if not all_off:
        assert found.written_off == found.written_off_original == 0


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.sampled_from((1, -1)), MONEY, st.one_of(st.none(), MONEY)),
        st.tuples(st.just("settle"), st.randoms(use_true_random=False), st.booleans()),
        st.tuples(st.just("undo"), st.integers(0, 9)),
    ),
    min_size=4,
    max_size=14,
)


@given(ACTS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_open_items_equal_the_ledger_whatever_is_settled_and_undone(
    session: Session, acts: list[tuple[Any, ...]]
) -> None:
    ensure_years(session, [DAY])
    account = open_books(session)["Receivables"]
    who = contact(session, "Al Noor")
    made: list[int] = []
    for act in acts:
        _perform(session, act, who, made)
        ledger = balance_of(session, "Receivables")
        assert open_totals(session).get((account, "USD"), Decimal(0)) == ledger
        for one in open_items(session, account_ids=[account]):
            if one.original_residual is not None:
                assert one.residual == 0 or one.original_residual != 0
    require_sound(session)
    session.rollback()


def _perform(session: Session, act: tuple[Any, ...], who: int, made: list[int]) -> None:
    match act:
        case ("post", sign, amount, foreign):
            agreed = None if foreign is None else (str(sign * foreign), "EUR")
            item(session, str(sign * amount), partner=who, foreign=agreed)
        case ("settle", random, off):
            lines = [one.line_id for one in open_items(session, partner_id=who)]
            chosen = random.sample(lines, random.randint(0, len(lines)))
            try:
                write_off = WriteOff("Bad debts") if off else None
                made.append(settle(session, chosen, write_off=write_off).id)
            except AppError:
                return
        case ("undo", place):
            if made:
                try:
                    undo_settlement(session, made[place % len(made)])
                except Conflict:
                    return


THREADS = 6


def test_many_who_settle_the_same_items_at_once_take_no_more_than_there_is(
    kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        ensure_years(session, [DAY])
        open_books(session)
        who = contact(session, "Al Noor")
        invoices = [item(session, "100", partner=who, foreign=("90", "EUR")) for _ in range(4)]
        payments = [item(session, "-70", partner=who, foreign=("-60", "EUR")) for _ in range(4)]
    barrier, done = threading.Barrier(THREADS), []

    def work(number: int) -> None:
        barrier.wait()
        lines = [*invoices, *payments] if number % 2 else [*payments[::-1], *invoices[::-1]]
        try:
            with kernel.session(tenant) as own:
                done.append(settle(own, lines[number % 3 :]).id)
            with kernel.session(tenant) as own:
                if number == 1:
                    undo_settlement(own, done[-1])
        except Conflict:
            return

    with ThreadPoolExecutor(THREADS) as pool:
        for future in [pool.submit(work, number) for number in range(THREADS)]:
            future.result()
    with kernel.session(tenant) as session:
        require_sound(session)
        rest = {one.line_id: one.owed for one in open_items(session, partner_id=who)}
        assert sum(rest.values()) == 4 * 90 - 4 * 60
        assert all(0 <= rest.get(line, 0) <= 90 for line in invoices)


def test_one_who_settles_in_sql_waits_for_the_other_and_is_refused(
    kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        ensure_years(session, [DAY])
        account = open_books(session)["Receivables"]
        who = contact(session, "Cedar")
        lines = [item(session, amount, partner=who) for amount in ("100", "-100")]
    with kernel.session(tenant) as first:
        settle(first, lines)
        refused: list[str] = []
        thread = threading.Thread(
            target=_settle_in_sql, args=(kernel, tenant, account, who, lines, refused)
        )
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        first.commit()
    thread.join()
    assert refused
    assert "than is open" in refused[0]


def _settle_in_sql(
    kernel: Kernel, tenant: Tenant, account: int, who: int, lines: list[int], refused: list[str]
) -> None:
    try:
        with kernel.session(tenant) as other:
            made = other.execute(
                text("INSERT INTO accounting.settlement (date, account_id, partner_id, currency)"
                     " VALUES (:day, :account, :who, 'USD') RETURNING id"),
                {"day": DAY, "account": account, "who": who},
            ).scalar_one()  # fmt: skip
            for line, amount in zip(lines, (100, -100), strict=True):
                other.execute(
                    text("INSERT INTO accounting.settlement_part (settlement_id, line_id, amount)"
                         " VALUES (:made, :line, :amount)"),
                    {"made": made, "line": line, "amount": amount},
                )  # fmt: skip
    except Exception as error:
        refused.append(str(error))


@pytest.mark.real_data
def test_the_realised_gains_of_real_foreign_invoices_are_those_of_the_oracle(
    session: Session, books: dict[str, int]
) -> None:
    rows, expected = _oracle()
    ensure_years(session, [date(year, 1, 1) for year in range(2011, 2015)])
    partners = {
        name: contact(session, f"Customer {name}") for name in {r["customerid"] for r in rows}
    }
    post_entries(session, [entry for row in rows for entry in _entries(row, partners)])
    lines = _lines_by_reference(session)
    entries: dict[str, int | None] = {}
    for row in rows:
        if row["payment_date"]:
            made = settle(session, lines[row["invoice"]])
            entries[row["invoice"]] = made.entry_id
            assert made.date == date.fromisoformat(row["payment_date"])
    of_entry = _gains(session)
    gains = {invoice: of_entry.get(entry, Decimal(0)) for invoice, entry in entries.items()}
    wrong = {
        row["invoice"]: (gains[row["invoice"]], row["realised_gain_usd"])
        for row in rows
        if row["payment_date"] and gains[row["invoice"]] != Decimal(row["realised_gain_usd"])
    }
    assert wrong == {}
    by_year = _result_by_year(session)
    wanted = expected["realised_gain_by_payment_year"]
    assert by_year == {int(year): Decimal(gain) for year, gain in wanted.items()}
    assert sum(by_year.values()) == Decimal(expected["realised_gain_total"])
    still_open = open_items(session, account_ids=[books["Receivables"]], on=date(2014, 12, 31))
    assert len(still_open) == expected["invoices"] - expected["paid"]
    require_sound(session)


def _oracle() -> tuple[list[dict[str, str]], dict[str, Any]]:
    shared = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared"))
    folder = shared / "data" / "derived"
    with (folder / "fx_receivables.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows, json.loads((folder / "fx_receivables.expected.json").read_text())


def _entries(row: dict[str, str], partners: dict[str, int]) -> list[EntryDraft]:
    """The invoice, and its payment if it was paid: booked in dollars, agreed in the currency of
    the customer."""
    agreed, currency = Decimal(row["amount_foreign"]), row["currency"]
    who = partners[row["customerid"]]

    def entry(day: str, usd: Decimal, foreign: Decimal, other: str) -> EntryDraft:
        control = LineDraft("Receivables", usd, original_amount=foreign, original_currency=currency)
        return EntryDraft(
            date.fromisoformat(day),
            (control, LineDraft(other, -usd)),
            reference=row["invoice"],
            partner_id=who,
        )

    made = [entry(row["invoice_date"], Decimal(row["amount_usd_booked"]), agreed, "Sales")]
    if row["payment_date"]:
        received = Decimal(row["amount_usd_received"])
        made.append(entry(row["payment_date"], -received, -agreed, "Bank"))
    return made


def _lines_by_reference(session: Session) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for one in open_items(session):
        found[one.reference].append(one.line_id)
    return found


def _gains(session: Session) -> dict[int | None, Decimal]:
    """By entry, what it says was gained by exchange."""
    rows = session.execute(
        select(JournalLine.entry_id, func.sum(JournalLine.amount))
        .join(JournalLine.account)
        .where(Account.code.startswith("Exchange"))
        .group_by(JournalLine.entry_id)
    )
    return {entry_id: -amount for entry_id, amount in rows}


def _result_by_year(session: Session) -> dict[int, Decimal]:
    rows = session.execute(
        select(JournalLine.date, JournalLine.amount)
        .join(JournalLine.account)
        .where(Account.code.startswith("Exchange"), JournalLine.date < DAY.replace(month=1, day=1))
    )
    by_year: dict[int, Decimal] = defaultdict(Decimal)
    for day, amount in rows:
        by_year[day.year] -= amount
    return dict(by_year)
