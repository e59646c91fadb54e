"""A document signed: signature, QR code and XAdES block put into the places kept for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from addons.zatca.documents.certificates import SigningCertificate
from addons.zatca.documents.hashing import base64_text
from addons.zatca.documents.parts.heading import attached
from addons.zatca.documents.parts.markup import block, leaf
from addons.zatca.documents.qr import qr_text
from addons.zatca.documents.ubl import DECLARATION, GAP, ROOT, Unsigned
from addons.zatca.documents.xades import METHOD, SIGNATURE_ID, extensions

RIYADH: Final = ZoneInfo("Asia/Riyadh")

_ECDSA: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
"""Nonces by RFC 6979: a signature depends on key and document alone, and a weak source of chance
cannot give the key away."""

_REFERENCE: Final = GAP.join(
    block(
        "cac:Signature",
        leaf("cbc:ID", SIGNATURE_ID),
        leaf("cbc:SignatureMethod", METHOD),
    )
)


class KeyMismatch(ValueError):
    """The certificate was not made for this key: nobody could verify what it signs."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A document as it is stored and sent, with what is asked of it later: `hash` goes with it to
    the authority and into the next document, `qr` onto paper."""

    xml: bytes
    hash: str
    signature: str
    qr: str


def sign(
    unsigned: Unsigned,
    key: ec.EllipticCurvePrivateKey,
    certificate: SigningCertificate,
    at: datetime,
) -> Signed:
    """Sign a document. `at` is an aware time, written as Riyadh's.

    The signature is over the 32 bytes of the hash, not over ds:SignedInfo: so the authority does
    it. Raises KeyMismatch."""
    if not certificate.belongs_to(key):
        raise KeyMismatch("The certificate does not belong to the key.")
    return stamped(unsigned, key.sign(unsigned.digest, _ECDSA), certificate, at)


def stamped(
    unsigned: Unsigned, signature: bytes, certificate: SigningCertificate, at: datetime
) -> Signed:
    """Put a signature (ECDSA, DER) that was made elsewhere into its document."""
    value = base64_text(signature)
    signed_at = at.astimezone(RIYADH).strftime("%Y-%m-%dT%H:%M:%S")
    block_of_signature = extensions(unsigned.hash, value, certificate, signed_at)
    qr = qr_text(unsigned, value, certificate)
    reference = GAP.join(attached("QR", qr))
    text = "".join(
        (
            DECLARATION,
            ROOT,
            block_of_signature,
            unsigned.before,
            reference,
            GAP,
            _REFERENCE,
            unsigned.after,
        )
    )
    return Signed(xml=text.encode(), hash=unsigned.hash, signature=value, qr=qr)
