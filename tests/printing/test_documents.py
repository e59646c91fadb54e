"""The pages that customers see: as they were when somebody looked at them, whatever is on them."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from core.printing.design import Letterhead
from core.printing.presses import FONTS
from core.printing.setting import Batch, Stationery, set_pdf
from tests.printing import golden
from tests.printing.papers import PAPERS, PLAIN, arabic_invoice, bengali_order, english_order

DIFFERENT = 0.002
"""Of the page's dots; a moved line of text is more, another release's rounding is less."""


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, with single blanks."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize("name", PAPERS)
def test_a_page_looks_as_it_did_when_it_was_looked_at(name: str) -> None:
    assert golden.share_of_other_dots(golden.drawn(name), golden.kept(name)) < DIFFERENT


def test_a_page_that_differs_is_noticed() -> None:
    assert golden.share_of_other_dots(golden.kept("order-en"), golden.kept("order-bn")) > DIFFERENT


def test_the_same_document_is_the_same_file() -> None:
    batch = Batch(PLAIN, [arabic_invoice(), english_order()])
    first = set_pdf(batch)
    assert set_pdf(batch) == first
    assert b"/CreationDate" not in first


def test_what_is_printed_can_be_read_out_again() -> None:
    (text,) = text_of(set_pdf(Batch(PLAIN, [english_order()])))
    for expected in ("SO-2026-00042", "Gulf Building Supplies (Branch 2)", "Page 1 of 1", "Draft"):
        assert expected in text


def test_figures_keep_their_order_and_sign_among_arabic_words() -> None:
    (text,) = text_of(set_pdf(Batch(PLAIN, [arabic_invoice()])))
    for figure in ("-750.00", "1,250.50", "16,486.40", "SA03 8000 0000 6080 1016 7519"):
        assert figure in text
    assert "\u20c1" in text


def test_every_letter_comes_from_a_font_that_is_shipped() -> None:
    pdf = set_pdf(Batch(PLAIN, [arabic_invoice(), bengali_order()]))
    used = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            used.add(font.get_object()["/BaseFont"].partition("+")[2].partition("-")[0])
    assert used == {"Inter", "NotoSansArabic", "NotoSansBengali", "saudi_riyalbold"}
    assert {path.suffix for path in FONTS.iterdir()} == {".ttf"}


def test_a_long_table_repeats_its_head_and_keeps_its_sums_together() -> None:
    pages = text_of(set_pdf(Batch(PLAIN, [english_order(180)])))
    assert len(pages) == 5
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of 5" in page
    for page in pages[:-1]:
        assert "# Product Description" in page
    assert all(word in pages[-1] for word in ("Subtotal", "VAT 15%", "Received by"))


def test_each_document_of_a_file_counts_its_own_pages() -> None:
    pages = text_of(set_pdf(Batch(PLAIN, [english_order(60), english_order(3)])))
    assert [
        next(f"Page {n} of {m}" for n in (1, 2) for m in (1, 2) if f"Page {n} of {m}" in page)
        for page in pages
    ] == ["Page 1 of 2", "Page 2 of 2", "Page 1 of 1"]


def test_a_document_without_lines_says_so() -> None:
    (text,) = text_of(set_pdf(Batch(PLAIN, [english_order(0)])))
    assert "No lines." in text


@pytest.mark.parametrize("paper", ["a4", "us-letter", "a5"])
def test_every_paper_can_be_printed_on(paper: str) -> None:
    document = english_order()
    design = replace(document.design, paper=paper, landscape=True, density="compact")
    page = PdfReader(io.BytesIO(set_pdf(Batch(PLAIN, [replace(document, design=design)])))).pages[0]
    assert page.mediabox.width > page.mediabox.height


def test_what_people_write_is_never_a_command() -> None:
    evil = '#read("/etc/passwd") *bold* $x$ \\ @label <end-0> #panic() // /* `raw` [x](y)'
    document = english_order()
    grid = replace(document.grids[0], rows=((evil,) * 6,), totals=())
    document = replace(document, number=evil, footer=evil, intro=evil, grids=(grid,))
    stationery = Stationery(Letterhead(company=evil), title=evil)
    (text,) = text_of(set_pdf(Batch(stationery, [document])))
    assert text.replace(" ", "").count(evil.replace(" ", "")) >= 3


def test_the_template_of_an_addon_gets_its_data_and_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "parts.typ").write_text("#let shout(words) = upper(words)")
    (tmp_path / "certificate.typ").write_text(
        '#import "lib.typ": plain\n#import "parts.typ": shout\n'
        "#let batch = json(bytes(sys.inputs.batch))\n"
        "#for doc in batch.documents [#shout(doc.data.grade) #plain(doc.number)]\n"
    )
    stationery = Stationery(Letterhead(), template=tmp_path / "certificate.typ")
    document = replace(english_order(), data={"grade": "gold", "score": Decimal("9.50")})
    assert text_of(set_pdf(Batch(stationery, [document]))) == ["GOLD SO-2026-00042"]
