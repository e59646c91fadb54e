"""A file holds what the list shows: its columns in their order, its groups with their sums, its
language; without formulas, in bounded memory, and nothing that its reader may not see."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from xml.etree import ElementTree
from zipfile import ZipFile

import pypdf
import pytest
from sqlalchemy import text, update

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, Person
from tests.workspace.sales import COUNT, add_orders

ORDERS = "/shop/orders"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHOWN = "columns=customer.city,number,status,date,total&status__ne=cancelled&sort=-total"
GROUPED = f"{SHOWN}&group=customer_id,date:month"


@pytest.fixture(scope="module", autouse=True)
def customers(kernel: Kernel, store: Tenant) -> dict[str, int]:
    return add_orders(kernel, store)


def csv_of(person: Person, query: str) -> list[list[str]]:
    reply = person.http.get(f"{ORDERS}/export.csv?{query}")
    assert reply.status_code == 200, reply.text
    return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))


def sheet_of(person: Person, query: str) -> tuple[list[list[str]], list[int]]:
    """The cells of each row, and how deep in the outline it lies."""
    reply = person.http.get(f"{ORDERS}/export.xlsx?{query}")
    assert reply.status_code == 200, reply.text
    with ZipFile(io.BytesIO(reply.content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    rows = sheet.findall(f".//{SHEET}row")
    cells = []
    for row in rows:
        places = {(cell.get("r") or "?")[0]: "".join(cell.itertext()) for cell in row}
        cells.append([places.get(letter, "") for letter in "ABCDE"])
    return cells, [int(row.get("outlineLevel", "0")) for row in rows]


def pdf_of(person: Person, query: str) -> str:
    reply = person.http.get(f"{ORDERS}/export.pdf?{query}")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(reply.content)).pages
    return "\n".join(page.extract_text() for page in pages)


def shown_numbers(person: Person, query: str) -> list[str]:
    """The numbers of all pages of the list, as a person turns them."""
    found: list[str] = []
    url: str | None = f"{ORDERS}?{query}"
    while url:
        page = person.http.get(url).text
        found += re.findall(r"SO-\d+", page[page.index("<tbody") : page.index("</tbody")])
        link = re.search(r'href="([^"]+)"[^>]*aria-label="Next page"', page)
        url = link[1].replace("&amp;", "&") if link else None
    return list(dict.fromkeys(found))


def test_every_file_has_the_columns_and_order_shown(admin: Person) -> None:
    numbers = shown_numbers(admin, SHOWN)
    assert len(numbers) > 40
    head, *rows = csv_of(admin, SHOWN)
    assert head == ["City", "Number", "Status", "Date", "Total"]
    assert [row[1] for row in rows] == numbers
    cells, _ = sheet_of(admin, SHOWN)
    assert cells[0] == head
    assert [row[1] for row in cells[1:] if row[1]] == numbers
    paper = pdf_of(admin, SHOWN)
    assert re.findall(r"SO-\d+", paper) == numbers


def test_figures_are_written_as_shown_or_for_programs(admin: Person) -> None:
    exact = csv_of(admin, "columns=number,date,total&number=SO-071")[1]
    assert exact == ["SO-071", "2026-04-16", "71.25"]
    shown = csv_of(admin, "columns=number,date,total&number=SO-071&formats=shown")
    assert shown == [
        ["Number", "Date", "Total"],
        ["SO-071", "Apr 16, 2026", "71.25"],
        ["Total SAR", "", "71.25"],
    ]


def test_groups_stand_over_their_rows_with_their_sums(admin: Person) -> None:
    rows = csv_of(admin, f"{GROUPED}&formats=shown")
    titles = [row[0] for row in rows if "(" in row[0]]
    assert titles[0].startswith("Amber (")
    assert titles[2].strip().startswith("January 2026 (")
    cells, levels = sheet_of(admin, GROUPED)
    assert {0, 1, 2} == set(levels)
    heads = [row[0] for row, level in zip(cells, levels, strict=True) if level == 0]
    assert heads[1].startswith("Amber (")
    assert heads[-1] == "Total SAR"
    paper = pdf_of(admin, GROUPED)
    assert "Amber (" in paper
    assert "January 2026 (" in paper
    assert "Total SAR" in paper
    # For programs, each row says itself which groups it is in.
    head, first, *_ = csv_of(admin, GROUPED)
    assert head[:3] == ["Customer", "Date", "City"]
    assert first[:2] == ["Amber", "January 2026"]


def test_sums_of_groups_are_those_of_the_rows_under_them(admin: Person) -> None:
    rows = csv_of(admin, "columns=number,currency,total&group=status&formats=shown&sort=number")
    stated: dict[tuple[str, str], Decimal] = {}
    summed: dict[tuple[str, str], Decimal] = {}
    group = ""
    for first, currency, total in rows[1:]:
        heading = re.fullmatch(r"(\w+) \(\d+\) (\w+)", first)
        if heading:
            group = heading[1]
            stated[group, heading[2]] = Decimal(total.replace(",", ""))
        elif first.startswith("SO-"):
            code = {"Saudi riyal": "SAR", "Taka": "BDT"}[currency]
            amount = summed.get((group, code), Decimal(0))
            summed[group, code] = amount + Decimal(total.replace(",", ""))
    assert stated == summed
    assert len(stated) == 6


def test_a_file_speaks_its_readers_language(hire: Hire) -> None:
    arabic = hire(language="ar")
    head = csv_of(arabic, "columns=number,total&formats=shown")[0]
    assert head != ["Number", "Total"]
    reply = arabic.http.get(f"{ORDERS}/export.xlsx?columns=number,total")
    with ZipFile(io.BytesIO(reply.content)) as book:
        assert b'rightToLeft="1"' in book.read("xl/worksheets/sheet1.xml")
    assert arabic.http.get(f"{ORDERS}/export.pdf").status_code == 200


def test_no_cell_is_a_formula(admin: Person, kernel: Kernel, store: Tenant) -> None:
    evil = '=HYPERLINK("http://example.com";"click")'
    with kernel.session(store) as session:
        session.add(Customer(name=evil, city="@SUM(1)", note="<script>"))
    for formats in ("", "&formats=shown", "&group=city&formats=shown", "&group=city"):
        reply = admin.http.get(f"/shop/customers/export.csv?columns=name,city&q=click{formats}")
        cells = [c for row in csv.reader(io.StringIO(reply.text)) for c in row]
        assert f"'{evil}" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "@"))]
    book = admin.http.get("/shop/customers/export.xlsx?columns=name,city&q=click&group=city")
    with ZipFile(io.BytesIO(book.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"HYPERLINK" in sheet


def test_a_file_holds_only_what_its_reader_may_see(
    hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    seller = hire({"shop.order.read": "own"})
    with kernel.session(store) as session:
        mine = update(Order).where(Order.number.in_(["SO-001", "SO-004"]))
        session.execute(mine.values(seller_id=seller.user_id))
    for formats in ("", "&formats=shown"):
        rows = csv_of(seller, f"columns=number,total&group=customer_id{formats}")
        text_ = "\n".join(",".join(row) for row in rows)
        assert re.findall(r"SO-\d+", text_) == ["SO-001", "SO-004"]
        assert "Cedar" not in text_
        assert "Birch" not in text_
    assert set(re.findall(r"SO-\d+", pdf_of(seller, "group=customer_id"))) == {"SO-001", "SO-004"}


def test_a_list_too_long_for_paper_says_so(admin: Person, kernel: Kernel, store: Tenant) -> None:
    many = (
        "INSERT INTO shop.product (code, name, price)"
        " SELECT 'M' || n, 'Many', 1 FROM generate_series(1, 10001) n"
    )
    with kernel.session(store) as session:
        session.execute(text(many))
    refused = admin.http.get("/shop/products/export.pdf")
    assert refused.status_code == 422
    assert "A PDF holds 10,000 records at the most" in refused.text
    assert "Excel" in refused.text
    assert admin.http.get("/shop/products/export.pdf?q=M12").status_code == 200


def test_what_cannot_be_exported_is_explained(admin: Person) -> None:
    for form in ("csv", "xlsx", "pdf"):
        assert admin.http.get(f"{ORDERS}/export.{form}?columns=colour").status_code == 422
        assert admin.http.get(f"{ORDERS}/export.{form}?view=12345").status_code == 404
    drafts = csv_of(admin, "view=drafts")
    assert len(drafts) == 1 + len([n for n in range(COUNT) if n % 5 % 3 == 0])
