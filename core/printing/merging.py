"""Puts PDFs behind one another into a file on disk, an object at a time.

However many pages come, memory holds one part: its objects are numbered anew and written, and
only the places where they begin are remembered. The same parts give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
from array import array
from collections.abc import Iterable
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from core.printing.maker import info_entries

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOG, _PAGES = 1, 2
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


class Merger:
    """Collects parts into an open, empty file. Use `add` for each and `finish` once; `title`
    names the file, `identity` tells it from other files with the same pages, and `maker` is who
    made it, by its properties."""

    def __init__(self, target: BinaryIO, *, title: str, identity: str, maker: str = "") -> None:
        self._target = target
        self._title = title
        self._identity = identity
        self._maker = maker
        self._digest = hashlib.sha256()
        self._offsets = array("Q", [0, 0, 0])
        self.kids: list[int] = []
        self._at = 0
        self._write(_HEADER)

    @property
    def pages(self) -> int:
        """How many pages there are by now."""
        return len(self.kids)

    def add(self, part: bytes) -> None:
        """The pages of this PDF, behind those before."""
        reader = PdfReader(io.BytesIO(part))
        _Copier(self, reader).copy()
        self._digest.update(part)

    def finish(self) -> None:
        """Write what makes a file of it."""
        kids = b" ".join(b"%d 0 R" % number for number in self.kids)
        pages = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (self.pages, kids)
        self.put(_PAGES, pages)
        info = self.reserve()
        view = b"<< /DisplayDocTitle true >>"
        self.put(_CATALOG, b"<< /Type /Catalog /Pages 2 0 R /ViewerPreferences %s >>" % view)
        title = self._title.encode("utf-16-be").hex().encode()
        self.put(info, b"<< /Title <feff%s>%s >>" % (title, info_entries(self._maker)))
        start = self._at
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        for offset in self._offsets[1:]:
            self._write(b"%010d 00000 n \n" % offset)
        content = self._digest.hexdigest()[:32].encode()
        this = hashlib.sha256(self._identity.encode() + content).hexdigest()[:32].encode()
        self._write(
            b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R /ID [<%s> <%s>] >>\n"
            b"startxref\n%d\n%%%%EOF\n" % (len(self._offsets), info, content, this, start)
        )

    def reserve(self) -> int:
        """The number of an object to be written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def put(self, number: int, body: bytes) -> None:
        """Write the object of a number that was reserved."""
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n" % number + body + b"\nendobj\n")

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._at += len(data)


class _Copier:
    """Writes what the pages of one part need, each object once."""

    def __init__(self, merger: Merger, reader: PdfReader) -> None:
        self._merger, self._reader = merger, reader
        self._numbers: dict[int, int] = {}
        self._waiting: list[int] = []

    def copy(self) -> None:
        for page in self._reader.pages:
            entries = {
                name: value
                for name, value in page.items()
                if name not in ("/Parent", "/StructParents", "/Tabs")
            }
            for name in _INHERITED:
                if name not in entries and page.get(name) is not None:
                    entries[name] = page[name]
            number = self._merger.reserve()
            copied = {name: self._renumbered(value) for name, value in entries.items()}
            copied["/Parent"] = IndirectObject(_PAGES, 0, self._reader)
            page_object = DictionaryObject({NameObject(n): v for n, v in copied.items()})
            self._merger.put(number, _written(page_object))
            self._merger.kids.append(number)
            self._drain()

    def _drain(self) -> None:
        while self._waiting:
            old = self._waiting.pop()
            found = self._reader.get_object(IndirectObject(old, 0, self._reader))
            body = _written(self._renumbered(found))
            self._merger.put(self._numbers[old], body)

    def _renumbered(self, value: PdfObject | None) -> PdfObject:
        """The same value, pointing to the new numbers of what it points to."""
        if isinstance(value, IndirectObject):
            if value.idnum not in self._numbers:
                self._numbers[value.idnum] = self._merger.reserve()
                self._waiting.append(value.idnum)
            return IndirectObject(self._numbers[value.idnum], 0, self._reader)
        if isinstance(value, DictionaryObject):
            for name in list(value):
                value[name] = self._renumbered(value.raw_get(name))
            return value
        if isinstance(value, ArrayObject):
            return ArrayObject(self._renumbered(item) for item in list.__iter__(value))
        return value if value is not None else NumberObject(0)


def _written(value: PdfObject) -> bytes:
    buffer = io.BytesIO()
    value.write_to_stream(buffer)
    return buffer.getvalue()


def merge(parts: Iterable[bytes], target: BinaryIO, *, title: str, identity: str = "") -> int:
    """All parts into the file; returns how many pages it has."""
    merger = Merger(target, title=title, identity=identity)
    for part in parts:
        merger.add(part)
    merger.finish()
    return merger.pages
