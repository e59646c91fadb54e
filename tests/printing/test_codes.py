"""A scanner reads back what was printed: barcodes, QR codes and labels of every size."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from core.errors import InvalidInput, NotFound
from core.printing.codes import Symbology, ean13, qr_svg, svg_of, symbology_of
from core.printing.labels import (
    FORMATS,
    LabelFormat,
    PrintedLabel,
    label_format,
    set_label_pictures,
    set_labels,
)
from core.printing.zpl import zpl

HEAD = 203.2
"""Dots an inch of the usual label printer."""


def scanned(labels: Sequence[PrintedLabel], paper: LabelFormat) -> list[str]:
    """What a scanner reads on the first sheet."""
    page = set_label_pictures(labels, paper, ppi=HEAD)[0]
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))
    return sorted(code.text for code in found)


def label(text: str, title: str = "Steel rod") -> PrintedLabel:
    """A label whose barcode holds the text."""
    return PrintedLabel(title, ("SAR 12.50",), svg_of(text, symbology_of(text)), text)


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("5901234123457", "ean13"),
        ("5901234123458", "code128"),
        ("SO-2026/0042", "code128"),
        ("(01)09501101530003(17)271231(10)AB-12", "gs1-128"),
    ],
)
def test_the_barcode_that_fits_is_chosen(text: str, symbology: Symbology) -> None:
    assert symbology_of(text) == symbology


@pytest.mark.parametrize("paper", ["roll-50x30", "roll-40x25", "roll-100x50", "a4-3x8", "a4-5x13"])
def test_a_label_of_every_size_is_scanned(paper: str) -> None:
    assert scanned([label("5901234123457")], FORMATS[paper]) == ["5901234123457"]
    square = PrintedLabel("রড", ("৳ 120.00",), qr_svg("https://shop.example/p/7"), square=True)
    assert scanned([square], FORMATS[paper]) == ["https://shop.example/p/7"]


@settings(max_examples=12, deadline=None)
@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.$ ", min_size=2, max_size=12))
def test_what_code_128_holds_is_what_is_read(text: str) -> None:
    page = set_label_pictures([label(text)], FORMATS["roll-100x50"], ppi=HEAD)[0]
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))
    assert code.text == text


@settings(max_examples=50)
@given(st.text("0123456789", min_size=12, max_size=12))
def test_one_wrong_digit_is_no_ean(digits: str) -> None:
    right = ean13(digits)
    assert symbology_of(right) == "ean13"
    wrong = f"{right[:5]}{(int(right[5]) + 1) % 10}{right[6:]}"
    assert symbology_of(wrong) == "code128"


def test_gs1_elements_are_separated_where_they_must_be() -> None:
    page = set_label_pictures(
        [label("(01)09501101530003(10)AB12(21)77")], FORMATS["roll-100x50"], ppi=HEAD
    )[0]
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))
    assert code.text == "(01)09501101530003(10)AB12(21)77"
    assert code.symbology_identifier == "]C1"


def test_a_used_sheet_goes_on_where_it_was_left() -> None:
    paper = FORMATS["a4-3x8"]
    labels = [label("5901234123457")] * 24
    fresh, used = (set_labels(labels, paper, skip=skip) for skip in (0, 5))
    assert [len(PdfReader(io.BytesIO(pdf)).pages) for pdf in (fresh, used)] == [1, 2]
    second = PdfReader(io.BytesIO(used)).pages[1].extract_text()
    assert second.count("5901234123457") == 5


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("", "code128"),
        ("x" * 49, "code128"),
        ("فاتورة", "code128"),
        ("123", "ean13"),
        ("(01)123", "gs1-128"),
        ("no brackets", "gs1-128"),
        ("", "qr"),
        ("x" * 1201, "qr"),
    ],
)
def test_what_no_code_can_hold_is_refused(text: str, symbology: Symbology) -> None:
    with pytest.raises(InvalidInput) as refused:
        svg_of(text, symbology)
    assert refused.value.problems[0].field == "text"


def test_an_unknown_label_paper_is_refused() -> None:
    with pytest.raises(NotFound, match="a4-9x9"):
        label_format("a4-9x9")


def test_a_zebra_gets_its_own_bars_and_words_it_can_write() -> None:
    sent = zpl(label("5901234123457", "Rod 12^mm"), FORMATS["roll-50x30"], code="5901234123457")
    assert sent.startswith(b"^XA^CI28^PW400^LL240")
    assert b"^BEN,96,Y,N^FD590123412345^FS" in sent
    assert b"Rod 12_5Emm" in sent
    assert sent.endswith(b"^PQ1^XZ")


def test_a_zebra_gets_a_picture_of_words_it_cannot_write() -> None:
    sent = zpl(label("R-50", "চাল (মিনিকেট)"), FORMATS["roll-50x30"], code="R-50", copies=3)
    _head, _, rest = sent.partition(b"^GFA,")
    total, _, a_row, data = rest.split(b"^FS")[0].split(b",")
    dots = bytes.fromhex(data.decode())
    assert len(dots) == int(total) == int(a_row) * 240
    assert 0.005 < sum(byte.bit_count() for byte in dots) / (8 * len(dots)) < 0.2
    assert b"^BCN,96,Y,N,N^FH^FDR-50^FS^PQ3" in rest
