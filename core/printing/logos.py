"""A company's logo: a picture that somebody sent, checked, shrunk and without its metadata."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import InvalidInput
from core.i18n.phrases import phrase

LARGEST: Final = 5 * 1024 * 1024
_MOST_PIXELS: Final = 40_000_000
_SIDE: Final = 1200
_FORMATS: Final = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo that can be printed."""

    content: bytes
    media_type: str


def read_logo(content: bytes) -> Logo:
    """The picture as PNG, or JPEG where it came as one; raises InvalidInput for what is no
    picture, or one too large to look at. Names, places and colour profiles in it are dropped."""
    if len(content) > LARGEST:
        raise InvalidInput.of("logo", phrase("The logo is larger than 5 MB. Send a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
            if picture.width * picture.height > _MOST_PIXELS:
                raise InvalidInput.of("logo", phrase("The logo has too many pixels."))
            upright = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombWarning) as error:
        raise InvalidInput.of(
            "logo", phrase("This is no picture that can be printed. Send a PNG, JPEG or WebP.")
        ) from error
    upright.thumbnail((_SIDE, _SIDE))
    is_photo = picture.format == "JPEG"
    plain = upright.convert("RGB" if is_photo else "RGBA")
    written = io.BytesIO()
    plain.save(written, "JPEG" if is_photo else "PNG", quality=90, optimize=True)
    return Logo(written.getvalue(), "image/jpeg" if is_photo else "image/png")
