"""What ISO 19005-3 (PDF/A-3) asks of the structure of a file, level B: no validator for it is to be
had from a package registry, so its rules that can be read off the objects are looked at here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

_FORBIDDEN: Final = frozenset({"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData",
                               "/JavaScript", "/SetOCGState", "/Rendition", "/Trans",
                               "/GoTo3DView"})  # fmt: skip
"""Actions that no PDF/A has (6.5.1)."""
_COMPOSITE: Final = "/Type0"


def flaws(content: bytes) -> list[str]:
    """What is wrong with a PDF as a PDF/A-3 of level B with files inside; nothing if it may be
    one."""
    reader = PdfReader(io.BytesIO(content), strict=True)
    return [*_whole(reader, content), *_files(reader), *_fonts(reader), *_objects(reader)]


def _whole(reader: PdfReader, content: bytes) -> Iterator[str]:
    root = reader.root_object
    if reader.is_encrypted:
        yield "6.1.3: encrypted"
    if "/ID" not in reader.trailer:
        yield "6.1.3: no file identifier"
    if not content.startswith(b"%PDF-1.") or min(content.splitlines()[1][1:5]) < 128:
        yield "6.1.2: no header of binary data"
    if root.get("/OpenAction") or root.get("/AA"):
        yield "6.5.2: acts by itself"
    told = reader.xmp_metadata
    if told is None:
        yield "6.6.2: no metadata"
    else:
        said = told.stream.get_data().decode()
        if "/Filter" in told.stream:
            yield "6.6.2.1: metadata is filtered"
        for element, value in (("part", "3"), ("conformance", "B")):
            if f"<pdfaid:{element}>{value}</pdfaid:{element}>" not in said:
                yield f"6.6.4: {element} is not {value}"
    intents = [one.get_object() for one in root.get("/OutputIntents", [])]
    if not any(one["/S"] == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in intents):
        yield "6.2.3: no output intent with a profile"


def _files(reader: PdfReader) -> Iterator[str]:
    associated = [one.get_object() for one in reader.root_object.get("/AF", [])]
    if not associated:
        yield "6.8: no associated file"
    for file in associated:
        held = file["/EF"]["/F"].get_object()
        if file.get("/AFRelationship") not in ("/Source", "/Data", "/Alternative", "/Supplement"):
            yield "6.8: says not what the file is to the document"
        if not file.get("/F") or not file.get("/UF"):
            yield "6.8: the file has no name"
        if held.get("/Subtype") not in ("/application/xml", "/text/xml"):
            yield "6.8: the file has no media type"
        if "/ModDate" not in held.get("/Params", {}):
            yield "6.8: the file has no date"


def _fonts(reader: PdfReader) -> Iterator[str]:
    for font in _dictionaries(reader):
        if font.get("/Type") != "/Font" or font.get("/Subtype") in ("/Type3", _COMPOSITE):
            continue
        descriptor = font.get("/FontDescriptor")
        embedded = descriptor and {"/FontFile", "/FontFile2", "/FontFile3"} & {
            *descriptor.get_object()
        }
        if not embedded:
            yield f"6.2.11.4: {font.get('/BaseFont')} is not embedded"


def _objects(reader: PdfReader) -> Iterator[str]:
    for one in _dictionaries(reader):
        if one.get("/S") in _FORBIDDEN:
            yield f"6.5.1: acts: {one['/S']}"
        if one.get("/Filter") == "/LZWDecode":
            yield "6.1.7.2: LZW"
        if isinstance(one, StreamObject) and {"/F", "/FFilter", "/FDecodeParms"} & {*one}:
            yield "6.1.7.1: a stream outside of the file"
        if one.get("/Subtype") == "/PS" or "/PS" in one:
            yield "6.2.9: PostScript"


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    size: Any = reader.trailer["/Size"]
    for number in range(1, size):
        found: Any = reader.get_object(IndirectObject(number, 0, reader))
        if isinstance(found, DictionaryObject):
            yield found
