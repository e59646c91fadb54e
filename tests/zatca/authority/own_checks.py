"""Hash, signature, certificate digest and QR of an e-invoice, verified from the published
specifications alone (ZATCA Security Features Implementation Standards; Data Dictionary).

Nothing here knows the product's code: two programs that agree are worth more than one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

NS: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
_QR_CODES: Final = {
    1: "SELLER_NAME_QRCODE_INVALID",
    2: "VAT_NUMBER_QRCODE_INVALID",
    3: "TIMESTAMP_QRCODE_INVALID",
    4: "INVOICE_TOTAL_QRCODE_INVALID",
    5: "VAT_TOTAL_QRCODE_INVALID",
    6: "INVOICE_HASH_QRCODE_INVALID",
    7: "SIGNATURE_VALUE_QRCODE_INVALID",
    8: "PUBLIC_KEY_QRCODE_INVALID",
    9: "CERTIFICATE_SIGNATURE_QRCODE_INVALID",
}


def invoice_hash(root: etree._Element) -> bytes:
    """SHA-256 of the canonical document without its extensions, stamp and QR reference."""
    copy = etree.fromstring(etree.tostring(root))
    left_out = (
        "ext:UBLExtensions | cac:Signature"
        " | cac:AdditionalDocumentReference[normalize-space(cbc:ID) = 'QR']"
    )
    for node in copy.xpath(left_out, namespaces=NS):
        before, parent = node.getprevious(), node.getparent()
        # What stands behind an element in lxml's tree belongs to the document, and stays.
        if before is not None:
            before.tail = (before.tail or "") + (node.tail or "")
        else:
            parent.text = (parent.text or "") + (node.tail or "")
        parent.remove(node)
    return hashlib.sha256(etree.tostring(copy, method="c14n", with_comments=False)).digest()


def previous_hash(root: etree._Element) -> str:
    """What the document says about the one before it."""
    path = (
        "cac:AdditionalDocumentReference[normalize-space(cbc:ID) = 'PIH']"
        "/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    )
    return _text(root, path)


def certificate_of(root: etree._Element) -> x509.Certificate | None:
    """The certificate inside the stamp; None where there is none that can be read."""
    try:
        return x509.load_der_x509_certificate(
            base64.b64decode(_text(root, ".//ds:X509Certificate"), validate=True)
        )
    except (ValueError, binascii.Error):
        return None


def signature_problems(root: etree._Element) -> set[str]:
    """Codes of what is wrong with the stamp."""
    digest = invoice_hash(root)
    stated = _text(root, ".//ds:Reference[@Id='invoiceSignedData']/ds:DigestValue")
    problems: set[str] = set()
    if stated != base64.b64encode(digest).decode():
        problems.add("invoiceSignedDataDigestValue")
    certificate = certificate_of(root)
    if certificate is None:
        return problems | {"signing-certificate"}
    if _hex_digest(_signed_properties(root)) != _text(
        root, ".//ds:Reference[@URI='#xadesSignedProperties']/ds:DigestValue"
    ):
        problems.add("signed-properties-hashing")
    text = _text(root, ".//ds:X509Certificate").encode()
    if _hex_digest(text) != _text(root, ".//xades:CertDigest/ds:DigestValue"):
        problems.add("signing-certificate-digest")
    if str(certificate.serial_number) != _text(root, ".//ds:X509SerialNumber"):
        problems.add("X509SerialNumber")
    issuer = ", ".join(
        f"{_short(name)}={name.value}" for name in reversed(list(certificate.issuer))
    )
    if issuer != _text(root, ".//ds:X509IssuerName"):
        problems.add("X509IssuerName")
    if not _stamped(root, digest, certificate):
        problems.add("signatureValue")
    return problems


def _stamped(root: etree._Element, digest: bytes, certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        signature = base64.b64decode(_text(root, ".//ds:SignatureValue"), validate=True)
        key.verify(signature, digest, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _signed_properties(root: etree._Element) -> bytes:
    """The properties as the authority serialises them: every ds element declares its namespace,
    empty elements close themselves."""
    node = root.find(".//xades:SignedProperties", NS)
    if node is None:
        return b""
    return _serialised(node, top=True).encode()


def _serialised(node: etree._Element, *, top: bool = False) -> str:
    name = etree.QName(node)
    prefix = "xades" if name.namespace == NS["xades"] else "ds"
    declared = f' xmlns:{prefix}="{name.namespace}"' if top or prefix == "ds" else ""
    given = "".join(f' {key}="{_escaped(str(value))}"' for key, value in node.attrib.items())
    inner = _escaped(node.text or "") + "".join(
        _serialised(child) + _escaped(child.tail or "") for child in node
    )
    start = f"<{prefix}:{name.localname}{declared}{given}"
    return f"{start}/>" if not inner else f"{start}>{inner}</{prefix}:{name.localname}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _short(name: x509.NameAttribute) -> str:
    return name.rfc4514_attribute_name


def _hex_digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).hexdigest().encode()).decode()


def qr_problems(root: etree._Element) -> set[str]:
    """Codes of the tags of the QR that say something else than the document."""
    path = (
        "cac:AdditionalDocumentReference[normalize-space(cbc:ID) = 'QR']"
        "/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    )
    try:
        told = qr_tags(base64.b64decode(_text(root, path), validate=True))
    except (ValueError, IndexError, binascii.Error):
        return {"QRCODE_INVALID"}
    party = "cac:AccountingSupplierParty/cac:Party"
    issued = f"{_text(root, 'cbc:IssueDate')}T{_text(root, 'cbc:IssueTime')}"
    meant = {
        1: _text(root, f"{party}/cac:PartyLegalEntity/cbc:RegistrationName").encode(),
        2: _text(root, f"{party}/cac:PartyTaxScheme/cbc:CompanyID").encode(),
        3: issued.encode(),
        4: _total(root, told.get(4, b"")),
        5: _text(root, "cac:TaxTotal/cbc:TaxAmount").encode(),
        6: base64.b64encode(invoice_hash(root)),
        7: _text(root, ".//ds:SignatureValue").encode(),
    }
    certificate = certificate_of(root)
    if certificate is not None:
        meant[8] = certificate.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        if _text(root, "cbc:InvoiceTypeCode/@name").startswith("02"):
            meant[9] = certificate.signature
    return {_QR_CODES[tag] for tag, value in meant.items() if told.get(tag) != value}


def _total(root: etree._Element, told: bytes) -> bytes:
    """What is payable. Kits before R3.4.8 compared the total with VAT: that one will do too."""
    payable, with_vat = (
        _text(root, f"cac:LegalMonetaryTotal/cbc:{name}").encode()
        for name in ("PayableAmount", "TaxInclusiveAmount")
    )
    return with_vat if told == with_vat else payable


def qr_tags(content: bytes) -> dict[int, bytes]:
    """Tag, length (BER) and value, one behind the other."""
    tags: dict[int, bytes] = {}
    place = 0
    while place < len(content):
        tag, length = content[place], content[place + 1]
        place += 2
        if length & 0x80:
            more = length & 0x7F
            length = int.from_bytes(content[place : place + more], "big")
            place += more
        value = content[place : place + length]
        if len(value) != length:
            raise ValueError("a tag is cut off")
        tags[tag] = value
        place += length
    return tags


def _text(root: etree._Element, path: str) -> str:
    found = root.xpath(path, namespaces=NS)
    if not found:
        return ""
    first = found[0]
    return first if isinstance(first, str) else (first.text or "").strip()
