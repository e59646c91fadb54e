"""Sets documents: values and a template become a PDF or pictures of its pages."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import orjson
from PIL import Image

from core.declare import Attachment
from core.printing.design import Letterhead
from core.printing.document import PrintedDocument
from core.printing.presses import Format, Sheets, TemplateError, one_file, set_pages

TEMPLATES: Final = Path(__file__).parent / "templates"
_LOGO: Final = "logo.svg"
_ARCHIVED: Final = "a-3b"
"""PDF/A-3, level B (ISO 19005-3): to be kept, with the files inside it."""
_LOGO_TYPES: Final = ("image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class Stationery:
    """What the documents of one print share: letterhead, logo and template. `title` is how a
    reader's window calls the file."""

    letterhead: Letterhead
    logo: bytes = b""
    template: Path | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents to be set into one file, and what travels inside it."""

    stationery: Stationery
    documents: Sequence[PrintedDocument] = field(default_factory=tuple)
    attachment: Attachment | None = None


def set_pdf(batch: Batch, *, tags: bool = True) -> bytes:
    """The documents as a PDF; `tags` let screen readers find their way in it."""
    sheets = sheets_of(batch, "pdf", tags=tags)
    if batch.attachment is not None:
        try:
            return one_file(set_pages(replace(sheets, standard=_ARCHIVED)))
        except TemplateError:
            # A letter that no font of ours has is no reason to print nothing: only the promise of
            # PDF/A is dropped, and the file still travels inside.
            return one_file(set_pages(sheets))
    return one_file(set_pages(sheets))


def set_pictures(batch: Batch, *, ppi: float = 96) -> list[bytes]:
    """The pages as PNG."""
    return set_pages(sheets_of(batch, "png", ppi=ppi))


def set_receipt(batch: Batch, *, millimetres: float) -> bytes:
    """Receipts as PDF, each a page as wide as the roll prints and as long as it needs."""
    return one_file(set_pages(sheets_of(batch, "pdf", width=millimetres)))


def set_receipt_pictures(batch: Batch, *, millimetres: float, dots: int) -> list[bytes]:
    """Receipts as PNG, as many dots wide as the printer's head."""
    return set_pages(sheets_of(batch, "png", ppi=dots / millimetres * 25.4, width=millimetres))


def sheets_of(
    batch: Batch, kind: Format, *, tags: bool = False, ppi: float = 144, width: float = 0
) -> Sheets:
    """What a press is given for these documents; with a `width` they are receipts."""
    stationery = batch.stationery
    files = template_files(
        stationery.template or TEMPLATES / ("receipt.typ" if width else "document.typ")
    )
    has_logo = bool(stationery.logo) and stationery.letterhead.logo_type in _LOGO_TYPES
    if has_logo:
        files = {**files, _LOGO: wrapped_picture(stationery.logo, stationery.letterhead.logo_type)}
    letterhead = {
        "colour": stationery.letterhead.colour,
        "logo": _LOGO if has_logo else None,
        "logo_place": stationery.letterhead.logo_place,
        "logo_height": stationery.letterhead.logo_height,
        "author": stationery.letterhead.company,
    }
    data = {
        "title": stationery.title,
        "letterhead": letterhead,
        "documents": list(batch.documents),
        "width": width,
        "attachment": _attached(batch.attachment),
    }
    # Data of addons may hold decimals, which templates get as text.
    packed = orjson.dumps(data, default=str).decode()
    return Sheets(files, {"batch": packed}, kind, ppi, tags)


def _attached(attachment: Attachment | None) -> Mapping[str, object] | None:
    if attachment is None:
        return None
    day = attachment.day
    return {
        "name": attachment.name,
        "content": attachment.content,
        "type": attachment.media_type,
        "day": {"year": day.year, "month": day.month, "day": day.day},
    }


@lru_cache(maxsize=64)
def template_files(main: Path) -> Mapping[str, bytes]:
    """A template with `lib.typ` and the files beside it; those of the same names are its own."""
    beside = {
        path.relative_to(main.parent).as_posix(): path.read_bytes()
        for path in sorted(main.parent.rglob("*"))
        if path.is_file()
    }
    return {
        "lib.typ": (TEMPLATES / "lib.typ").read_bytes(),
        **beside,
        "main.typ": main.read_bytes(),
    }


@lru_cache(maxsize=64)
def wrapped_picture(logo: bytes, media_type: str) -> bytes:
    """A picture as SVG: typst takes files that are not on disk as text alone."""
    with Image.open(io.BytesIO(logo)) as picture:
        width, height = picture.size
    content = base64.b64encode(logo).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}"'
        f' xlink:href="data:{media_type};base64,{content}"/></svg>'
    ).encode()
