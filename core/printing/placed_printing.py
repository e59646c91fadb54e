"""Prints designed labels: as PDF, as pictures to look at, and as ZPL II for label printers.

ZPL is what Zebra's printers and those of others understand (ZPL II Programming Guide). The printer
draws its own bars and, of letters that it has, its own words; other words and the logo are sent as
pictures, since no such printer joins Arabic or Bengali letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from core.printing.codes import is_gs1, packed_gs1
from core.printing.datamatrix import FNC1
from core.printing.labels import LabelFormat
from core.printing.maker import made_by
from core.printing.placed import Element, Filled
from core.printing.presses import Format, Sheets, one_file, set_pages
from core.printing.setting import TEMPLATES, template_files, wrapped_picture
from core.printing.zpl import DOTS_A_MM, escaped, graphic

_LOGO: Final = "logo.svg"
_POINT: Final = 25.4 / 72


@dataclass(frozen=True, slots=True)
class LabelRun:
    """Labels of one design: what each shows, the paper, and how the reader writes. `logo` is the
    company's as PNG or JPEG, `skip` leaves the first places of a used sheet empty. A PDF names the
    `maker` in its properties, and nobody without one."""

    labels: Sequence[Sequence[Filled]]
    paper: LabelFormat
    language: str = "en"
    direction: str = "ltr"
    logo: bytes = b""
    logo_type: str = ""
    skip: int = 0
    title: str = ""
    maker: str = ""


def placed_pdf(run: LabelRun) -> bytes:
    """The labels as PDF."""
    return made_by(one_file(set_pages(_sheets(run, "pdf"))), run.maker)


def placed_pictures(run: LabelRun, *, ppi: float) -> list[bytes]:
    """The labels as PNG, a picture for each sheet."""
    return set_pages(_sheets(run, "png", ppi))


def placed_zpl(run: LabelRun) -> bytes:
    """The labels as ZPL II for a head of 203 dpi, equal ones that follow each other as copies."""
    parts: list[bytes] = []
    place = 0
    while place < len(run.labels):
        label = run.labels[place]
        copies = 1
        while place + copies < len(run.labels) and run.labels[place + copies] == label:
            copies += 1
        parts.append("".join(_label(run, label, copies)).encode())
        place += copies
    return b"\n".join(parts)


def _label(run: LabelRun, label: Sequence[Filled], copies: int) -> Iterator[str]:
    paper = run.paper
    yield f"^XA^CI28^PW{_dots(paper.width)}^LL{_dots(paper.height)}"
    for filled in label:
        element = filled.element
        yield f"^FO{_dots(element.x)},{_dots(element.y)}"
        yield from _element(run, filled)
    yield f"^PQ{copies}^XZ"


def _element(run: LabelRun, filled: Filled) -> Iterator[str]:
    element = filled.element
    if element.kind in ("line", "box"):
        yield _ruled(element)
    elif element.kind == "code":
        yield _code(filled)
    elif element.kind == "text" and _fits_plainly(filled):
        yield _words(filled)
    else:
        yield graphic(_picture(run, filled))


def _fits_plainly(filled: Filled) -> bool:
    """Whether the printer's own letters show a text as it was designed: it has them, and there is
    room for each line. Its letters are no wider than six tenths of their height."""
    element, lines = filled.element, filled.text.split("\n")
    high = element.size * _POINT
    widest = max(len(line) for line in lines) * high * 0.6
    fits = widest <= element.width and len(lines) * high * 1.15 <= element.height + 0.1
    return filled.text.isascii() and fits


def _words(filled: Filled) -> str:
    element = filled.element
    size = max(10, _dots(element.size * _POINT))
    side = {"left": "L", "center": "C", "right": "R"}[element.align]
    text = "\\&".join(escaped(line) for line in filled.text.split("\n"))
    lines = filled.text.count("\n") + 1
    heavy = round(size * 1.1) if element.bold else size
    return f"^A0N,{size},{heavy}^FB{_dots(element.width)},{lines},0,{side},0^FH^FD{text}^FS"


def _ruled(element: Element) -> str:
    thick = max(1, _dots(element.thickness))
    if element.kind == "box":
        return f"^GB{_dots(element.width)},{_dots(element.height)},{thick}^FS"
    if element.width >= element.height:
        return f"^GB{_dots(element.width)},0,{thick}^FS"
    return f"^GB0,{_dots(element.height)},{thick}^FS"


def _code(filled: Filled) -> str:
    element, text = filled.element, filled.text
    modules = int(filled.svg.split('viewBox="0 0 ', 1)[1].split(" ", 1)[0])
    room = min(element.width, element.height)
    if filled.symbology == "qr":
        return f"^BQN,2,{max(1, min(10, _dots(room) // modules))}^FH^FDMA,{escaped(text)}^FS"
    if filled.symbology == "datamatrix":
        side = max(1, _dots(room) // modules)
        return f"^BXN,{side},200,,,,_^FD{_matrix_text(text)}^FS"
    caption = "Y" if element.caption else "N"
    high = max(8, _dots(element.height) - (26 if element.caption else 0))
    module = f"^BY{max(1, min(10, _dots(element.width) // modules))}"
    if filled.symbology == "ean13":
        return f"{module}^BEN,{high},{caption},N^FD{text[:12]}^FS"
    mode = ",D" if filled.symbology == "gs1-128" else ""
    data = text if mode else escaped(text)
    return f"{module}^BCN,{high},{caption},N,N{mode}{'' if mode else '^FH'}^FD{data}^FS"


def _matrix_text(text: str) -> str:
    """What ^BX takes, whose escape is the underline: _1 is FNC1, __ an underline, _d094 a caret."""
    packed = packed_gs1(text) if is_gs1(text) else text
    kept = packed.replace("_", "__").replace("^", "_d094").replace("~", "_d126")
    return kept.replace(FNC1, "_1")


def _picture(run: LabelRun, filled: Filled) -> bytes:
    """An element by itself, as a picture of its own size."""
    element = filled.element
    alone = replace(filled, element=replace(element, x=0, y=0))
    paper = LabelFormat("", "", element.width, element.height)
    (page,) = placed_pictures(
        replace(run, labels=[[alone]], paper=paper, skip=0), ppi=DOTS_A_MM * 25.4
    )
    return page


def _dots(millimetres: float) -> int:
    return round(millimetres * DOTS_A_MM)


def _sheets(run: LabelRun, kind: Format, ppi: float = 144) -> Sheets:
    files = template_files(TEMPLATES / "placed.typ")
    if run.logo:
        files = {**files, _LOGO: wrapped_picture(run.logo, run.logo_type)}
    places = run.paper.columns * run.paper.rows
    data: dict[str, Any] = {
        "title": run.title,
        "language": run.language,
        "direction": run.direction,
        "paper": run.paper,
        "sheet": {"width": run.paper.paper[0], "height": run.paper.paper[1]},
        "skip": run.skip % places,
        "logo": _LOGO if run.logo else None,
        "labels": [list(label) for label in run.labels],
    }
    return Sheets(files, {"batch": orjson.dumps(data).decode()}, kind, ppi, tags=False)
