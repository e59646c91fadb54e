"""Who made a PDF, as its properties say: the brand that a company's people know.

Written as an incremental update (ISO 32000-1, 7.5.6): the pages stay as they are, byte for byte,
and what is new stands behind them.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from typing import Final, cast
from xml.sax.saxutils import escape

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    TextStringObject,
)

_TOOL: Final = re.compile(r"<xmp:CreatorTool>.*?</xmp:CreatorTool>", re.S)
_PRODUCER: Final = re.compile(r"<pdf:Producer>.*?</pdf:Producer>", re.S)
_START: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


def made_by(pdf: bytes, maker: str) -> bytes:
    """The PDF with this maker as creator and producer, in its Info dictionary (14.3.3) and in its
    metadata stream (14.3.2) alike; as it is where no maker is named."""
    found = _START.search(pdf)
    if not maker or found is None:
        return pdf
    reader = PdfReader(io.BytesIO(pdf))
    changed: dict[int, bytes] = {}
    info = reader.trailer.raw_get("/Info")
    if isinstance(info, IndirectObject):
        changed[info.idnum] = _info(info, maker)
    metadata = _of(reader.trailer.raw_get("/Root")).get("/Metadata")
    if metadata is not None:
        number = _of(reader.trailer.raw_get("/Root")).raw_get("/Metadata").idnum
        told = metadata.get_object().get_data().decode("utf-8", errors="replace")
        changed[number] = _stream(_retold(told, maker).encode())
    return pdf + _update(reader, len(pdf), int(found[1]), changed)


def info_entries(maker: str) -> bytes:
    """The same for the Info dictionary of a file that is being written; nothing without a maker."""
    if not maker:
        return b""
    text = b"<feff%s>" % maker.encode("utf-16-be").hex().encode()
    return b" /Creator %s /Producer %s" % (text, text)


def _update(reader: PdfReader, start: int, previous: int, changed: Mapping[int, bytes]) -> bytes:
    """The objects, where each lies, and a trailer that leads to the one before."""
    body, places = b"\n", {}
    for number, content in sorted(changed.items()):
        places[number] = start + len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(
        b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in places.items()
    )
    trailer = reader.trailer
    root = trailer.raw_get("/Root").idnum
    kept = b" /Info %d 0 R" % trailer.raw_get("/Info").idnum if "/Info" in trailer else b""
    if "/ID" in trailer:
        first = bytes(cast("ArrayObject", trailer["/ID"])[0].original_bytes).hex().encode()
        second = hashlib.sha256(first + body).hexdigest()[:32].encode()
        kept += b" /ID [<%s> <%s>]" % (first, second)
    return (
        body
        + b"xref\n"
        + table
        + b"trailer\n<< /Size %d /Root %d 0 R%s /Prev %d >>\n"
        % (trailer["/Size"], root, kept, previous)
        + b"startxref\n%d\n%%%%EOF\n" % (start + len(body))
    )


def _info(reference: IndirectObject, maker: str) -> bytes:
    entries = DictionaryObject(_of(reference))
    for name in ("/Creator", "/Producer"):
        entries[NameObject(name)] = TextStringObject(maker)
    written = io.BytesIO()
    entries.write_to_stream(written)
    return written.getvalue()


def _stream(content: bytes) -> bytes:
    head = b"<< /Type /Metadata /Subtype /XML /Length %d >>" % len(content)
    return head + b"\nstream\n" + content + b"\nendstream"


def _retold(told: str, maker: str) -> str:
    name = escape(maker)
    told = _TOOL.sub(lambda _: f"<xmp:CreatorTool>{name}</xmp:CreatorTool>", told)
    return _PRODUCER.sub(lambda _: f"<pdf:Producer>{name}</pdf:Producer>", told)


def _of(value: PdfObject) -> DictionaryObject:
    found = value.get_object()
    if not isinstance(found, DictionaryObject):
        raise TypeError(f"a dictionary was expected, not {type(found).__name__}")
    return found
