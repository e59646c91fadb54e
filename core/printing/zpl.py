"""Labels for Zebra printers: ZPL II, with the printer's own bars and, for letters that it cannot
join, pictures of the words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from core.printing.codes import Symbology, symbology_of
from core.printing.labels import LabelFormat, PrintedLabel, set_label_pictures

DOTS_A_MM: Final = 8
"""203 dpi, the usual head."""
_MARGIN: Final = 12
_WHITE_OR_BLACK: Final = [255] * 161 + [0] * 95
"""For each grey, whether it becomes a dot."""


def zpl(label: PrintedLabel, paper: LabelFormat, *, code: str = "", copies: int = 1) -> bytes:
    """One label, printed so many times. `code` is what its barcode or, for a square one, its QR
    code holds."""
    width, height = (round(side * DOTS_A_MM) for side in (paper.width, paper.height))
    parts = ["^XA", "^CI28", f"^PW{width}", f"^LL{height}"]
    if label.title.isascii() and all(line.isascii() for line in label.lines):
        parts += _words(label, width, height)
    else:
        parts.append(_picture(label, paper))
    if code:
        parts.append(_code(code, symbology_of(code), label.square, width, height))
    return "".join([*parts, f"^PQ{copies}", "^XZ"]).encode()


def _words(label: PrintedLabel, width: int, height: int) -> Iterator[str]:
    size = max(18, min(30, height // 9))
    left = _MARGIN + (height - 2 * _MARGIN + 10 if label.square else 0)
    for place, line in enumerate((label.title, *label.lines)):
        top = _MARGIN + place * (size + 4)
        yield (
            f"^FO{left},{top}^A0N,{size},{size}^FB{width - left - _MARGIN},1,0,L"
            f"^FH^FD{escaped(line)}^FS"
        )


def _code(code: str, symbology: Symbology, square: bool, width: int, height: int) -> str:
    if square:
        return f"^FO{_MARGIN},{_MARGIN}^BQN,2,{max(3, height // 60)}^FH^FDMA,{escaped(code)}^FS"
    bars = height * 4 // 10
    place = f"^FO{_MARGIN * 2},{height - bars - 34}^BY{2 if width >= 300 else 1}"
    if symbology == "ean13":
        return f"{place}^BEN,{bars},Y,N^FD{code[:12]}^FS"
    if symbology == "gs1-128":
        return f"{place}^BCN,{bars},Y,N,N,D^FD{escaped(code)}^FS"
    return f"{place}^BCN,{bars},Y,N,N^FH^FD{escaped(code)}^FS"


def _picture(label: PrintedLabel, paper: LabelFormat) -> str:
    """The words alone, set here: a graphic field of one bit a dot."""
    words = replace(label, svg="", text="")
    roll = LabelFormat(paper.name, paper.title, paper.width, paper.height)
    (page,) = set_label_pictures([words], roll, ppi=DOTS_A_MM * 25.4)
    return f"^FO0,0{graphic(page)}"


def graphic(page: bytes) -> str:
    """A picture as a graphic field, one bit a dot."""
    from PIL import Image

    grey = Image.open(io.BytesIO(page)).convert("L")
    # In ZPL a set bit is a black dot.
    dots = grey.point(_WHITE_OR_BLACK).convert("1")
    a_row = (dots.width + 7) // 8
    data = dots.tobytes()
    return f"^GFA,{len(data)},{len(data)},{a_row},{data.hex().upper()}^FS"


def escaped(text: str) -> str:
    """Text in a field whose ^FH lets `_5E` stand for a letter that ZPL takes for its own."""
    return "".join(
        f"_{ord(letter):02X}" if letter in "^~_\\" or ord(letter) < 32 else letter
        for letter in text
    )
