"""Files are brought into resources: matched, tried, imported, told of.

A clerk's files go through the pages as a browser sends them; the jobs run as a worker runs them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Product
from tests.workspace.conftest import Hire, Person
from tests.workspace.import_desk import (
    CUSTOMERS,
    ORDER_FILE,
    ORDERS,
    Desk,
    columns_form,
    orders,
    read_workbook,
    told,
    workbook,
)

WRITES: dict[str, Any] = {"shop.customer.read": "all", "shop.customer.write": "all"}


@pytest.fixture(scope="module", autouse=True)
def goods(kernel: Kernel, store: Tenant) -> None:
    """Products for the lines of orders."""
    with kernel.session(store) as session:
        session.add(Product(code="P1", name="Paper", price=Decimal("12.50")))
        session.add(Product(code="P2", name="Pens", price=Decimal(3)))


@pytest.fixture(scope="module")
def clerk(kernel: Kernel, store: Tenant, admin: Person) -> Desk:
    return Desk(kernel, store, admin)


def test_a_list_is_matched_by_its_titles_checked_and_imported(clerk: Desk) -> None:
    content = b"Name;Town;Credit limit;Customer since\nAmal;Jeddah;1.234,50;31.12.2020\n"
    url = clerk.bring(CUSTOMERS, content)
    form = columns_form(clerk.person.http.get(url).text)
    assert [form[f"column.{place}"] for place in range(4)] == ["name", "city", "credit", "since"]
    assert clerk.choose(url, "check").status_code == 303
    clerk.work()
    assert "Nothing has been imported yet" in clerk.page(url)
    assert clerk.counts(url)["created"] == 1
    assert clerk.customers("Amal") == []

    assert clerk.person.post(f"{url}/run", {}).status_code == 303
    clerk.work()
    (amal,) = clerk.customers("Amal")
    assert (amal.city, amal.credit, str(amal.since)) == ("Jeddah", Decimal("1234.50"), "2020-12-31")
    assert (amal.kind, amal.active) == ("person", True)
    assert "created 1" in clerk.page(url)
    assert clerk.person.post(f"{url}/run", {}).status_code == 409


def test_each_problem_is_told_by_row_column_and_value(clerk: Desk) -> None:
    content = (
        b"Name,Kind,Credit limit,Customer since,E-mail,Visits\n"
        b"Good,Company,5,2026-01-02,,3\n"
        b",person,5,,,\n"
        b"Bad,pirate,a lot,2026-02-31,nowhere,1.5\n"
        b"Good,person,1,,,\n"
    )
    url = clerk.imported(CUSTOMERS, content, column__4="email", keep="all")
    assert clerk.state(url) == "refused"
    assert clerk.customers("Good") == []
    page = clerk.page(url)
    for words in (
        "3 Name This must not be empty.",
        "4 Kind pirate Write one of these: Person, Company.",
        "4 Credit limit a lot Write a number such as",
        "4 Customer since 2026-02-31 Write a date",
        "4 E-mail nowhere This is no e-mail address",
        "4 Visits 1.5 Write a whole number",
        "5 Row 2 is about the same record.",
    ):
        assert words in page

    assert clerk.person.post(f"{url}/run", {"keep": "good"}).status_code == 303
    clerk.work()
    assert clerk.counts(url)["created"] == 1
    assert [customer.kind for customer in clerk.customers("Good")] == ["company"]


def test_the_bad_rows_come_back_as_a_file_to_correct_and_bring_again(clerk: Desk) -> None:
    content = b"Name;Visits\nFile one;1\nFile two;=2+3\nFile three;3\n"
    url = clerk.imported(CUSTOMERS, content, keep="good")
    given = clerk.person.http.get(f"{url}/problems")
    lines = given.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Name;Visits;Problem"
    assert lines[1] == "File two;'=2+3;Visits: Write a whole number, such as 12."
    assert len(lines) == 2
    mended = given.content.replace(b"'=2+3", b"5")
    again = clerk.imported(CUSTOMERS, mended)
    assert clerk.counts(again)["created"] == 1
    assert [c.visits for c in clerk.customers("File one", "File two", "File three")] == [1, 3, 5]

    book = workbook(["Name", "Visits"], ["Book one", 1], ["Book two", "many"])
    url = clerk.imported(CUSTOMERS, book, "book.xlsx", keep="good")
    reply = clerk.person.http.get(f"{url}/problems")
    (titles, row) = read_workbook(reply.content)
    assert titles == ["Name", "Visits", "Problem"]
    assert row[:2] == ["Book two", "many"]


def test_importing_again_changes_what_differs_and_nothing_else(clerk: Desk) -> None:
    clerk.imported(CUSTOMERS, b"Name,City,Visits\nOnce,Jeddah,1\nTwice,Dammam,2\n")
    again = clerk.imported(CUSTOMERS, b"Name,City,Visits\nOnce,Jeddah,1\nTwice,Abha,2\n")
    assert {k: v for k, v in clerk.counts(again).items() if v} == {
        "rows": 2, "updated": 1, "unchanged": 1,
    }  # fmt: skip
    once, twice = clerk.customers("Once", "Twice")
    assert (once.version, twice.version, twice.city) == (1, 2, "Abha")
    only_new = clerk.imported(CUSTOMERS, b"Name,City\nOnce,Taif\nThrice,Taif\n", mode="create")
    counts = clerk.counts(only_new)
    assert (counts["created"], counts["updated"], counts["skipped"]) == (1, 0, 1)
    unknown = clerk.imported(CUSTOMERS, b"Name,City\nNobody,Taif\n", mode="update")
    assert "There is no such record to change." in clerk.page(unknown)


def test_another_systems_ids_find_what_was_renamed_there(clerk: Desk) -> None:
    clerk.imported(CUSTOMERS, b"External id,Name\nC-77,Old name\n")
    again = clerk.imported(CUSTOMERS, b"External id,Name\nC-77,New name\n")
    assert clerk.counts(again)["updated"] == 1
    assert clerk.customers("Old name") == []
    assert len(clerk.customers("New name")) == 1


def test_documents_come_with_their_lines(clerk: Desk, kernel: Kernel, store: Tenant) -> None:
    clerk.imported(CUSTOMERS, b"Name\nAmal\n")
    url = clerk.imported(ORDERS, ORDER_FILE.encode())
    assert clerk.state(url) == "done", clerk.page(url)
    assert orders(kernel, store, "O-1", "O-2") == {
        "O-1": ["P1 2 12.50", "P2 1 3"], "O-2": ["P1 1 12"],
    }  # fmt: skip
    again = clerk.imported(ORDERS, ORDER_FILE.replace("P2,1,3", "P2,5,3").encode())
    assert clerk.counts(again)["updated"] == 1
    assert clerk.counts(again)["unchanged"] == 1
    assert orders(kernel, store, "O-1") == {"O-1": ["P1 2 12.50", "P2 5 3"]}

    refused = ORDER_FILE.replace("O-", "N-").replace("P2,1,3", "P2,0,3")
    page = clerk.page(clerk.imported(ORDERS, refused.encode()))
    assert "3 Quantity 0 The quantity must be more than nothing." in page
    contradicting = ORDER_FILE.replace("O-", "M-").replace(",,,P2", ",Other,,P2")
    page = clerk.page(clerk.imported(ORDERS, contradicting.encode()))
    assert "Row 2 of the same document says “Amal”" in page


def test_one_bad_document_among_many_costs_the_others_nothing(clerk: Desk) -> None:
    # What only the database refuses: each is found out though all are written together.
    names = [f"Many {number}" for number in range(600)]
    rows = "".join(
        f"{name},{'x' * 41 if n in (7, 311, 599) else 'ok'}\n" for n, name in enumerate(names)
    )
    url = clerk.imported(CUSTOMERS, f"Name,City\n{rows}".encode(), keep="good")
    assert (clerk.counts(url)["created"], clerk.counts(url)["bad"]) == (597, 3)
    numbers = "".join(f"B-{n},Amal,2026-11-01,P1,{0 if n == 33 else 1},1\n" for n in range(60))
    head = "Number,Customer,Date,Product,Quantity,Price\n"
    url = clerk.imported(ORDERS, f"{head}{numbers}".encode(), keep="good")
    assert (clerk.counts(url)["created"], clerk.counts(url)["bad"]) == (59, 1)


def test_columns_are_remembered_for_files_of_the_same_shape(
    clerk: Desk, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    content = b"Whoever,Where\nFirst,Jeddah\n"
    url = clerk.bring(CUSTOMERS, content)
    reply = clerk.choose(url, column__0="name")
    assert reply.status_code == 303
    clerk.work()
    form = columns_form(clerk.person.http.get(clerk.bring(CUSTOMERS, content)).text)
    assert (form["column.0"], form["column.1"]) == ("name", "")
    colleague = Desk(kernel, store, hire(WRITES))
    form = columns_form(colleague.person.http.get(colleague.bring(CUSTOMERS, content)).text)
    assert form["column.0"] == "name"


def test_what_is_missing_or_matched_twice_is_said_beside_the_choice(clerk: Desk) -> None:
    url = clerk.bring(CUSTOMERS, b"Who,Where\nA,B\n")
    reply = clerk.choose(url)
    assert reply.status_code == 422
    assert "No column is matched to a field yet." in told(reply.text)
    reply = clerk.choose(url, column__0="city", column__1="city")
    assert reply.status_code == 422
    assert "Two columns are matched to this field." in told(reply.text)
    assert "Match a column to this field, or write a value for all rows." in told(reply.text)
    reply = clerk.choose(url, column__0="nonsense")
    assert reply.status_code == 422
    assert clerk.choose(url, column__0="name", mode="update").status_code == 303


def test_formulas_come_in_as_the_text_they_are(clerk: Desk) -> None:
    content = "Name,Note\n=cmd|' /C calc'!A0,'=1+1\n@SUM(A1),<script>alert(1)</script>\n"
    clerk.imported(CUSTOMERS, content.encode())
    first, second = clerk.customers("=cmd|' /C calc'!A0", "@SUM(A1)")
    assert first.note == "=1+1"
    assert second.note == "<script>alert(1)</script>"
    again = clerk.imported(CUSTOMERS, b"Name,Visits\n<script>alert(1)</script>,x\n")
    assert "<script>alert" not in clerk.person.http.get(again).text


@pytest.mark.parametrize("language", ["en", "ar", "bn"])
def test_the_example_is_imported_as_it_is_given(
    hire: Hire, kernel: Kernel, store: Tenant, language: str
) -> None:
    desk = Desk(kernel, store, hire(language=language))
    for form in ("csv", "xlsx"):
        given = desk.person.http.get(f"{CUSTOMERS}/import/example.{form}")
        assert given.status_code == 200
        url = desk.bring(CUSTOMERS, given.content, f"example.{form}")
        reply = desk.choose(url, "check")
        assert reply.status_code == 303, told(reply.text)
        desk.work()
        assert desk.counts(url)["bad"] == 0, desk.page(url)


def test_journal_entries_and_accounts_are_imported_like_everything_else(clerk: Desk) -> None:
    accounts = b"Code,Name,Type,Use\nAssets:Till,Till,Asset,Cash\nIncome:Shop,Shop,income,\n"
    url = clerk.imported("/accounting/accounts", accounts)
    assert clerk.counts(url)["created"] == 2, clerk.page(url)
    entries = (
        b"External id,Journal,Date,Narration,Account,Debit,Credit\n"
        b"E-1,GEN,2026-11-03,Cash sale,Assets:Till,100,\n"
        b",,,,Income:Shop,,100\n"
    )
    url = clerk.imported("/accounting/entries", entries)
    assert clerk.counts(url)["created"] == 1, clerk.page(url)
    again = clerk.imported("/accounting/entries", entries)
    assert clerk.counts(again)["unchanged"] == 1, clerk.page(again)


def test_ledger_files_are_brought_in_the_same_place(clerk: Desk, hire: Hire) -> None:
    page = clerk.person.http.get("/core/imports").text
    assert "/core/imports/files/accounting.chart" in page
    address = "/core/imports/files/accounting.chart"
    sent = b"account,type\nAssets:Bank:One,asset\nMystery,\n"

    def bring(content: bytes, step: str) -> str:
        reply = clerk.person.http.post(
            address,
            data={"csrf_token": clerk.person.csrf, "step": step},
            files={"file": ("chart.csv", content)},
        )
        assert reply.status_code == 303
        clerk.work()
        return reply.headers["location"]

    refused = bring(sent, "check")
    assert "3 The type of account Mystery is missing" in clerk.page(refused)
    done = bring(sent.replace(b"Mystery,\n", b""), "run")
    assert clerk.state(done) == "done"
    assert "created 1" in clerk.page(done)
    assert clerk.person.http.get(f"{done}/undo").status_code == 409
    assert hire({"shop.customer.read": "all"}).http.get(address).status_code == 404


DATES = st.dates(date(1901, 1, 1))  # no spreadsheet knows earlier ones
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@settings(
    max_examples=4, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    rows=st.lists(
        st.tuples(NAMES, NAMES, st.decimals(-9999, 9999, places=2), st.booleans(), DATES),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_an_export_imported_again_changes_nothing(
    clerk: Desk, kernel: Kernel, store: Tenant, rows: list[Any]
) -> None:
    tag = uuid4().hex
    with kernel.session(store) as session:
        for place, (name, city, credit, active, since) in enumerate(rows):
            session.add(
                Customer(
                    name=f"a{name}z {tag} {place}", city=city, credit=credit, active=active,
                    since=since, seen_at=utc_now(), kind="company" if active else "person",
                )
            )  # fmt: skip
    for form in ("csv", "xlsx"):
        given_ = clerk.person.http.get(f"{CUSTOMERS}/export.{form}?q={tag}")
        url = clerk.imported(CUSTOMERS, given_.content, f"c.{form}")
        counts = clerk.counts(url)
        assert counts["unchanged"] == len(rows), clerk.page(url)
        assert counts["unchanged"] == counts["rows"]
