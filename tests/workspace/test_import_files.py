"""Whatever people call a table: its letters, separators and figures are found out, and what is
no table, or would be too much of one, is refused with the way out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from core.importing.figures import Figures
from core.importing.layout import Corrections, Layout, find_layout, is_workbook, records_of
from core.importing.rows import harmless, plain_text
from core.importing.xlsx_rows import parse_workbook, parsed_rows, sheets_in
from tests.workspace.conftest import Person
from tests.workspace.import_desk import API, CUSTOMERS, told

ENGLISH = Figures(".", ",", "mdy")
BOMB_SIZE = 450 * 2**20


def looked_at(content: bytes, known: Corrections | None = None) -> tuple[Layout, list[list[str]]]:
    """The layout of a CSV file and its rows."""
    file = io.BytesIO(content)
    assert not is_workbook(file)
    layout = find_layout(file, workbook=False, usual=ENGLISH, corrections=known)
    return layout, [row.cells for row in records_of(file, layout)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "sent_as", "city"),
    [
        ("utf-8-sig", "utf-8", "الرياض"),
        ("utf-8-sig", "utf-8-sig", "ঢাকা"),
        ("utf-16", "utf-16", "الرياض"),
        ("utf-16-le", "utf-16-le", "Zürich"),
        ("utf-16-be", "utf-16-be", "Zürich"),
        ("cp1256", "cp1256", "الرياض"),
        ("cp1252", "cp1252", "Zürich, Café"),
    ],
)
def test_encodings_and_separators_are_found_out(
    encoding: str, sent_as: str, city: str, separator: str
) -> None:
    rows = ["Name", "City", "Note"], ["A", city, 'says "hi"'], ["B", city, f"a{separator}b"]
    lines = [separator.join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows]
    layout, read = looked_at("\r\n".join(lines).encode(sent_as))
    assert (layout.encoding, layout.separator) == (encoding, separator)
    assert layout.titles == ("Name", "City", "Note")
    assert read == [list(row) for row in rows[1:]]
    assert layout.rows == 2


@pytest.mark.parametrize(
    ("cells", "decimal", "order"),
    [
        (["1.234,50", "31.12.2026"], ",", "dmy"),
        (["1,234.50", "12/31/2026"], ".", "mdy"),
        (["12,5", "2026-12-31"], ",", "mdy"),
        (["١٬٢٣٤٫٥٠", "٣١/١٢/٢٠٢٦"], ".", "dmy"),
        (["1.234", "1/2/2026"], ".", "mdy"),
    ],
)
def test_figures_and_dates_are_read_as_the_file_writes_them(
    cells: list[str], decimal: str, order: str
) -> None:
    layout, _ = looked_at(f"Amount;Day\n{';'.join(cells)}\n".encode())
    assert (layout.decimal, layout.day_order) == (decimal, order)
    known = Corrections(decimal=",", day_order="ymd", encoding="utf-8-sig", separator=";")
    corrected, _ = looked_at(f"Amount;Day\n{';'.join(cells)}\n".encode(), known)
    assert (corrected.decimal, corrected.day_order) == (",", "ymd")


def test_titles_are_found_below_a_letterhead() -> None:
    content = "Amal Trading\nPrice list 2026\n\nCode,Name,Price\nP1,Paper,12.5\n\nP2,Pens,3\n"
    layout, rows = looked_at(content.encode())
    assert (layout.header, layout.titles, layout.rows) == (4, ("Code", "Name", "Price"), 2)
    assert rows == [["P1", "Paper", "12.5"], ["P2", "Pens", "3"]]


def test_a_text_that_looks_like_a_formula_comes_through_unharmed() -> None:
    for text in ("=1+1", "'=1+1", "''@x", "-5", "+", "'", "'a", "", "\t=1"):
        assert plain_text(harmless(text)) == text
        assert not harmless(text).startswith(("=", "+", "-", "@", "\t"))


def workbook(fill: Callable[[Any], None], *names: str) -> io.BytesIO:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name in names or ("Sheet1",):
            fill(book.add_worksheet(name))
    file.seek(0)
    return file


def test_a_workbooks_cells_keep_their_meaning() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row(0, 0, ["Code", "Amount", "Yes", "Sum"])
        sheet.write_row(1, 0, [1010, 0.1 + 0.2, True])
        sheet.write_formula(1, 3, "=1+1", None, 2)

    file = workbook(fill, "First", "Second")
    assert is_workbook(file)
    with parse_workbook(file, "Second") as rows:
        assert sheets_in(rows) == (["First", "Second"], "Second")
        assert [row.cells for row in parsed_rows(rows)][1] == ["1010", "0.3", "true", "2"]


def bomb(size: int) -> bytes:
    """A workbook of some hundred kilobytes that unpacks to `size` bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(size // 2**20):
                part.write(b" " * 2**20)
    return file.getvalue()


@pytest.fixture(scope="module")
def large_bomb() -> bytes:
    return bomb(BOMB_SIZE)


def understated(content: bytes) -> bytes:
    """The same archive, which says of its sheet that it is small."""
    real = (BOMB_SIZE // 2**20 * 2**20).to_bytes(4, "little")
    assert real in content
    return content.replace(real, (1000).to_bytes(4, "little"))


def damaged(*, flag: int) -> bytes:
    """A workbook with bytes in its parts that unpack to nothing, or one that says it is locked."""
    content = bytearray(workbook(lambda sheet: sheet.write_row(0, 0, ["Name"] * 90)).getvalue())
    for found in re.finditer(b"PK\x01\x02" if flag else b"sheet1.xml", bytes(content)):
        if flag:
            content[found.start() + 8] |= flag
        else:
            content[found.end() + 20 : found.end() + 40] = bytes(20)
    return bytes(content)


def far_cell() -> bytes:
    return workbook(lambda sheet: sheet.write(1_000_000, 16_000, "far")).getvalue()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bomb", "Unpacked, this workbook is larger than 400 MB."),
        ("understated", "This is no Excel workbook, or it is damaged."),
        ("far", "The sheet reaches over more than"),
        ("zip", "This is no Excel workbook, or it is damaged."),
        ("old", "This workbook is of Excel 97–2003"),
        ("cut", "This is no Excel workbook, or it is damaged."),
        ("damaged", "This is no Excel workbook, or it is damaged."),
        ("protected", "The workbook is protected by a password."),
        ("empty", "The file is empty."),
        ("titles", "Below the titles there is no row."),
        ("quote", "opens a quotation mark that is not closed"),
    ],
)
def test_what_is_no_table_or_too_much_of_one_is_refused(
    admin: Person, large_bomb: bytes, name: str, words: str
) -> None:
    content = {
        "bomb": lambda: large_bomb,
        "understated": lambda: understated(large_bomb),
        "far": far_cell,
        "zip": lambda: b"PK\x03\x04 nothing",
        "old": lambda: b"\xd0\xcf\x11\xe0" + bytes(512),
        "cut": lambda: workbook(lambda sheet: sheet.write(0, 0, "Name")).getvalue()[:-400],
        "damaged": lambda: damaged(flag=0),
        "protected": lambda: damaged(flag=1),
        "empty": lambda: b"",
        "titles": lambda: b"Name,City\n",
        "quote": lambda: b'Name,City\nA,"' + b"x" * 70_000,
    }[name]()
    sent = {"file": ("list.xlsx", content)}
    page = admin.http.post(f"{CUSTOMERS}/import", data={"csrf_token": admin.csrf}, files=sent)
    assert page.status_code == 422
    assert words in told(page.text)
    call = admin.api.post(API, files={"file": ("list.xlsx", content)})
    assert call.status_code == 422
    assert call.json()["errors"][0]["field"] == "file"


def test_two_gigabytes_are_refused_before_they_are_read(admin: Person) -> None:
    announced = {
        "content-length": str(2 * 2**30),
        "content-type": "multipart/form-data; boundary=x",
    }
    reply = admin.api.post(API, content=b"--x--", headers=announced)
    assert reply.status_code == 413
    assert "64 MB" in reply.json()["detail"]


def test_what_was_found_out_can_be_corrected(admin: Person) -> None:
    content = "Name;Town\nBjörn;Malmö\n".encode("cp1252")
    sent = {"file": ("list.csv", content)}
    url = admin.http.post(
        f"{CUSTOMERS}/import", data={"csrf_token": admin.csrf}, files=sent
    ).headers["location"]
    assert "Malmö" in admin.http.get(url).text
    assert admin.post(f"{url}/layout", {"encoding": "cp1256"}).status_code == 303
    assert "Malmö" not in admin.http.get(url).text
    wrong = admin.post(f"{url}/layout", {"encoding": "utf-8-sig"})
    assert wrong.status_code == 422
    assert "cannot be read" in told(wrong.text)
    assert re.search(r'value="cp1256" selected', admin.http.get(url).text)
