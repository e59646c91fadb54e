"""Icons of a brand: a picture, or the first letter of a name, set in the sizes that are asked for.

What is safe in a maskable icon is the middle circle of 80 % (W3C, Web Application Manifest,
"Icon masks"); phones cut off the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.brand.colour import read_colour
from core.brand.palette import text_on
from core.brand.values import ICON_SIDES
from core.errors import InvalidInput
from core.i18n.phrases import phrase
from core.printing.drawings import read_drawing
from core.printing.logos import Logo, read_logo
from core.printing.presses import Sheets, TemplateError, one_file, set_pages
from core.printing.setting import wrapped_picture

SVG: Final = "image/svg+xml"
_TEMPLATE: Final = Path(__file__).parent / "templates" / "icon.typ"
_POINTS: Final = 72.0
_SECONDS: Final = 5.0


def read_brand_picture(content: bytes, field: str) -> Logo:
    """A logo or icon for screens: an SVG that only draws, or a picture as PNG or JPEG; raises
    InvalidInput naming the field."""
    if not _is_xml(content):
        try:
            return read_logo(content)
        except InvalidInput as error:
            words = error.problems[0].message if error.problems else error.message
            raise InvalidInput.of(field, words) from error
    picture = Logo(read_drawing(content, field), SVG)
    try:
        set_icon(picture, "", "#ffffff", "icon-96.png")
    except TemplateError as error:
        raise InvalidInput.of(field, phrase("This drawing cannot be drawn.")) from error
    return picture


def set_icons(picture: Logo | None, name: str, accent: str) -> Mapping[str, bytes]:
    """All icons as PNG, from the picture or, without one, from the name's first letter."""
    return {icon: set_icon(picture, name, accent, icon) for icon in ICON_SIDES}


def set_icon(picture: Logo | None, name: str, accent: str, icon: str) -> bytes:
    """One icon as PNG."""
    side = ICON_SIDES[icon]  # type: ignore[index]
    files = {"main.typ": _TEMPLATE.read_bytes()}
    if picture is not None:
        is_drawing = picture.media_type == SVG
        files["picture.svg"] = (
            picture.content if is_drawing else wrapped_picture(picture.content, picture.media_type)
        )
    inputs = {
        "side": str(side),
        "letter": "" if picture is not None else name.strip()[:1].upper(),
        "accent": accent,
        "ink": str(text_on(read_colour(accent))),
        # A phone shows no transparency behind these two.
        "ground": "full" if icon.startswith(("maskable", "touch")) else "none",
    }
    sheets = Sheets(files, inputs, "png", ppi=_POINTS, seconds=_SECONDS)
    return one_file(set_pages(sheets))


def _is_xml(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
