"""Labels with a barcode or QR code: on sheets for office printers and on rolls, as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from core.errors import NotFound
from core.i18n.phrases import phrase
from core.printing.presses import Format, Sheets, one_file, set_pages
from core.printing.setting import TEMPLATES, template_files


@dataclass(frozen=True, slots=True)
class LabelFormat:
    """Where labels are on the paper, in mm. A roll has one of each; a sheet begins at the
    margins, and its labels follow each other without a gap unless one is given."""

    name: str
    title: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    page_width: float = 0.0
    page_height: float = 0.0
    left: float = 0.0
    top: float = 0.0
    gap_x: float = 0.0
    gap_y: float = 0.0

    @property
    def is_roll(self) -> bool:
        """Whether each label is a page of its own."""
        return self.columns * self.rows == 1

    @property
    def paper(self) -> tuple[float, float]:
        """The paper's width and height."""
        return (self.page_width or self.width, self.page_height or self.height)


def _a4(name: str, title: str, columns: int, rows: int, width: float, height: float) -> LabelFormat:
    """A sheet of A4 whose labels stand in its middle."""
    left, top = (210 - columns * width) / 2, (297 - rows * height) / 2
    return LabelFormat(name, title, width, height, columns, rows, 210, 297, left, top)


FORMATS: Final = {
    item.name: item
    for item in (
        _a4("a4-3x8", "A4, 3 × 8 (70 × 36 mm)", 3, 8, 70, 36),
        _a4("a4-2x7", "A4, 2 × 7 (99 × 38 mm)", 2, 7, 99, 38.1),
        _a4("a4-5x13", "A4, 5 × 13 (38 × 21 mm)", 5, 13, 38.1, 21.2),
        LabelFormat("roll-50x30", "50 × 30 mm", 50, 30),
        LabelFormat("roll-40x25", "40 × 25 mm", 40, 25),
        LabelFormat("roll-100x50", "100 × 50 mm", 100, 50),
    )
}
MOST: Final = 5000
"""Labels of one file."""


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """One label: its name, further lines, and what its code holds: `svg` drawn, `text` below."""

    title: str
    lines: tuple[str, ...] = ()
    svg: str = ""
    text: str = ""
    square: bool = False


def label_format(name: str) -> LabelFormat:
    """The format of this name; raises NotFound."""
    try:
        return FORMATS[name]
    except KeyError:
        raise NotFound(phrase("There is no label format {name}.", name=name)) from None


def set_labels(
    labels: Sequence[PrintedLabel],
    paper: LabelFormat,
    *,
    language: str = "en",
    direction: str = "ltr",
    skip: int = 0,
    title: str = "",
) -> bytes:
    """The labels as PDF; `skip` leaves the first places of a used sheet empty."""
    places = paper.columns * paper.rows
    data = {
        "title": title,
        "language": language,
        "direction": direction,
        "paper": paper,
        "sheet": {"width": paper.paper[0], "height": paper.paper[1]},
        "skip": skip % places,
        "labels": list(labels),
    }
    return one_file(set_pages(_sheets(data, "pdf")))


def set_label_pictures(
    labels: Sequence[PrintedLabel], paper: LabelFormat, *, ppi: float
) -> list[bytes]:
    """The labels as PNG, a picture for each sheet, or for each label of a roll."""
    data = {
        "title": "",
        "language": "en",
        "direction": "ltr",
        "paper": paper,
        "sheet": {"width": paper.paper[0], "height": paper.paper[1]},
        "skip": 0,
        "labels": list(labels),
    }
    return set_pages(_sheets(data, "png", ppi))


def _sheets(data: Mapping[str, Any], kind: Format, ppi: float = 144) -> Sheets:
    files = template_files(TEMPLATES / "label.typ")
    return Sheets(files, {"batch": orjson.dumps(data).decode()}, kind, ppi, tags=False)
