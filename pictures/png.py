"""PNG files that stay small: pages have few colours, so a palette holds them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image

_COLOURS: Final = 160


def write_small(content: bytes, path: Path) -> int:
    """Write a picture with a palette of its own; how many bytes it took."""
    with Image.open(io.BytesIO(content)) as picture:
        few = picture.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(path, optimize=True)
    return path.stat().st_size
