"""What a file is, told from its first bytes and held against its name; and a name fit to be kept.

A name is what people go by when they open a file, and a wrong one is how harm gets in: a program
called invoice.pdf is refused. Formats that are plain text have no mark of their own, so their
name is believed, and they are never shown by the browser.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import filetype

from core.errors import InvalidInput
from core.i18n import phrase

HEAD: Final = 8192
"""Bytes from the beginning that are enough to tell."""
LONGEST_NAME: Final = 180
UNKNOWN: Final = "application/octet-stream"

_MARKED: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "avif": "image/avif",
    "zip": "application/zip",
    "gz": "application/gzip",
    "7z": "application/x-7z-compressed",
    "rar": "application/x-rar-compressed",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "wav": "audio/x-wav",
    "ogg": "audio/ogg",
}
"""Formats that begin with a mark, by the endings that name them."""

_TEXTS: Final = {
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "xml": "application/xml",
    "md": "text/markdown",
    "html": "text/html",
    "htm": "text/html",
    "svg": "image/svg+xml",
    "eml": "message/rfc822",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}
"""Formats without a mark of their own, by ending."""

_KIN: Final = (
    {"zip", "docx", "xlsx", "pptx", "odt", "ods"},
    {"doc", "xls", "ppt"},
    {"jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "avif"},
    {"mp4", "mov", "mp3", "wav", "ogg"},
)
"""Formats that share their mark, or that only differ in how well a name was chosen."""

_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the order of letters around: with them, gpj.exe reads as exe.jpg."""


def fit_name(name: str) -> str:
    """The name that a file is kept under: without folders, control characters and tricks with the
    direction of writing; letters of all scripts and emoji stay. Raises InvalidInput if nothing
    is left."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = (c for c in name if unicodedata.category(c)[:2] not in ("Cc", "Cs", "Co", "Zl", "Zp"))
    name = " ".join("".join(c for c in kept if c not in _DIRECTIONS).split()).strip(". ")
    if not name:
        raise InvalidInput.of("file", phrase("The file has no name that can be kept."))
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        name = (stem if ending else name)[: LONGEST_NAME - len(ending)] + ending
    return name


def ending_of(name: str) -> str:
    """What stands behind the last point, in lower case."""
    stem, _, ending = name.rpartition(".")
    return ending.lower() if stem else ""


def media_type_of(head: bytes, name: str) -> str:
    """The type of a file with these first bytes and this name; raises InvalidInput when they
    contradict each other."""
    ending = ending_of(name)
    kind = filetype.guess(head)
    if kind is None:
        if ending in _MARKED:
            raise _contradiction(name, phrase("is not a {format} file", format=ending.upper()))
        return _TEXTS.get(ending, UNKNOWN) if _is_text(head) else UNKNOWN
    if ending in _MARKED and _MARKED[ending] != kind.mime and not _are_kin(ending, kind.extension):
        raise _contradiction(
            name, phrase("holds a file of the kind {format}", format=kind.extension.upper())
        )
    if ending in _TEXTS and kind.mime != _TEXTS[ending] and kind.extension not in ("xml", "txt"):
        raise _contradiction(
            name, phrase("holds a file of the kind {format}", format=kind.extension.upper())
        )
    is_kin = _are_kin(ending, kind.extension) and not kind.mime.startswith("image/")
    return _MARKED[ending] if is_kin else kind.mime


def _are_kin(ending: str, other: str) -> bool:
    return any(ending in family and other in family for family in _KIN)


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # Cut in the middle of a letter is no mistake of the file.
        return error.start >= len(head) - 4
    return True


def _contradiction(name: str, what: str) -> InvalidInput:
    return InvalidInput.of(
        "file",
        phrase("“{name}” {what}.", name=name, what=what),
        fix=phrase("Give it the name that fits what is in it, and attach it again."),
    )
