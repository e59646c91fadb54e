"""Barcodes, QR and Data Matrix codes: EAN-13, Code 128 and GS1-128 as bars, the others as modules,
all as SVG.

Symbologies: ISO/IEC 15420 (EAN), 15417 (Code 128), 18004 (QR), 16022 (Data Matrix); GS1 General
Specifications for application identifiers. The quiet zones are part of every drawing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

import barcode
import segno
from barcode.errors import BarcodeError

from core.errors import InvalidInput
from core.i18n.phrases import phrase
from core.printing import datamatrix

Symbology = Literal["ean13", "code128", "gs1-128", "qr", "datamatrix"]
SYMBOLOGIES: Final[tuple[Symbology, ...]] = ("ean13", "code128", "gs1-128", "qr", "datamatrix")

QUIET_MODULES: Final = {"ean13": 11, "code128": 10, "gs1-128": 10}
LONGEST_BARCODE: Final = 48
LONGEST_QR: Final = 1200
LONGEST_MATRIX: Final = 200
_BAR_HEIGHT: Final = 50
_FNC1: Final = "\xf1"
_ELEMENT: Final = re.compile(r"\((\d{2,4})\)([^()]+)")
_FIXED: Final = {
    "00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2,
}  # fmt: skip
"""Identifiers whose values have one length only, so that nothing separates them from the next."""


def symbology_of(text: str) -> Symbology:
    """The barcode that fits a text: EAN-13 where the check digit is right, GS1-128 where it is
    written with application identifiers such as (01)…(10)…, Code 128 otherwise."""
    if is_ean13(text):
        return "ean13"
    return "gs1-128" if _ELEMENT.match(text) else "code128"


def is_ean13(text: str) -> bool:
    """Whether these are thirteen digits of which the last one checks the others."""
    return len(text) == 13 and text.isascii() and text.isdigit() and ean13(text[:12]) == text


def ean13(digits: str) -> str:
    """Twelve digits with their check digit."""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


@lru_cache(maxsize=4096)
def bars(text: str, symbology: Symbology) -> str:
    """The modules of a barcode from left to right, 1 for black; raises InvalidInput."""
    if symbology == "ean13":
        if not is_ean13(text):
            raise InvalidInput.of(
                "text",
                phrase("“{text}” is no EAN-13: thirteen digits, the last one a check.", text=text),
            )
        return barcode.get("ean13", text[:12]).build()[0]
    if symbology == "gs1-128":
        text = _gs1(text)
    elif not text or len(text) > LONGEST_BARCODE or not text.isascii() or not text.isprintable():
        raise InvalidInput.of(
            "text",
            phrase(
                "A barcode holds 1 to {limit} letters and digits of ASCII.", limit=LONGEST_BARCODE
            ),
        )
    try:
        return barcode.get("code128", text).build()[0]
    except BarcodeError as error:
        raise InvalidInput.of("text", phrase("This cannot be a barcode.")) from error


def is_gs1(text: str) -> bool:
    """Whether a text is written with application identifiers such as (01)…(10)…"""
    return _ELEMENT.match(text) is not None


def packed_gs1(text: str) -> str:
    """Element strings as a Data Matrix code carries them, with `datamatrix.FNC1` before them and
    between those that need it. Raises InvalidInput."""
    return _gs1(text, LONGEST_MATRIX)


def _gs1(text: str, longest: int = LONGEST_BARCODE) -> str:
    """Element strings such as (01)09501101530003(10)AB-12, as Code 128 carries them."""
    elements = _ELEMENT.findall(text)
    if not elements or "".join(f"({ai}){value}" for ai, value in elements) != text:
        raise InvalidInput.of("text", phrase("Write GS1 elements such as (01)09501101530003."))
    packed = _FNC1
    for place, (ai, value) in enumerate(elements):
        length = _FIXED.get(ai)
        if length is not None and len(value) != length:
            raise InvalidInput.of(
                "text", phrase("The GS1 element ({ai}) has {length} digits.", ai=ai, length=length)
            )
        if not value.isascii() or len(packed) > longest:
            raise InvalidInput.of("text", phrase("These GS1 elements do not fit a barcode."))
        separated = length is None and place + 1 < len(elements)
        packed += f"{ai}{value}{_FNC1 if separated else ''}"
    return packed


def barcode_svg(text: str, symbology: Symbology) -> str:
    """A barcode as SVG, one unit a module; paper decides how wide one is."""
    modules = bars(text, symbology)
    quiet = QUIET_MODULES[symbology]
    rects = "".join(
        f"M{quiet + run.start()} 0h{run.end() - run.start()}v{_BAR_HEIGHT}"
        f"h-{run.end() - run.start()}z"
        for run in re.finditer("1+", modules)
    )
    width = len(modules) + 2 * quiet
    return _svg(width, _BAR_HEIGHT, rects)


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> str:
    """A QR code as SVG with error correction M, one unit a module; raises InvalidInput."""
    if not text or len(text.encode()) > LONGEST_QR:
        raise InvalidInput.of(
            "text", phrase("A QR code holds at most {limit} bytes here.", limit=LONGEST_QR)
        )
    made = segno.make(text, error="m", micro=False, boost_error=False)
    size = int(made.symbol_size(border=0)[0])
    rects = "".join(
        f"M{run.start() + 4} {row + 4}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for row, modules in enumerate(made.matrix)
        for run in re.finditer("1+", "".join("1" if module else "0" for module in modules))
    )
    return _svg(size + 8, size + 8, rects)


@lru_cache(maxsize=1024)
def datamatrix_svg(text: str) -> str:
    """A Data Matrix code as SVG, GS1 DataMatrix where the text has application identifiers; one
    unit a module, with its quiet zone of one. Raises InvalidInput."""
    rows = datamatrix.modules(packed_gs1(text) if is_gs1(text) else text)
    rects = "".join(
        f"M{run.start() + 1} {row + 1}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for row, dark in enumerate(rows)
        for run in re.finditer("1+", "".join("1" if one else "0" for one in dark))
    )
    return _svg(len(rows) + 2, len(rows) + 2, rects)


def svg_of(text: str, symbology: Symbology) -> str:
    """The drawing of any code."""
    if symbology == "datamatrix":
        return datamatrix_svg(text)
    return qr_svg(text) if symbology == "qr" else barcode_svg(text, symbology)


def _svg(width: int, height: int, path: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" shape-rendering="crispEdges">'
        f'<rect width="{width}" height="{height}" fill="#fff"/><path d="{path}"/></svg>'
    )
