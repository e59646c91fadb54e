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
    template = environment.template.encode("ascii")
    builder = (
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
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


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
