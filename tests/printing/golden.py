"""Pages as they were when somebody looked at them. `python -m tests.printing.golden` draws them
anew; look at each before it is kept."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageChops

from core.printing.setting import Batch, set_pictures
from tests.printing.papers import PAPERS, PLAIN

FOLDER = Path(__file__).parent / "golden"
PPI = 72
LEVELS = 16


def drawn(name: str) -> Image.Image:
    """The first page of a paper, in a few greys."""
    page = set_pictures(Batch(PLAIN, [PAPERS[name]()]), ppi=PPI)[0]
    return Image.open(io.BytesIO(page)).convert("L")


def kept(name: str) -> Image.Image:
    """The page that was looked at."""
    with Image.open(FOLDER / f"{name}.png") as picture:
        return picture.convert("L")


def share_of_other_dots(one: Image.Image, other: Image.Image) -> float:
    """How much of the page differs by more than the edge of a letter would."""
    if one.size != other.size:
        return 1.0
    dots = ImageChops.difference(one, other).histogram()
    return sum(dots[64:]) / (one.width * one.height)


def main() -> None:
    """Draw all of them anew."""
    for name in PAPERS:
        picture = drawn(name).quantize(LEVELS)
        picture.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
