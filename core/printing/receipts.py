"""Receipts for thermal printers: a document as the bytes of ESC/POS.

Latin letters go as text, which printers set fast and sharp; Arabic and Bengali are set here and go
as pictures, since no such printer joins their letters. Widths are those that printers print on:
48 mm of a 58 mm roll and 72 mm of an 80 mm roll, at 203 dpi.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from core.printing.document import Grid, PrintedDocument
from core.printing.setting import Batch, Stationery, set_receipt_pictures

if TYPE_CHECKING:
    from PIL.Image import Image

Roll = Literal[58, 80]
Mode = Literal["auto", "text", "raster"]


@dataclass(frozen=True, slots=True)
class _Paper:
    """What a roll has room for: mm, dots, and letters of the printer's own font A."""

    millimetres: float
    dots: int
    letters: int


PAPERS: Final = {58: _Paper(48, 384, 32), 80: _Paper(72, 576, 48)}
_WORDS_FOR_SIGNS: Final = {"\u20c1": "SAR", "৳": "BDT", "\N{NO-BREAK SPACE}": " "}
_SLICE: Final = 240
_BLACK_OR_WHITE: Final = [0] * 161 + [255] * 95
"""For each grey, which of the two it becomes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is sent to a printer. `qr` is printed at the end; `drawer` opens the till's drawer,
    `cut` cuts the paper."""

    document: PrintedDocument
    stationery: Stationery
    roll: Roll = 80
    qr: str = ""
    mode: Mode = "auto"
    cut: bool = True
    drawer: bool = False


def commands(receipt: Receipt) -> bytes:
    """The bytes that make a printer print the receipt."""
    from escpos.printer import Dummy

    printer: Any = Dummy(profile="default")
    printer._raw(b"\x1b@")
    as_text = receipt.mode == "text" or (receipt.mode == "auto" and _is_latin(receipt.document))
    if as_text:
        _write(printer, receipt)
    else:
        _draw(printer, receipt)
    if receipt.drawer:
        printer.cashdraw(2)
    if receipt.cut:
        printer.cut()
    else:
        printer.ln(4)
    return printer.output


def pictures(receipt: Receipt) -> list[Image]:
    """The receipt as pictures of one bit, as wide as the paper has dots."""
    from PIL import Image

    paper = PAPERS[receipt.roll]
    batch = Batch(receipt.stationery, [receipt.document])
    made = []
    for page in set_receipt_pictures(batch, millimetres=paper.millimetres, dots=paper.dots):
        grey = Image.open(io.BytesIO(page)).convert("L")
        if grey.width != paper.dots:
            whole = Image.new("L", (paper.dots, grey.height), 255)
            whole.paste(grey, (0, 0))
            grey = whole
        made.append(grey.point(_BLACK_OR_WHITE).convert("1"))
    return made


def _draw(printer: Any, receipt: Receipt) -> None:
    for picture in pictures(receipt):
        for top in range(0, picture.height, _SLICE):
            bottom = min(top + _SLICE, picture.height)
            printer._raw(_raster(picture.crop((0, top, picture.width, bottom))))


def _raster(picture: Image) -> bytes:
    """GS v 0: rows of bits, a set one being a black dot."""
    a_row = (picture.width + 7) // 8
    dots = bytes(byte ^ 0xFF for byte in picture.tobytes())
    return b"\x1dv0\x00" + struct.pack("<HH", a_row, picture.height) + dots


def _write(printer: Any, receipt: Receipt) -> None:
    doc, letters = receipt.document, PAPERS[receipt.roll].letters
    printer.set(align="center", bold=True, double_height=True)
    printer.textln(_latin(doc.company.name)[:letters])
    printer.set(align="center", bold=False, normal_textsize=True)
    for line in (*doc.company.lines, doc.title.first, doc.number, *doc.tags):
        printer.textln(_latin(line)[:letters])
    printer.set(align="left")
    rule = "-" * letters
    printer.textln(rule)
    party = [(doc.party.label.first, doc.party.name)] if doc.party else []
    facts = [(fact.label.first, fact.text) for fact in doc.facts]
    for first, second in (*party, *facts):
        printer.textln(_pair(_latin(first), _latin(second), letters))
    for grid in doc.grids:
        printer.textln(rule)
        for line in _items(grid, letters):
            printer.textln(line)
    if doc.sums:
        printer.textln(rule)
    for line in doc.sums:
        printer.set(bold=line.strong)
        printer.textln(_pair(_latin(line.label.first), _latin(line.text), letters))
    printer.set(align="center", bold=False)
    if receipt.qr:
        printer.qr(receipt.qr, native=True, size=6, ec=1)
    for text in (*(note.text for note in doc.notes), doc.footer):
        for line in _wrapped(_latin(text), letters):
            printer.textln(line)


def _items(grid: Grid, letters: int) -> Iterable[str]:
    for row in grid.rows:
        cells = [(text, column.figure) for text, column in zip(row, grid.columns, strict=True)]
        words = " ".join(_latin(text) for text, figure in cells if text and not figure)
        figures = [_latin(text) for text, figure in cells if text and figure]
        yield from _wrapped(words, letters)
        if figures:
            yield _pair("  " + " x ".join(figures[:-1]), figures[-1], letters)


def _pair(first: str, second: str, letters: int) -> str:
    """Both on one line, the second at its end."""
    room = max(0, letters - len(second) - 1)
    return f"{first[:room]:<{room}} {second[:letters]}"[:letters]


def _wrapped(text: str, letters: int) -> list[str]:
    import textwrap

    lines = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, letters) or []
    return lines


def _is_latin(document: PrintedDocument) -> bool:
    """Whether the printer's own letters are enough."""
    return all(_has_letters(_latin(text)) for text in _texts(document))


def _has_letters(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _latin(text: str) -> str:
    for sign, word in _WORDS_FOR_SIGNS.items():
        text = text.replace(sign, word)
    return text.replace("\u200b", "")


def _texts(document: PrintedDocument) -> Iterable[str]:
    yield from (document.company.name, *document.company.lines)
    yield from (document.title.first, document.number, document.footer, *document.tags)
    if document.party:
        yield from (document.party.label.first, document.party.name)
    for fact in document.facts:
        yield from (fact.label.first, fact.text)
    for grid in document.grids:
        yield from (text for row in grid.rows for text in row)
    for line in document.sums:
        yield from (line.label.first, line.text)
    yield from (note.text for note in document.notes)
