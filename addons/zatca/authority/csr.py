"""A device's key and its request for a certificate (PKCS #10), as the authority wants them filled.

Source: ZATCA, Security Features Implementation Standards, and the properties of its own kit: curve
secp256k1, the template's name as an extension, and the device itself as a directory name.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from addons.zatca.authority.environments import Environment

MAX_LENGTH: Final = 64
"""X.520's upper bound of a name's parts, which the authority enforces in characters."""

_TEMPLATE_NAME: Final = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2")
_USER_ID: Final = x509.ObjectIdentifier("0.9.2342.19200300.100.1.1")
_REGISTERED_ADDRESS: Final = x509.ObjectIdentifier("2.5.4.26")
_SERIAL: Final = re.compile(r"1-[^|]+\|2-[^|]+\|3-[^|]+")
_VAT_NUMBER: Final = re.compile(r"3[0-9]{13}3")
_TIN: Final = re.compile(r"[0-9]{10}")
_UTF8_STRING: Final = 0x0C
_SEQUENCE: Final = 0x30
_BIT_STRING: Final = 0x03
_ECDSA_WITH_SHA256: Final = bytes.fromhex("300a06082a8648ce3d040302")
"""AlgorithmIdentifier 1.2.840.10045.4.3.2 (RFC 5758), DER."""


class RequestInvalid(ValueError):
    """Something that the authority would refuse; `field` is the part of the request."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


@dataclass(frozen=True, slots=True)
class DeviceName:
    """Who the device is. `invoice_kinds` has a 1 for standard invoices first and for simplified
    ones second (1000, 0100, 1100); `serial` is 1-vendor|2-model|3-number. In a VAT group, whose
    VAT number has a 1 as its eleventh digit, `unit` is the member's TIN."""

    common_name: str
    serial: str
    vat_number: str
    unit: str
    organization: str
    invoice_kinds: str
    location: str
    industry: str
    country: str = "SA"


def new_key() -> ec.EllipticCurvePrivateKey:
    """A key for one device, on the curve that the authority signs certificates for."""
    return ec.generate_private_key(ec.SECP256K1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as text, for sealing; never stored as it is."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certificate_request(
    name: DeviceName, key: ec.EllipticCurvePrivateKey, environment: Environment
) -> bytes:
    """The request in PEM; raises RequestInvalid for what would be refused."""
    check(name)
    signed = _builder(name, environment).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def request_info(
    name: DeviceName, public_key: ec.EllipticCurvePublicKey, environment: Environment
) -> bytes:
    """What somebody else signs who holds the key: the CertificationRequestInfo (RFC 2986), DER.
    Raises RequestInvalid.

    cryptography writes a request only for the key that signs it. So it writes one for a key that
    nobody keeps, and the other takes its place: keys of one curve are equally long."""
    check(name)
    nobodys = new_key()
    written = _builder(name, environment).sign(nobodys, hashes.SHA256())
    return written.tbs_certrequest_bytes.replace(
        public_key_der(nobodys.public_key()), public_key_der(public_key)
    )


def signed_request(info: bytes, signature: bytes) -> bytes:
    """The request in PEM, of what was signed and its signature (ECDSA with SHA-256, DER)."""
    der = _element(_SEQUENCE, info + _ECDSA_WITH_SHA256 + _element(_BIT_STRING, b"\0" + signature))
    return x509.load_der_x509_csr(der).public_bytes(serialization.Encoding.PEM)


def info_of(pem: bytes) -> bytes:
    """What was signed of a request."""
    return x509.load_pem_x509_csr(pem).tbs_certrequest_bytes


def public_key_der(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as certificates and QR codes carry it: SubjectPublicKeyInfo, DER."""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _builder(name: DeviceName, environment: Environment) -> x509.CertificateSigningRequestBuilder:
    template = environment.template.encode("ascii")
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_subject(name))
        .add_extension(
            x509.UnrecognizedExtension(
                _TEMPLATE_NAME, bytes((_UTF8_STRING, len(template))) + template
            ),
            critical=False,
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.DirectoryName(_device(name))]), critical=False
        )
    )


def as_sent(pem: bytes) -> str:
    """The request as the API takes it: base64 of the PEM text."""
    return base64.b64encode(pem).decode("ascii")


def check(name: DeviceName) -> None:
    """Raise RequestInvalid for the first part that the authority would refuse."""
    for field in ("common_name", "unit", "organization", "location", "industry"):
        value = getattr(name, field)
        if not value.strip():
            raise RequestInvalid(field, "missing")
        if len(value) > MAX_LENGTH:
            raise RequestInvalid(field, "too_long")
    if not _SERIAL.fullmatch(name.serial):
        raise RequestInvalid("serial", "form")
    if not _VAT_NUMBER.fullmatch(name.vat_number):
        raise RequestInvalid("vat_number", "form")
    if name.invoice_kinds not in ("1000", "0100", "1100"):
        raise RequestInvalid("invoice_kinds", "form")
    if name.vat_number[10] == "1" and not _TIN.fullmatch(name.unit):
        raise RequestInvalid("unit", "tin")


def _subject(name: DeviceName) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, name.country),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, name.unit),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name.organization),
            x509.NameAttribute(NameOID.COMMON_NAME, name.common_name),
        ]
    )


def _device(name: DeviceName) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.SURNAME, name.serial),
            x509.NameAttribute(_USER_ID, name.vat_number),
            x509.NameAttribute(NameOID.TITLE, name.invoice_kinds),
            x509.NameAttribute(_REGISTERED_ADDRESS, name.location),
            x509.NameAttribute(NameOID.BUSINESS_CATEGORY, name.industry),
        ]
    )


def _element(tag: int, content: bytes) -> bytes:
    """An element in DER: tag, length, content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content
