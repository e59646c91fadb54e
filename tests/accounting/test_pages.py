"""The books through the browser and the API: an accountant writes, posts and drills down; an
auditor only looks; others see nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import select

from addons.accounting.api import EntryDraft, post_entry
from addons.accounting.models import Account, Journal, JournalEntry
from addons.accounting.services.chart import create_accounts
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import sign_in

Browse = Callable[..., httpx.Client]


@pytest.fixture
def draft(kernel: Kernel, tenant: Tenant) -> dict[str, Any]:
    """What is sent to write a draft: rent, paid by bank."""
    with kernel.session(tenant) as session:
        ids = {account.code: account.id for account in session.scalars(select(Account))}
        journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    return {
        "journal_id": journal,
        "date": "2026-03-14",
        "narration": "Rent of March",
        "lines": [
            {"account_id": ids["Expenses:Rent"], "debit": "900.00"},
            {"account_id": ids["Assets:Bank"], "credit": "900.00"},
        ],
    }


@pytest.fixture
def posted(kernel: Kernel, tenant: Tenant, sale: Callable[..., EntryDraft]) -> int:
    """A sale of 12.50 in the books."""
    with kernel.session(tenant) as session:
        return post_entry(session, sale("12.50", narration="Sold")).id


def test_an_accountant_writes_and_posts_an_entry_through_the_api(
    as_user: Browse, draft: dict[str, Any]
) -> None:
    browser = as_user("accounting.accountant")
    created = browser.post("/api/v1/accounting/entries", json=draft)
    assert created.status_code == 201, created.text
    address = f"/api/v1/accounting/entries/{created.json()['id']}"
    answer = browser.post(f"{address}/actions/post", json={})
    assert answer.status_code == 200, answer.text
    read = browser.get(address)
    entry = read.json()
    assert entry["state"] == "posted"
    assert re.fullmatch(r"GEN/2026/\d{5}", entry["number"])
    version = {"If-Match": read.headers["etag"]}
    refused = browser.patch(address, json={"narration": "x"}, headers=version)
    assert refused.status_code == 409, refused.text


def test_an_entry_that_does_not_balance_is_refused_with_the_difference(
    as_user: Browse, draft: dict[str, Any]
) -> None:
    browser = as_user("accounting.accountant")
    draft["lines"][1]["credit"] = "899.99"
    created = browser.post("/api/v1/accounting/entries", json=draft).json()
    answer = browser.post(f"/api/v1/accounting/entries/{created['id']}/actions/post", json={})
    assert answer.status_code == 422
    assert "debits exceed credits by 0.01 USD" in answer.text


def test_the_trial_balance_leads_to_the_lines_and_these_to_the_entry(
    as_user: Browse, posted: int
) -> None:
    browser = as_user("accounting.auditor")
    page = browser.get("/accounting/trial-balance?from=2026-03-01&to=2026-03-31")
    assert page.status_code == 200, page.text
    link = re.search(r'href="(/accounting/ledger/\d+\?[^"]+)"><bdi>Assets:Cash<', page.text)
    assert link is not None
    ledger = browser.get(link[1].replace("&amp;", "&"))
    assert ledger.status_code == 200, ledger.text
    assert f"/accounting/entries/{posted}" in ledger.text
    assert "12.50" in ledger.text
    entry = browser.get(f"/accounting/entries/{posted}")
    assert entry.status_code == 200
    assert "Sold" in entry.text


@pytest.mark.parametrize("page", ["trial-balance", "income-statement", "balance-sheet"])
def test_the_statements_are_shown_in_arabic_from_right_to_left(
    as_user: Browse, posted: int, page: str
) -> None:
    browser = as_user("accounting.auditor")
    answer = browser.get(f"/accounting/{page}", headers={"Accept-Language": "ar"})
    assert answer.status_code == 200, answer.text
    assert 'dir="rtl"' in answer.text
    assert "Assets:Cash" in answer.text or "Income:Sales" in answer.text


@pytest.mark.parametrize(
    ("query", "words"),
    [("from=yesterday", "is not a date"), ("from=2026-02-01&to=2026-01-01", "before the first")],
)
def test_a_wrong_period_is_refused_by_name(as_user: Browse, query: str, words: str) -> None:
    answer = as_user("accounting.auditor").get(f"/accounting/trial-balance?{query}")
    assert answer.status_code == 422
    assert words in answer.text


def test_an_auditor_sees_everything_and_changes_nothing(
    as_user: Browse, draft: dict[str, Any], posted: int
) -> None:
    browser = as_user("accounting.auditor")
    for page in ("entries", "accounts", "journals", "fiscal-years", "periods"):
        assert browser.get(f"/accounting/{page}").status_code == 200
    assert browser.post("/api/v1/accounting/entries", json=draft).status_code == 403
    answer = browser.post(f"/api/v1/accounting/entries/{posted}/actions/reverse", json={})
    assert answer.status_code == 403


def test_a_bookkeeper_posts_but_neither_reverses_nor_closes(
    as_user: Browse, kernel: Kernel, tenant: Tenant, draft: dict[str, Any], posted: int
) -> None:
    browser = as_user("accounting.bookkeeper")
    created = browser.post("/api/v1/accounting/entries", json=draft).json()
    answer = browser.post(f"/api/v1/accounting/entries/{created['id']}/actions/post", json={})
    assert answer.status_code == 200, answer.text
    reverse = browser.post(f"/api/v1/accounting/entries/{posted}/actions/reverse", json={})
    assert reverse.status_code == 403


def test_an_accountant_reverses_an_entry_once(as_user: Browse, posted: int) -> None:
    browser = as_user("accounting.accountant")
    address = f"/api/v1/accounting/entries/{posted}/actions/reverse"
    assert browser.post(address, json={}).status_code == 200
    assert browser.post(address, json={}).status_code == 409


def test_who_has_no_role_in_the_books_sees_none_of_them(
    kernel: Kernel, tenant: Tenant, client: httpx.Client, posted: int
) -> None:
    sign_in(kernel, tenant, client, ())
    for page in ("entries", f"entries/{posted}", "trial-balance", "ledger/1"):
        assert client.get(f"/accounting/{page}").status_code == 403
    assert "/accounting/entries/" not in client.get("/search?q=GEN/2026/00001").text


def test_amounts_come_through_the_api_digit_by_digit(
    as_user: Browse, draft: dict[str, Any]
) -> None:
    browser = as_user("accounting.accountant")
    for line, side in zip(draft["lines"], ("debit", "credit"), strict=True):
        line[side] = "0.1000000001"
    created = browser.post("/api/v1/accounting/entries", json=draft)
    assert created.status_code == 201, created.text
    lines = browser.get(f"/api/v1/accounting/entries/{created.json()['id']}").json()["lines"]
    assert Decimal(lines[0]["debit"]) == Decimal("0.1000000001")


def test_what_the_database_refuses_at_commit_is_said_in_words(
    kernel: Kernel, tenant: Tenant, as_user: Browse, draft: dict[str, Any]
) -> None:
    browser = as_user("accounting.accountant")
    created = browser.post("/api/v1/accounting/entries", json=draft).json()
    with psycopg.connect(**tenant.runtime.conninfo()) as closer:
        closer.execute("UPDATE accounting.period SET state = 'closed' WHERE name = '2026-03'")
        address = f"/api/v1/accounting/entries/{created['id']}/actions/post"
        with ThreadPoolExecutor(1) as pool:
            # The posting finds the period open, and waits for the closing when it seals.
            answer = pool.submit(browser.post, address, json={})
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.5)
            closer.commit()
            refused = answer.result(timeout=30)
        closer.execute("UPDATE accounting.period SET state = 'open' WHERE name = '2026-03'")
    assert refused.status_code == 409, refused.text
    assert "2026-03-14 cannot be posted to: its period is 2026-03, which is closed." in refused.text


def test_an_entry_is_found_by_its_number_and_an_account_by_a_part_of_its_name(
    kernel: Kernel, tenant: Tenant, as_user: Browse, posted: int
) -> None:
    with kernel.session(tenant) as session:
        number = session.get_one(JournalEntry, posted).number
    browser = as_user("accounting.auditor")
    assert f"/accounting/entries/{posted}" in browser.get(f"/search?q={number}").text
    assert "Assets:Bank" in browser.get("/search?q=bank").text


def test_the_start_page_says_how_many_drafts_wait(as_user: Browse, draft: dict[str, Any]) -> None:
    browser = as_user("accounting.accountant")
    assert browser.post("/api/v1/accounting/entries", json=draft).status_code == 201
    page = browser.get("/").text
    assert "Draft entries" in page
    assert 'href="/accounting/entries?state=draft"' in page


def test_what_is_used_is_not_deleted_and_who_uses_it_is_named(
    as_user: Browse, kernel: Kernel, tenant: Tenant, posted: int
) -> None:
    accountant = as_user("accounting.accountant")
    with kernel.session(tenant) as session:
        number = session.get_one(JournalEntry, posted).number
        cash = session.scalars(select(Account.id).where(Account.code == "Assets:Cash")).one()
        create_accounts(session, {"Expenses:Never used": "expense"})
        unused = select(Account.id).where(Account.code == "Expenses:Never used")
        spare = session.scalars(unused).one()
        journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    used = f"Journal entries {number}"
    page = accountant.post(f"/accounting/accounts/{cash}/delete")
    assert page.status_code == 409
    assert f"Assets:Cash is still used: {used}" in page.text
    refused = accountant.delete(f"/api/v1/accounting/journals/{journal}")
    assert refused.status_code == 409
    assert used in refused.json()["detail"]
    assert accountant.delete(f"/api/v1/accounting/accounts/{spare}").status_code == 204
