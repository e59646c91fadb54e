"""How the stand-in clears: the document with the authority's own stamp in its QR code, so that
whoever prints the seller's is found out."""

from __future__ import annotations

import base64
import re
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.zatca.authority.own_checks import qr_tags

_QR: Final = re.compile(
    rb"(<cbc:ID>QR</cbc:ID>.*?<cbc:EmbeddedDocumentBinaryObject[^>]*>)([^<]+)(<)", re.DOTALL
)


def stamped(xml: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The document with the signature of the authority in its QR code."""

    def anew(found: re.Match[bytes]) -> bytes:
        tags = qr_tags(base64.b64decode(found[2]))
        signature = key.sign(tags[6], ec.ECDSA(hashes.SHA256()))
        tags[7] = base64.b64encode(signature)
        content = b"".join(bytes((tag,)) + _length(value) + value for tag, value in tags.items())
        return found[1] + base64.b64encode(content) + found[3]

    return _QR.sub(anew, xml, count=1)


def _length(value: bytes) -> bytes:
    size = len(value)
    if size < 128:
        return bytes((size,))
    return bytes((0x81, size)) if size < 256 else bytes((0x82, size >> 8, size & 0xFF))
