"""A company comes from another system: its trial balance and open items are read, compared account
by account, posted once at the cut-over date, and taken back while nothing is built on them."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entry
from addons.accounting.models import Account, JournalEntry
from addons.accounting.models.opening import Opening
from addons.accounting.services.balances import balances
from addons.accounting.services.charts.install import install_chart
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.opening.comparing import compare
from addons.accounting.services.opening.editing import (
    create_opening,
    delete_opening,
    update_opening,
)
from addons.accounting.services.opening.posting import (
    create_missing_contacts,
    post_opening,
    take_back,
)
from addons.accounting.services.opening.reading import import_open_items, import_trial_balance
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.settling import settle
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

Browse = Callable[..., httpx.Client]
CUT_OVER = date(2025, 12, 31)
TRIAL_BALANCE = """Acme Trading,,,
Trial balance at 31/12/2025,,,
Account code,Account name,Debit,Credit
1030,Bank,"12,500.00",
1100,Customers,"1,150.00",
2000,Suppliers,,400.00
3000,Capital,,"10,000.00"
9999,Old profits,,"3,250.00"
Total,,"13,650.00","13,650.00"
"""
ITEMS = """Account,Customer,Invoice,Date,Due date,Amount,Foreign amount,Currency
1100,Al Noor,INV-7,15/11/2025,15/12/2025,1000.00,,
1100,Cedar House,INV-9,20/12/2025,20/01/2026,150.00,40.00,EUR
2000,Eastern Supplies,B-3,01/12/2025,,-400.00,,
"""


@pytest.fixture
def opening(session: Session) -> Opening:
    install_chart(session, "general")
    return create_opening(session, {"name": "From the old books", "date": CUT_OVER})


def _read(session: Session, balance: str = TRIAL_BALANCE, items: str = ITEMS) -> None:
    for run, content in ((import_trial_balance, balance), (import_open_items, items)):
        outcome = run(session, content.encode(), "old.csv")
        assert outcome.problems == (), outcome


def _ready(session: Session, opening: Opening) -> None:
    """Both files read, the unknown account chosen, the contacts made."""
    _read(session)
    retained = session.scalars(select(Account.id).where(Account.code == "3200")).one()
    rows = [{"id": row.id, "account_id": row.account_id or retained} for row in opening.accounts]
    update_opening(session, opening, {"accounts": tuple(rows)})
    assert create_missing_contacts(session, opening) == 3


def _closing(session: Session) -> dict[str, Decimal]:
    seal_now(session)
    return {row.code: row.closing for row in balances(session, None, CUT_OVER) if row.closing}


def test_files_are_read_below_their_headings_and_totals_left_out(
    session: Session, opening: Opening
) -> None:
    _read(session)
    session.refresh(opening)
    assert [(row.old_code, row.debit, row.credit) for row in opening.accounts] == [
        ("1030", Decimal("12500.00"), 0),
        ("1100", Decimal("1150.00"), 0),
        ("2000", 0, Decimal("400.00")),
        ("3000", 0, Decimal("10000.00")),
        ("9999", 0, Decimal("3250.00")),
    ]
    assert [(item.number, item.date, item.due_date, item.amount) for item in opening.items] == [
        ("INV-7", date(2025, 11, 15), date(2025, 12, 15), 1000),
        ("INV-9", date(2025, 12, 20), date(2026, 1, 20), 150),
        ("B-3", date(2025, 12, 1), None, -400),
    ]
    assert (opening.items[1].original_amount, opening.items[1].original_currency) == (40, "EUR")
    again = import_trial_balance(session, TRIAL_BALANCE.encode(), "old.csv")
    assert (again.created, again.unchanged) == (0, 5)


def test_a_workbook_with_a_balance_column_in_arabic_is_read_too(
    session: Session, opening: Opening
) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        rows = (
            ("رقم الحساب", "اسم الحساب", "الرصيد"),
            ("1030", "البنك", 75.5),
            ("3000", "", -75.5),
        )
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    assert import_trial_balance(session, file.getvalue(), "old.xlsx").problems == ()
    session.refresh(opening)
    assert [(row.debit, row.credit) for row in opening.accounts] == [
        (Decimal("75.5"), 0),
        (0, Decimal("75.5")),
    ]


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        ("a,b\n1,2\n", "No row has the titles", 1),
        ("code,debit,credit\n1030,12x,\n", "“12x” is no amount", 2),
        ("code,debit,credit\n,12,\n", "The account is missing", 2),
        ("", "", 1),
    ],
)
def test_a_file_that_cannot_be_read_names_its_line(
    session: Session, opening: Opening, content: str, words: str, line: int
) -> None:
    outcome = import_trial_balance(session, content.encode(), "old.csv")
    assert outcome.problems[0].line == line
    assert words in str(outcome.problems[0].message)


def test_open_items_need_a_known_account_a_date_and_an_amount(
    session: Session, opening: Opening
) -> None:
    content = "account,amount,date\n7777,1,2025-01-01\n1100,1,\n1100,1,2025-02-30\n"
    outcome = import_open_items(session, content.encode(), "old.csv")
    assert [problem.line for problem in outcome.problems] == [4]
    outcome = import_open_items(session, content.rsplit("\n", 2)[0].encode(), "old.csv")
    assert [problem.line for problem in outcome.problems] == [2, 3]


def test_without_an_opening_in_preparation_a_file_says_where_to_begin(session: Session) -> None:
    outcome = import_trial_balance(session, TRIAL_BALANCE.encode(), "old.csv")
    assert "Begin one" in str(outcome.problems[0].message)


def test_it_is_posted_equal_to_the_old_system_and_opens_at_zero(
    session: Session, opening: Opening
) -> None:
    _ready(session, opening)
    assert compare(session, opening).holds
    assert post_opening(session, opening) == 4
    assert _closing(session) == {
        "1030": Decimal("12500.00"),
        "1100": Decimal("1150.00"),
        "2000": Decimal("-400.00"),
        "3000": Decimal("-10000.00"),
        "3200": Decimal("-3250.00"),
    }
    comparison = compare(session, opening)
    assert comparison.holds
    assert [row.difference for row in comparison.rows] == [0] * 5
    assert {(row.code, row.items) for row in comparison.rows if row.items is not None} == {
        ("1100", Decimal("1150.00")),
        ("2000", Decimal("-400.00")),
    }


def test_open_items_keep_number_partner_due_date_and_currency(
    session: Session, opening: Opening
) -> None:
    _ready(session, opening)
    post_opening(session, opening)
    items = {item.reference: item for item in open_items(session)}
    assert set(items) == {"INV-7", "INV-9", "B-3"}
    cedar = items["INV-9"]
    assert (cedar.partner, cedar.due_date) == ("Cedar House", date(2026, 1, 20))
    assert (cedar.original_currency, cedar.original_residual) == ("EUR", Decimal("40.00"))
    assert items["B-3"].due_date == date(2025, 12, 1)


def test_posting_it_again_changes_nothing_and_a_second_one_is_refused(
    session: Session, opening: Opening
) -> None:
    _ready(session, opening)
    post_opening(session, opening)
    before = _closing(session)
    assert post_opening(session, opening) == 0
    other = create_opening(session, {"name": "Once more", "date": CUT_OVER})
    _read(session)
    with pytest.raises(Conflict, match="From the old books stands in the books"):
        post_opening(session, other)
    assert _closing(session) == before


@pytest.mark.parametrize(
    ("balance", "items", "words"),
    [
        (
            TRIAL_BALANCE.replace('"10,000.00"', '"10,000.01"'),
            ITEMS,
            "does not balance: it is out by -0.01",
        ),
        (TRIAL_BALANCE, ITEMS, "No account takes over 9999 Old profits"),
        (
            TRIAL_BALANCE.replace("9999", "3200"),
            ITEMS.replace("150.00", "149.00"),
            "The open items of 1100 sum to 1149.00; the trial balance has 1150.00",
        ),
        (
            TRIAL_BALANCE.replace("9999", "3200"),
            ITEMS.replace("20/12/2025", "01/01/2026"),
            "INV-9 is dated after",
        ),
    ],
)
def test_every_difference_is_named_and_nothing_posted(
    session: Session, opening: Opening, balance: str, items: str, words: str
) -> None:
    _read(session, balance, items)
    create_missing_contacts(session, opening)
    session.refresh(opening)
    with pytest.raises(InvalidInput) as raised:
        post_opening(session, opening)
    assert any(words in str(problem.message) for problem in raised.value.problems)
    assert session.scalar(select(JournalEntry.id).limit(1)) is None
    assert not compare(session, opening).holds


def test_a_control_account_without_open_items_is_a_difference(
    session: Session, opening: Opening
) -> None:
    rows = "code,debit,credit\n1100,10,\n3000,,10\n"
    import_trial_balance(session, rows.encode(), "old.csv")
    session.refresh(opening)
    with pytest.raises(InvalidInput, match="The open items of 1100 sum to 0"):
        post_opening(session, opening)


def test_it_is_taken_back_while_nothing_is_built_on_it(session: Session, opening: Opening) -> None:
    _ready(session, opening)
    post_opening(session, opening)
    seal_now(session)
    assert take_back(session, opening) == 4
    assert _closing(session) == {}
    assert open_items(session) == []
    with pytest.raises(Conflict, match="was taken back"):
        post_opening(session, opening)
    _second(session)


def _second(session: Session) -> None:
    """The same books, brought again."""
    other = create_opening(session, {"name": "Corrected", "date": CUT_OVER})
    _read(session, TRIAL_BALANCE.replace("9999", "3200"))
    create_missing_contacts(session, other)
    session.refresh(other)
    assert post_opening(session, other) == 4
    assert compare(session, other).holds


def test_an_item_that_was_paid_since_keeps_it_from_being_taken_back(
    session: Session, opening: Opening
) -> None:
    _ready(session, opening)
    post_opening(session, opening)
    seal_now(session)
    noor = next(item for item in open_items(session) if item.reference == "INV-7")
    paid = _payment(session, noor.partner_id)
    settle(session, [noor.line_id, paid])
    with pytest.raises(Conflict, match="was settled since"):
        take_back(session, opening)


def _payment(session: Session, partner_id: int | None) -> int:
    lines = (LineDraft("1030", Decimal(1000)), LineDraft("1100", Decimal(-1000)))
    entry = EntryDraft(date(2026, 1, 5), lines, partner_id=partner_id)
    posted = session.get_one(JournalEntry, post_entry(session, entry).id)
    seal_now(session)
    return posted.lines[1].id


def test_one_at_a_time_is_in_preparation_and_a_posted_one_stays(
    session: Session, opening: Opening
) -> None:
    with pytest.raises(Conflict, match="being prepared already"):
        create_opening(session, {"name": "Another", "date": CUT_OVER})
    _ready(session, opening)
    post_opening(session, opening)
    for change in (
        lambda: update_opening(session, opening, {"name": "x"}),
        lambda: delete_opening(session, opening),
    ):
        with pytest.raises(Conflict, match="was posted"):
            change()


def test_the_page_proves_it_and_two_people_post_it_once(
    as_user: Browse, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        install_chart(session, "general")
        made = create_opening(session, {"name": "Old books", "date": CUT_OVER})
        _ready(session, made)
        key = made.id
    accountant = as_user("accounting.accountant")
    page = accountant.get(f"/accounting/openings/{key}/proof")
    assert page.status_code == 200, page.text
    assert "Equal" in page.text
    assert "Not equal yet" not in page.text

    def post(_: int) -> Any:
        with kernel.session(tenant) as session:
            return post_opening(session, session.get_one(Opening, key))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(post, range(2))) == [0, 4]
    for language in ("en", "ar"):
        paper = accountant.get(
            f"/accounting/openings/{key}/proof.pdf", headers={"accept-language": language}
        )
        assert paper.status_code == 200, paper.text
        assert paper.content.startswith(b"%PDF")
    assert accountant.get("/accounting/openings/99999/proof.pdf").status_code == 404
    page = as_user("accounting.auditor").get(f"/accounting/openings/{key}/proof")
    assert "“Here” is what stands in the books." in page.text
    assert f"/accounting/openings/{key}/proof" in accountant.get(f"/accounting/openings/{key}").text
    api = f"/api/v1/accounting/openings/{key}/actions"
    assert as_user("accounting.bookkeeper").post(f"{api}/take_back", json={}).status_code == 403
    back = accountant.post(f"{api}/take_back", json={})
    assert back.status_code == 200, back.text
