"""Which encoding a text file is in, told by its bytes alone.

UTF-8 and UTF-16 prove themselves. Of the single-byte ones, Windows-1256 is known by letters that
stand beside each other: in Arabic nearly all bytes of a word are above 127, in a European language
only the accented letters are, and those stand alone.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO, Final, Literal

Encoding = Literal["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "cp1252"]

ENCODINGS: Final[tuple[tuple[Encoding, str], ...]] = (
    ("utf-8-sig", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("cp1256", "Windows-1256 (Arabic)"),
    ("cp1252", "Windows-1252 (Latin-1)"),
)
"""Each with its name; UTF-8 is read with and without its mark."""

_CHUNK: Final = 256 * 1024
_SAMPLE: Final = 64 * 1024
_HIGH = re.compile(rb"[\x80-\xff]+")
_TOGETHER: Final = 0.6
"""The share of high bytes with a neighbour above which a text is Arabic."""


def detect(file: BinaryIO) -> Encoding:
    """The encoding of a file, read from its start to its end; it is at its start again after."""
    file.seek(0)
    head = file.read(_CHUNK)
    encoding = _by_mark(head) or _by_zeros(head)
    if encoding is None:
        file.seek(0)
        sample = _not_utf8(file)
        encoding = "utf-8-sig" if sample is None else _single_byte(sample)
    file.seek(0)
    return encoding


def _by_mark(head: bytes) -> Encoding | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else None


def _by_zeros(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: separators and digits have a zero byte on one side."""
    sample = head[: _SAMPLE & ~1]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 20
    if max(even, odd) <= enough:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _not_utf8(file: BinaryIO) -> bytes | None:
    """A piece of the file with what is no UTF-8 in it, or None if all of it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    while True:
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            start = max(0, error.start - 1024)
            return error.object[start : start + _SAMPLE]
        if not chunk:
            return None


def _single_byte(sample: bytes) -> Encoding:
    runs = [len(match[0]) for match in _HIGH.finditer(sample)]
    together = sum(run for run in runs if run > 1)
    return "cp1256" if runs and together / sum(runs) >= _TOGETHER else "cp1252"
