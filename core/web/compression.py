"""Pages compressed on their way out, in the worker thread that made them.

What a page repeats of its address next to a secret can be guessed from the length of what is sent
(the BREACH attack). So each answer bears a name of random length, which makes lengths say nothing.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from typing import Final

from core.web.answer import Answer

SMALLEST: Final = 1024
LONGEST_NAME: Final = 96
_LEVEL: Final = 5
_HTML: Final = b"text/html"
_HAS_NAME: Final = 0x08
_UNKNOWN_SYSTEM: Final = 255


def compress(answer: Answer, accept_encoding: str) -> Answer:
    """The answer as it is sent to whoever understands these encodings."""
    body = answer.body
    if not isinstance(body, bytes) or len(body) < SMALLEST or not _is_page(answer):
        return answer
    answer.headers.append((b"vary", b"accept-encoding"))
    if "gzip" not in accept_encoding:
        return answer
    answer.headers.append((b"content-encoding", b"gzip"))
    answer.body = _gzip(body)
    return answer


def _is_page(answer: Answer) -> bool:
    return any(
        name == b"content-type" and value.startswith(_HTML) for name, value in answer.headers
    )


def _gzip(body: bytes) -> bytes:
    """RFC 1952, with a file name of random length."""
    name = secrets.token_hex(LONGEST_NAME)[: secrets.randbelow(LONGEST_NAME)].encode() + b"\0"
    head = struct.pack("<BBBBLBB", 0x1F, 0x8B, 8, _HAS_NAME, 0, 0, _UNKNOWN_SYSTEM) + name
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    tail = struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return head + packer.compress(body) + packer.flush() + tail
