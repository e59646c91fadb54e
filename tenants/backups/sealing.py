"""How a backup's streams are sealed: chunks of AES-256-GCM, in the way known as STREAM.

    stream   header, chunk 0, chunk 1, …, the last chunk
    header   8 bytes "AORABKP1", 32 random bytes of salt
    chunk    up to 1 MiB of content, sealed, and its tag of 16 bytes; all but the last are full
    nonce    11 bytes the chunk's number, big endian; 1 byte: 1 for the last chunk, else 0
    key      HKDF-SHA256 of the tenant's key, with the salt, for "aorabooks-backup:<stream's name>"

So no chunk can be changed, left out, moved, cut off or taken from another stream unnoticed, and
each can be opened by itself, whatever became of the others.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC: Final = b"AORABKP1"
CHUNK: Final = 1024 * 1024
TAG: Final = 16
KEY_BYTES: Final = 32
_SALT: Final = 32
HEADER: Final = len(MAGIC) + _SALT


class Damaged(Exception):
    """A stream does not open: changed, cut off, or sealed under another key. The message names
    the chunks."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A chunk of a stream: its content, or None where it is damaged."""

    number: int
    content: bytes | None


def seal(content: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    """The stream of this content: its header, then chunk by chunk."""
    salt = secrets.token_bytes(_SALT)
    cipher = _cipher(key, name, salt)
    yield MAGIC + salt
    number, rest = 0, bytearray()
    for part in content:
        rest += part
        # One byte more than a chunk says that this chunk is not the last.
        while len(rest) > CHUNK:
            yield cipher.encrypt(_nonce(number, last=False), bytes(rest[:CHUNK]), None)
            del rest[:CHUNK]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(rest), None)


def open_stream(sealed: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    """The content of a stream; raises Damaged at the first chunk that does not open."""
    for chunk in inspect(sealed, key, name):
        if chunk.content is None:
            raise Damaged(f"chunk {chunk.number} of the stream {name} does not open")
        yield chunk.content


def inspect(sealed: Iterable[bytes], key: bytes, name: str) -> Iterator[Opened]:
    """Every chunk of a stream, the damaged ones too; raises Damaged for a stream without a head."""
    blocks = _blocks(sealed, name)
    head = next(blocks)
    cipher = _cipher(key, name, head[len(MAGIC) :])
    number, held = 0, next(blocks, b"")
    for block in blocks:
        yield _opened(cipher, number, held, last=False)
        number, held = number + 1, block
    yield _opened(cipher, number, held, last=True)


def _blocks(sealed: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The head, then the sealed chunks."""
    wanted, rest = HEADER, bytearray()
    for part in sealed:
        rest += part
        while len(rest) >= wanted:
            block = bytes(rest[:wanted])
            if wanted == HEADER and not block.startswith(MAGIC):
                raise Damaged(f"the stream {name} does not begin as one of ours")
            yield block
            del rest[:wanted]
            wanted = CHUNK + TAG
    if wanted == HEADER:
        raise Damaged(f"the stream {name} has no beginning")
    if rest:
        yield bytes(rest)


def _opened(cipher: AESGCM, number: int, block: bytes, *, last: bool) -> Opened:
    try:
        return Opened(number, cipher.decrypt(_nonce(number, last=last), block, None))
    except (InvalidTag, ValueError):
        return Opened(number, None)


def _cipher(key: bytes, name: str, salt: bytes) -> AESGCM:
    expand = HKDF(SHA256(), KEY_BYTES, salt=salt, info=f"aorabooks-backup:{name}".encode())
    return AESGCM(expand.derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
