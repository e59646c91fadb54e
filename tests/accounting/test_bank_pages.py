"""The pages of the bank by HTTP: who may do what, and what a program or a page without scripts
gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape

import httpx
import pytest
from sqlalchemy import func, select

from addons.accounting.models.bank import BankLine
from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import csrf_token
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.accounting.banking import camt, open_bank
from tests.accounting.trading import invoice, set_up

BANK = "/accounting/bank"
STATEMENT = camt(("1150", "Payment INV-0042"), ("-15", "Monthly account fee"))


@pytest.fixture(scope="module")
def bank(kernel: Kernel, tenant: Tenant) -> int:
    """A company with an invoice and a bank account."""
    with kernel.session(tenant) as session:
        trade = set_up(session)
        invoice(session, trade.noor, "1150", reference="INV-0042")
        return open_bank(session).id


@pytest.fixture(scope="module")
def people(
    kernel: Kernel, transport: AppTransport, tenant: Tenant
) -> Iterator[dict[str, httpx.Client]]:
    """An accountant, a bookkeeper and an auditor."""
    with ExitStack() as stack:
        found = {}
        for role in ("accountant", "bookkeeper", "auditor"):
            http = stack.enter_context(open_browser(transport, f"{tenant.slug}.localhost"))
            sign_in(kernel, tenant, http, [f"accounting.{role}"])
            http.headers["x-csrf-token"] = csrf_token(http.cookies[SESSION_COOKIE])
            found[role] = http
        yield found


def upload(http: httpx.Client, content: bytes, name: str = "statement.xml", **form: str):
    return http.post(f"{BANK}/import", data=form, files={"file": (name, content)})


def count(kernel: Kernel, tenant: Tenant) -> int:
    with kernel.session(tenant) as session:
        return session.scalar(select(func.count()).select_from(BankLine)) or 0


def choices(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'name="choice" value="([^"]*)"', page)]


def test_a_statement_goes_from_upload_to_reconciled(
    kernel: Kernel, tenant: Tenant, people: dict[str, httpx.Client], bank: int
) -> None:
    http = people["bookkeeper"]
    answer = upload(http, STATEMENT)
    assert answer.status_code == 303, answer.text
    assert count(kernel, tenant) == 2
    assert upload(http, STATEMENT).status_code == 303
    assert count(kernel, tenant) == 2
    page = http.get(f"{BANK}/{bank}").text
    assert "2 of 2 left" in page
    lines = re.findall(r'data-line="(\d+)"', page)
    detail = http.get(f"{BANK}/lines/{lines[0]}", headers={"hx-request": "true"}).text
    address = f"{BANK}/lines/{lines[0]}/accept"
    done = http.post(address, data={"choice": choices(detail)[0]}, headers={"hx-request": "true"})
    assert "1 of 2 left" in done.text
    wrong = http.post(f"{BANK}/lines/{lines[1]}/accept", data={"choice": "{broken"})
    assert wrong.status_code == 422
    form = {"account": "5200", "part": "-15", "label": "", "tax_code": ""}
    assert http.post(f"{BANK}/lines/{lines[1]}/accept", data=form).status_code == 303
    report = http.get(f"{BANK}/{bank}/report?on=2026-03-31").text
    assert "Reconciled" in report
    listed = http.get("/api/v1/accounting/bank-lines").json()["data"]
    assert {line["state"] for line in listed} == {"done"}


def test_an_auditor_sees_everything_and_changes_nothing(
    people: dict[str, httpx.Client], bank: int
) -> None:
    http = people["auditor"]
    for path in (BANK, f"{BANK}/{bank}", f"{BANK}/{bank}/report", "/accounting/bank-rules",
                 "/accounting/bank-statements", "/accounting/bank-lines",
                 "/accounting/bank-balances", "/accounting/bank-parties"):  # fmt: skip
        assert http.get(path).status_code == 200, path
    assert upload(http, STATEMENT).status_code == 403
    assert http.post(f"{BANK}/lines/1/accept", data={}).status_code == 403
    assert http.post(f"{BANK}/lines/1/undo", data={}).status_code == 403


def test_what_is_odd_is_kept_only_when_it_is_accepted(
    kernel: Kernel, tenant: Tenant, people: dict[str, httpx.Client], bank: int
) -> None:
    http, before = people["accountant"], count(kernel, tenant)
    odd = camt(("10", "x", {"day": "2026-03-25"}), opening="9999").replace(b"10009", b"20000")
    answer = upload(http, odd)
    assert answer.status_code == 409
    assert "does not add up" in answer.text
    assert count(kernel, tenant) == before
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert http.post(f"{BANK}/import/go-on", data=fields).status_code == 303
    assert count(kernel, tenant) == before + 1
    page = http.get(f"{BANK}/{bank}").text
    assert "is missing or too much" in page


def test_a_file_of_nobody_is_refused_with_the_way_out(
    people: dict[str, httpx.Client], bank: int
) -> None:
    http = people["accountant"]
    other = camt(("1", "x"), iban="DE89370400440532013000")
    for content, sentence in (
        (other, "DE89370400440532013000"),
        (b"%PDF-1.7", "CAMT.053"),
        (b"<a>", "neither CAMT nor OFX"),
        (STATEMENT.replace(b"CRDT", b"X", 1), "neither CRDT nor DBIT"),
        (b"", "Choose a file"),
    ):
        answer = upload(http, content)
        assert answer.status_code == 422
        assert sentence in answer.text


def test_a_table_asks_which_column_is_what_and_remembers(
    kernel: Kernel, tenant: Tenant, people: dict[str, httpx.Client], bank: int
) -> None:
    http, before = people["accountant"], count(kernel, tenant)
    table = "Posting Date,Details,Debit,Credit\n03/04/2026,Coffee,12.50,\n"
    page = upload(http, table.encode(), "export.csv", bank=str(bank)).text
    assert "Which column is what?" in page
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest is not None
    form = {
        "digest": digest[1], "name": "export.csv", "bank": str(bank), "header": "1",
        "decimal": ".", "separator": ",", "encoding": "utf-8-sig", "column-0": "date",
        "column-1": "text", "column-2": "debit", "column-3": "credit",
    }  # fmt: skip
    asked = http.post(f"{BANK}/import/go-on", data=form)
    assert asked.status_code == 422
    assert "day first or month first" in asked.text
    assert http.post(f"{BANK}/import/go-on", data=form | {"day_order": "dmy"}).status_code == 303
    assert count(kernel, tenant) == before + 1
    again = table + "04/04/2026,Tea,3.00,\n"
    assert upload(http, again.encode(), "b.csv", bank=str(bank)).status_code == 303
    assert count(kernel, tenant) == before + 2
