"""Whether a document is what it says: hash, signature, certificate, QR code, place in the chain.

The codes are those that the authority answers with. Its amounts, parties and lines are checked by
`rules`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from addons.zatca.documents import qr
from addons.zatca.documents.certificates import (
    CertificateUnreadable,
    SigningCertificate,
    certificate_of,
)
from addons.zatca.documents.hashing import hex_in_base64
from addons.zatca.documents.reading import Reading, SignatureBlock, read
from addons.zatca.documents.signing import RIYADH
from core.api import phrase


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is not as it should be: the authority's code, and a sentence."""

    code: str
    message: str


def verify(xml: bytes, previous_hash: str | None = None) -> tuple[Flaw, ...]:
    """All flaws of a signed document; none if it is sound. `previous_hash` is what it should name
    as the hash before it; None leaves that open. Raises DocumentUnreadable."""
    return verified(read(xml), previous_hash)


def verified(reading: Reading, previous_hash: str | None = None) -> tuple[Flaw, ...]:
    """As `verify`, of a document that was read already."""
    try:
        certificate = certificate_of("".join(reading.signature.certificate.split()))
    except CertificateUnreadable:
        certificate = None
    flaws = [*_signature_flaws(reading, certificate), *_qr_flaws(reading, certificate)]
    if previous_hash is not None and reading.previous_hash != previous_hash:
        message = phrase("It does not follow the document that was made before it.")
        flaws.append(Flaw("KSA-13", message))
    return tuple(flaws)


def _signature_flaws(reading: Reading, certificate: SigningCertificate | None) -> Iterator[Flaw]:
    block = reading.signature
    if block.invoice_digest != reading.hash:
        message = phrase("Its content was changed after it was signed.")
        yield Flaw("invoiceSignedDataDigestValue", message)
    if certificate is None:
        yield Flaw("X509Certificate", phrase("It holds no certificate that can be read."))
        return
    if not _is_signed(reading, certificate):
        message = phrase("Its signature does not belong to its content and its certificate.")
        yield Flaw("signatureValue", message)
    if block.properties_digest != _properties_digest(block):
        message = phrase("What was signed beside its content was changed.")
        yield Flaw("xadesSignedPropertiesDigestValue", message)
    if block.certificate_digest != certificate.digest:
        message = phrase("It names the digest of another certificate.")
        yield Flaw("signingCertificateDigestValue", message)
    if (block.issuer, block.serial) != (certificate.issuer, str(certificate.serial)):
        message = phrase("It names another certificate than the one that it holds.")
        yield Flaw("X509IssuerSerial", message)
    if _has_expired(block.signed_at, certificate):
        message = phrase("It was signed when its certificate had expired.")
        yield Flaw("certificate-expired", message)


def _is_signed(reading: Reading, certificate: SigningCertificate) -> bool:
    try:
        value = base64.b64decode(reading.signature.value, validate=True)
        certificate.verifying_key().verify(value, reading.digest, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _properties_digest(block: SignatureBlock) -> str:
    """The digest of the signed properties as the authority takes it. Exclusive canonicalisation
    names the namespace of XML Signature on each of its elements, as the authority's text does; only
    that it closes empty elements in themselves is its own."""
    if block.properties is None:
        return ""
    text = etree.tostring(block.properties, method="c14n", exclusive=True, with_comments=False)
    return hex_in_base64(text.replace(b"></ds:DigestMethod>", b"/>"))


def _has_expired(signed_at: str, certificate: SigningCertificate) -> bool:
    """Only the end counts: samples of the authority were signed before their certificate began."""
    try:
        at = datetime.fromisoformat(signed_at)
    except ValueError:
        return False
    return (at if at.tzinfo else at.replace(tzinfo=RIYADH)) > certificate.not_after


def _qr_flaws(reading: Reading, certificate: SigningCertificate | None) -> Iterator[Flaw]:
    try:
        tags = qr.decoded(reading.qr)
    except qr.QrUnreadable:
        yield Flaw("QRCODE_INVALID", phrase("Its QR code cannot be read."))
        return
    for tag, (code, expected) in _expected_tags(reading, certificate).items():
        if tags.get(tag) not in expected:
            message = phrase("Its QR code says something else than the document.")
            yield Flaw(code, message)


def _expected_tags(
    reading: Reading, certificate: SigningCertificate | None
) -> dict[int, tuple[str, tuple[bytes | None, ...]]]:
    """What each tag may hold. Which of the totals belongs into tag 4 where they differ, versions of
    the authority's kit say differently."""
    issued = f"{reading.issue_date}T{reading.issue_time}".encode()
    found: dict[int, tuple[str, tuple[bytes | None, ...]]] = {
        qr.SELLER: ("SELLER_NAME_QRCODE_INVALID", (reading.seller.encode(),)),
        qr.VAT_NUMBER: ("VAT_NUMBER_QRCODE_INVALID", (reading.seller_vat.encode(),)),
        qr.ISSUED: ("TIMESTAMP_QRCODE_INVALID", (issued,)),
        qr.TOTAL: (
            "INVOICE_TOTAL_QRCODE_INVALID",
            tuple(total.encode() for total in reading.totals),
        ),
        qr.TAX: ("VAT_TOTAL_QRCODE_INVALID", (reading.tax.encode(),)),
        qr.HASH: ("INVOICE_HASH_QRCODE_INVALID", (reading.hash.encode(),)),
        qr.SIGNATURE: ("SIGNATURE_VALUE_QRCODE_INVALID", (reading.signature.value.encode(),)),
    }
    if certificate is not None:
        found[qr.PUBLIC_KEY] = ("PUBLIC_KEY_QRCODE_INVALID", (certificate.public_key,))
        stamp = (certificate.signature,) if reading.simplified else (certificate.signature, None)
        found[qr.CERTIFICATE_SIGNATURE] = ("CERTIFICATE_SIGNATURE_QRCODE_INVALID", stamp)
    return found
