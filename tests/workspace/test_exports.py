"""An export holds exactly the list that is filtered, all its pages, and nothing dangerous."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer
from tests.workspace.conftest import Hire, Person

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module", autouse=True)
def customers(kernel: Kernel, store: Tenant) -> None:
    """More than a page of them, and one that would be a formula."""
    with kernel.session(store) as session:
        session.add_all(
            Customer(
                name=f"Customer {number:04}",
                city="Amman" if number % 2 else "Basra",
                credit=Decimal("1234567.89") + number,
                since=date(2020, 1, 31),
                seen_at=datetime.fromisoformat("2026-01-01T10:30:00+00:00"),
            )
            for number in range(1200)
        )
        session.add(Customer(name="=HYPERLINK(1)", city="Amman", active=False))


def _rows(person: Person, query: str) -> list[list[str]]:
    reply = person.http.get(f"/shop/customers/export.csv?{query}")
    assert reply.status_code == 200, reply.text
    assert "attachment" in reply.headers["content-disposition"]
    return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))


def test_the_file_is_the_filtered_list_in_its_order(admin: Person) -> None:
    query = "city__contains=amm&q=customer&sort=-name&credit__lte=1,235,000.89"
    listed = admin.api.get(
        "/api/v1/shop/customers?limit=500&city__contains=amm&q=customer&sort=-name"
        "&credit__lte=1235000.89"
    ).json()["data"]
    head, *rows = _rows(admin, query)
    assert head[:4] == ["Name", "City", "Kind", "Credit limit"]
    assert [row[0] for row in rows] == [document["name"] for document in listed]
    assert rows[-1] == [
        "Customer 0001", "Amman", "Person", "1234568.89", "Yes", "2020-01-31",
        "2026-01-01T10:30:00Z", "0",
    ]  # fmt: skip


def test_every_page_of_a_long_list_is_in_it(admin: Person) -> None:
    assert len(_rows(admin, "")) == 1 + 1201


def test_a_cell_is_no_formula(admin: Person) -> None:
    assert "'=HYPERLINK(1)" in [row[0] for row in _rows(admin, "active=false")]


def test_titles_and_choices_are_in_the_readers_language(hire: Hire) -> None:
    head, first, *_ = _rows(hire(language="ar"), "sort=name")
    assert "نعم" in first or "لا" in first
    assert head[0] != ""


def test_a_wrong_filter_exports_nothing(admin: Person) -> None:
    assert admin.http.get("/shop/customers/export.csv?credit__gte=lots").status_code == 422


def test_a_workbook_holds_numbers_and_dates(admin: Person) -> None:
    reply = admin.http.get("/shop/customers/export.xlsx?sort=-name&q=customer")
    assert reply.status_code == 200
    with ZipFile(io.BytesIO(reply.content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    rows = sheet.findall(f".//{SHEET}row")
    assert len(rows) == 1 + 1200 + 1  # the titles above, the total below
    cells = {cell.get("r"): cell for cell in rows[1]}
    assert cells["D2"].findtext(f"{SHEET}v") == "1235766.89"
    assert cells["D2"].get("t") in (None, "n")
    assert cells["F2"].findtext(f"{SHEET}v") == "43861"
