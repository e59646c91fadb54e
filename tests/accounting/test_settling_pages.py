"""A bookkeeper works on open items in the browser: sees who owes what, ticks an invoice and its
payment, settles, and undoes; a program does the same as JSON; an auditor only looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy.orm import Session

from addons.accounting.services.calendar import ensure_years
from tests.accounting.settling import DAY, contact, item, open_books, residuals

AsUser = Callable[..., httpx.Client]


@pytest.fixture
def books(session: Session) -> dict[str, int]:
    ensure_years(session, [DAY])
    return open_books(session)


@pytest.fixture
def noor(session: Session, books: dict[str, int]) -> int:
    return contact(session, "Al Noor")


def _pair(session: Session, noor: int) -> tuple[int, int]:
    lines = (
        item(session, "100", partner=noor, due=DAY + timedelta(days=30)),
        item(session, "-60", partner=noor, other="Bank"),
    )
    session.commit()
    return lines


def test_ticked_items_are_settled_and_undone_from_the_page(
    as_user: AsUser, session: Session, books: dict[str, int], noor: int
) -> None:
    lines = _pair(session, noor)
    where = {"account": books["Receivables"], "partner": noor, "currency": "USD"}
    bookkeeper = as_user("accounting.bookkeeper")
    listed = bookkeeper.get("/accounting/settling").text
    assert "Al Noor" in listed
    page = bookkeeper.get("/accounting/settling/sheet", params=where).text
    assert f'id="line-{lines[0]}"' in page
    ticked = {**where, "lines": [str(line) for line in lines]}
    shown = bookkeeper.post("/accounting/settling/preview", data=ticked).text
    assert "40.00 USD" in shown
    settled = bookkeeper.post("/accounting/settling", data=ticked)
    assert settled.status_code == 303
    session.expire_all()
    assert residuals(session, *lines) == ["40", "0"]
    number = bookkeeper.get("/api/v1/accounting/settlements").json()["data"][0]["id"]
    undone = bookkeeper.post(f"/accounting/settling/{number}/undo", data={})
    assert undone.status_code == 303
    assert residuals(session, *lines) == ["100", "-60"]


def test_what_cannot_be_settled_comes_back_with_what_was_ticked(
    as_user: AsUser, session: Session, books: dict[str, int], noor: int
) -> None:
    lines = _pair(session, noor)
    where = {"account": books["Receivables"], "partner": noor, "currency": "USD"}
    form = {**where, "lines": [str(lines[0])], f"amount.{lines[0]}": "7"}
    answer = as_user("accounting.bookkeeper").post("/accounting/settling", data=form)
    assert answer.status_code == 422
    assert "all on one side" in answer.text
    assert 'value="7"' in answer.text
    wrong = {**form, f"amount.{lines[0]}": "seven"}
    again = as_user("accounting.bookkeeper").post("/accounting/settling", data=wrong)
    assert again.status_code == 422
    assert "zero or more" in again.text


def test_a_program_settles_writes_off_and_undoes(
    as_user: AsUser, session: Session, noor: int
) -> None:
    lines = _pair(session, noor)
    accountant = as_user("accounting.accountant")
    accountant.headers["accept"] = "application/json"
    body = {
        "lines": list(lines),
        "amounts": {str(lines[0]): "61.50"},
        "write_off": {"account": "Bad debts", "tolerance": "2", "label": "Rounding"},
    }
    answer = accountant.post("/accounting/settling", json=body)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    taken = {part["line"]: Decimal(part["amount"]) for part in made["parts"]}
    assert taken[lines[0]] == Decimal("61.50")
    session.expire_all()
    assert residuals(session, *lines) == ["38.5", "0"]
    undone = accountant.post(f"/accounting/settling/{made['settlement']}/undo", json={})
    assert undone.json()["undone_on"]
    for bad in ([], {"lines": "17"}, {"lines": [1], "amounts": {"1": "NaN"}}, {"lines": []}):
        assert accountant.post("/accounting/settling", json=bad).status_code in (409, 422)


def test_writing_off_is_for_those_who_may(
    as_user: AsUser, session: Session, books: dict[str, int], noor: int
) -> None:
    lines = _pair(session, noor)
    where = {"account": books["Receivables"], "partner": noor, "currency": "USD"}
    form = {**where, "lines": [str(line) for line in lines], "write_off": "1",
            "write_off_account": "Bad debts"}  # fmt: skip
    answer = as_user("accounting.bookkeeper").post("/accounting/settling", data=form)
    assert answer.status_code == 422
    assert "not write anything off" in answer.text
    auditor = as_user("accounting.auditor")
    assert auditor.get("/accounting/settling/sheet", params=where).status_code == 200
    assert auditor.post("/accounting/settling", data=form).status_code == 403
    assert residuals(session, *lines) == ["100", "-60"]


def test_open_items_are_listed_grouped_and_summed(
    as_user: AsUser, session: Session, noor: int
) -> None:
    _pair(session, noor)
    clerk = as_user("accounting.bookkeeper")
    page = clerk.get("/accounting/open-items?view=by_partner")
    assert page.status_code == 200
    assert "Al Noor" in page.text
    items = clerk.get("/api/v1/accounting/open-items").json()["data"]
    assert {one["owed"] for one in items if one["partner_id"] == noor} == {"100", "-60"}
    found = clerk.get("/accounting/open-items?q=noor")
    assert found.status_code == 200
    record = clerk.get(f"/accounting/open-items/{items[0]['id']}")
    assert record.status_code == 200
    assert "/accounting/settling/sheet" in record.text


def test_what_was_open_on_a_day_is_shown(as_user: AsUser, session: Session, noor: int) -> None:
    _pair(session, noor)
    clerk = as_user("accounting.auditor")
    before = clerk.get(f"/accounting/settling?on={DAY - timedelta(days=1)}").text
    assert "Nothing is open." in before or "Al Noor" not in before
    assert "Al Noor" in clerk.get(f"/accounting/settling?on={DAY}").text
    assert clerk.get("/accounting/settling?on=yesterday").status_code == 422


def test_a_contact_shows_what_is_open_of_it(as_user: AsUser, session: Session, noor: int) -> None:
    _pair(session, noor)
    page = as_user("accounting.bookkeeper").get(f"/contacts/contacts/{noor}").text
    assert "/accounting/settling/sheet" in page
    assert "40.00\N{NO-BREAK SPACE}USD" in page


def test_an_entry_written_with_a_contact_bears_its_name(
    as_user: AsUser, session: Session, books: dict[str, int], noor: int
) -> None:
    session.commit()
    clerk = as_user("accounting.bookkeeper")
    other = contact(session, "Cedar")
    session.commit()
    body = {
        "journal_id": 1,
        "date": str(DAY),
        "partner_id": noor,
        "lines": [
            {"account_id": books["Receivables"], "debit": "10", "due_date": "2026-04-30"},
            {"account_id": books["Receivables"], "debit": "5", "partner_id": other},
            {"account_id": books["Sales"], "credit": "15"},
        ],
    }
    made = clerk.post("/api/v1/accounting/entries", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["partner"] == "Al Noor"
    address = f"/api/v1/accounting/entries/{made.json()['id']}/actions/post"
    posted = clerk.post(address)
    assert posted.status_code == 200, posted.text
    items = clerk.get("/api/v1/accounting/open-items").json()["data"]
    mine = {one["partner_id"]: one for one in items if one["entry_id"] == made.json()["id"]}
    assert mine[noor]["due_date"] == "2026-04-30"
    assert mine[other]["owed"] == "5"
