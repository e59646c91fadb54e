"""The QR code of an invoice: nine tags, each with its length, in base64 (ZATCA, Security Features
Implementation Standards 4, and its Detailed Guidelines)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Final

from addons.zatca.documents.certificates import SigningCertificate
from addons.zatca.documents.hashing import base64_text
from addons.zatca.documents.ubl import Unsigned

SELLER: Final = 1
VAT_NUMBER: Final = 2
ISSUED: Final = 3
TOTAL: Final = 4
TAX: Final = 5
HASH: Final = 6
SIGNATURE: Final = 7
PUBLIC_KEY: Final = 8
CERTIFICATE_SIGNATURE: Final = 9

LONGEST: Final = 1000
"""Characters that the code may have in the document (BR-CL-KSA-14)."""


class QrUnreadable(ValueError):
    """The text is no sequence of tags."""


def qr_text(unsigned: Unsigned, signature: str, certificate: SigningCertificate) -> str:
    """The code of a signed document. Documents that are cleared get theirs from the authority:
    their own carries no tag 9, as in the authority's samples."""
    stamp = unsigned.stamp
    tags: list[tuple[int, bytes]] = [
        (SELLER, stamp.seller.encode()),
        (VAT_NUMBER, stamp.vat_number.encode()),
        (ISSUED, stamp.issued.encode()),
        (TOTAL, stamp.total.encode()),
        (TAX, stamp.tax.encode()),
        (HASH, unsigned.hash.encode()),
        (SIGNATURE, signature.encode()),
        (PUBLIC_KEY, certificate.public_key),
    ]
    if unsigned.simplified:
        tags.append((CERTIFICATE_SIGNATURE, certificate.signature))
    return base64_text(encoded(tags))


def encoded(tags: Iterable[tuple[int, bytes]]) -> bytes:
    """Tags, lengths and values. Lengths count bytes, in BER: one byte up to 127."""
    found = bytearray()
    for tag, value in tags:
        found.append(tag)
        found += _length(len(value))
        found += value
    return bytes(found)


def decoded(text: str) -> dict[int, bytes]:
    """The values of a code by tag. Raises QrUnreadable."""
    try:
        content = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise QrUnreadable("not base64") from error
    values: dict[int, bytes] = {}
    position = 0
    while position < len(content):
        tag = content[position]
        length, position = _read_length(content, position + 1)
        if position + length > len(content):
            raise QrUnreadable(f"tag {tag} is cut off")
        values[tag] = content[position : position + length]
        position += length
    return values


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _read_length(content: bytes, position: int) -> tuple[int, int]:
    if position >= len(content):
        raise QrUnreadable("a length is missing")
    first = content[position]
    if first < 0x80:
        return first, position + 1
    end = position + 1 + (first & 0x7F)
    octets = content[position + 1 : end]
    if len(octets) != first & 0x7F or not octets:
        raise QrUnreadable("a length is cut off")
    return int.from_bytes(octets, "big"), end
