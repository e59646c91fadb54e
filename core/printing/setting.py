"""Sets documents: values and a template become a PDF or pictures of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import orjson

from core.printing.design import Letterhead
from core.printing.document import PrintedDocument
from core.printing.presses import Format, Sheets, one_file, set_pages

TEMPLATES: Final = Path(__file__).parent / "templates"
_LOGO_NAMES: Final = {"image/png": "logo.png", "image/jpeg": "logo.jpg"}


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
    """Documents to be set into one file."""

    stationery: Stationery
    documents: Sequence[PrintedDocument] = field(default_factory=tuple)


def set_pdf(batch: Batch, *, tags: bool = True) -> bytes:
    """The documents as a PDF; `tags` let screen readers find their way in it."""
    return one_file(set_pages(_sheets(batch, "pdf", tags=tags)))


def set_pictures(batch: Batch, *, ppi: float = 96) -> list[bytes]:
    """The pages as PNG."""
    return set_pages(_sheets(batch, "png", ppi=ppi))


def set_receipt(batch: Batch, *, millimetres: float) -> bytes:
    """Receipts as PDF, each a page as wide as the roll prints and as long as it needs."""
    return one_file(set_pages(_sheets(batch, "pdf", width=millimetres)))


def set_receipt_pictures(batch: Batch, *, millimetres: float, dots: int) -> list[bytes]:
    """Receipts as PNG, as many dots wide as the printer's head."""
    return set_pages(_sheets(batch, "png", ppi=dots / millimetres * 25.4, width=millimetres))


def _sheets(
    batch: Batch, kind: Format, *, tags: bool = False, ppi: float = 144, width: float = 0
) -> Sheets:
    stationery = batch.stationery
    files = template_files(
        stationery.template or TEMPLATES / ("receipt.typ" if width else "document.typ")
    )
    logo = _LOGO_NAMES.get(stationery.letterhead.logo_type) if stationery.logo else None
    if logo is not None:
        files = {**files, logo: stationery.logo}
    letterhead = {
        "colour": stationery.letterhead.colour,
        "logo": logo,
        "logo_place": stationery.letterhead.logo_place,
        "logo_height": stationery.letterhead.logo_height,
        "author": stationery.letterhead.company,
    }
    data = {
        "title": stationery.title,
        "letterhead": letterhead,
        "documents": list(batch.documents),
        "width": width,
    }
    # Data of addons may hold decimals, which templates get as text.
    packed = orjson.dumps(data, default=str).decode()
    return Sheets(files, {"batch": packed}, kind, ppi, tags)


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
