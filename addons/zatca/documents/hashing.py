"""The hash of a document: SHA-256 of its canonical form without extensions, QR code and signature
reference (ZATCA, Security Features Implementation Standards 2.3.3; Canonical XML 1.1)."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

CAC: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
EXT: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"


def sha256(content: bytes) -> bytes:
    """The 32 bytes."""
    return hashlib.sha256(content).digest()


def base64_text(content: bytes) -> str:
    """Base64 without line breaks."""
    return base64.b64encode(content).decode("ascii")


def hex_in_base64(content: bytes) -> str:
    """Base64 of the hexadecimal SHA-256: how certificate and signed properties are digested."""
    return base64_text(hashlib.sha256(content).hexdigest().encode("ascii"))


def digest_of(root: etree._Element) -> bytes:
    """The hash of a document that was parsed, whoever made it; the tree is left as it is."""
    return sha256(canonical_form(root))


def canonical_form(root: etree._Element) -> bytes:
    """The bytes that are hashed. Blanks around what is taken out stay."""
    copy = etree.fromstring(etree.tostring(root))
    for element in list(copy.iter(f"{EXT}UBLExtensions", f"{CAC}Signature")):
        _take_out(element)
    for element in list(copy.iter(f"{CAC}AdditionalDocumentReference")):
        if (element.findtext(f"{CBC}ID") or "").strip() == "QR":
            _take_out(element)
    return etree.tostring(copy, method="c14n", exclusive=False, with_comments=False)


def _take_out(element: etree._Element) -> None:
    """Remove an element, and leave the text behind it where it stood."""
    parent = element.getparent()
    if parent is None:
        return
    behind = element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + behind
    else:
        parent.text = (parent.text or "") + behind
    parent.remove(element)
