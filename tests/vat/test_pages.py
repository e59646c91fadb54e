"""The return at the screen: an accountant installs the taxes, opens the form, goes from a box to
the entry behind it, files, downloads what was kept, and amends; an auditor only looks."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import httpx
import orjson
import pytest
from python_calamine import CalamineWorkbook

from addons.vat.services.filing import drafts
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.vat.conftest import make_document
from tests.vat.test_returns import QUARTER, quarter

Browse = Callable[..., httpx.Client]
ACCOUNTANT = ("accounting.accountant",)


@pytest.fixture(scope="module")
def draft(kernel: Kernel, tenant: Tenant) -> int:
    """A quarter of business, and the draft of its return."""
    with kernel.session(tenant) as session:
        quarter(session, make_document)
        return drafts.create_return(session, QUARTER).id


def test_the_form_leads_from_a_box_to_the_entries_behind_it(as_user: Browse, draft: int) -> None:
    browser = as_user(*ACCOUNTANT)
    form = browser.get(f"/vat/form/{draft}").text
    assert "Standard rated sales" in form
    assert "المبيعات الخاضعة للنسبة الأساسية" in form
    assert "The boxes agree with the tax accounts" in form
    box = browser.get(f"/vat/form/{draft}/boxes/1").text
    assert "SAL/2026/00001" in box
    assert "SA-EXPORT" not in box
    assert browser.get(f"/vat/form/{draft}/boxes/99").status_code == 404
    assert browser.get(f"/vat/form/{draft}/pdf").status_code == 404
    printed = browser.post(f"/vat/returns/{draft}/print", follow_redirects=True)
    assert printed.content.startswith(b"%PDF")


def test_the_audit_shows_each_tax_and_no_difference(as_user: Browse, draft: int) -> None:
    page = as_user(*ACCOUNTANT).get("/vat/audit?from=2026-01-01&to=2026-03-31").text
    assert "SA-S15" in page
    assert "Every tax is its rate times its base" in page
    assert as_user(*ACCOUNTANT).get("/vat/audit?from=yesterday").status_code == 422


def test_installing_twice_changes_nothing(as_user: Browse, draft: int) -> None:
    browser = as_user(*ACCOUNTANT)
    again = browser.post("/vat/setup", data={"country": "SA"}, follow_redirects=True)
    assert again.status_code == 200
    assert browser.post("/vat/setup", data={"country": "ZZ"}).status_code == 422


def test_an_auditor_looks_and_files_nothing(as_user: Browse, draft: int) -> None:
    browser = as_user("vat.auditor")
    assert browser.get(f"/vat/form/{draft}").status_code == 200
    assert browser.post(f"/api/v1/vat/returns/{draft}/actions/file", json={}).status_code == 403
    assert browser.post("/vat/setup", data={"country": "BD"}).status_code == 403
    assert as_user("contacts.manager").get(f"/vat/form/{draft}").status_code == 403


def test_an_entry_is_written_with_a_tax_and_posted(as_user: Browse, draft: int) -> None:
    browser = as_user(*ACCOUNTANT)
    accounts = {
        item["code"]: item["id"]
        for item in browser.get("/api/v1/accounting/accounts?limit=100").json()["data"]
    }
    journals = browser.get("/api/v1/accounting/journals").json()["data"]
    journal = next(item["id"] for item in journals if item["code"] == "PUR")
    sent = {
        "journal_id": journal,
        "date": "2026-05-05",
        "lines": [
            {"account_id": accounts["Expenses:Goods"], "debit": "200", "tax_code": "SA-P15"},
            {"account_id": accounts["Assets:Bank"], "credit": "230"},
        ],
    }
    made = browser.post("/api/v1/accounting/entries", json=sent)
    assert made.status_code == 201, made.text
    lines = made.json()["lines"]
    assert [line["debit"] for line in lines] == ["200", "0", "30.00"]
    address = f"/api/v1/accounting/entries/{made.json()['id']}"
    version = {"If-Match": browser.get(address).headers["etag"]}
    lines[0]["debit"], lines[1]["credit"] = "400", "460"
    kept = ("id", "account_id", "debit", "credit", "tax_code", "label")
    changed = browser.patch(
        address,
        json={"lines": [{name: line[name] for name in kept} for line in lines]},
        headers=version,
    )
    assert changed.status_code == 200, changed.text
    assert sorted(line["debit"] for line in changed.json()["lines"]) == ["0", "400", "60.00"]
    posted = browser.post(f"{address}/actions/post", json={})
    assert posted.status_code == 200, posted.text


def test_a_filed_return_keeps_its_papers_and_is_amended_once(as_user: Browse, draft: int) -> None:
    browser = as_user(*ACCOUNTANT)
    filed = browser.post(f"/api/v1/vat/returns/{draft}/actions/file", json={})
    assert filed.status_code == 200, filed.text
    assert "Worked out again from the ledger" in browser.get(f"/vat/form/{draft}").text
    assert browser.get(f"/vat/form/{draft}/pdf").content.startswith(b"%PDF")
    evidence = orjson.loads(browser.get(f"/vat/form/{draft}/evidence").content)
    assert evidence["net"] == "67.50"
    book = BytesIO(browser.get(f"/vat/form/{draft}/workbook").content)
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    values = {row[0]: row[5] for row in rows}
    assert (values["1"], values["16"]) == (150, 67.5)
    with ZipFile(book) as parts:
        assert b"<f>+F11-F17</f>" in parts.read("xl/worksheets/sheet1.xml")

    for _ in range(2):
        browser.post(f"/api/v1/vat/returns/{draft}/actions/amend", json={})
    found = browser.get("/api/v1/vat/returns?state=draft").json()
    assert [item["start_date"] for item in found["data"]] == ["2026-01-01"]
    amendment = browser.get(f"/vat/form/{found['data'][0]['id']}").text
    assert "amendment 1" in amendment
