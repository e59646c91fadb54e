"""The stand-in's certificate authority: it reads what a request says, refuses what the real one
refuses, and certifies the key that the request was signed with."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

TEMPLATES = {
    "developer-portal": "TSTZATCA-Code-Signing",
    "simulation": "PREZATCA-Code-Signing",
    "core": "ZATCA-Code-Signing",
}
_TEMPLATE = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2")
_USER_ID = x509.ObjectIdentifier("0.9.2342.19200300.100.1.1")


class Refused(Exception):
    """The request is not what the authority certifies."""


@dataclass(frozen=True, slots=True)
class Device:
    """Whom a certificate is for: VAT number, the kinds of invoices, the public key."""

    vat_number: str
    kinds: str
    serial: str
    request: x509.CertificateSigningRequest


def read_request(text: str, environment: str) -> Device:
    """The device that asks; raises Refused."""
    try:
        request = x509.load_pem_x509_csr(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise Refused("not a request") from error
    key = request.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256k1":
        raise Refused("curve")
    if not request.is_signature_valid:
        raise Refused("signature")
    if [part.rfc4514_attribute_name for part in request.subject] != ["C", "OU", "O", "CN"]:
        raise Refused("subject")
    if any(len(str(part.value)) > 64 for part in request.subject):
        raise Refused("length")
    template = request.extensions.get_extension_for_oid(_TEMPLATE).value
    assert isinstance(template, x509.UnrecognizedExtension)
    if template.value[2:].decode() != TEMPLATES[environment]:
        raise Refused("Denied by Policy Module 0x80094800")
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    (name,) = names.get_values_for_type(x509.DirectoryName)
    serial, vat, kinds = (
        str(name.get_attributes_for_oid(oid)[0].value)
        for oid in (NameOID.SURNAME, _USER_ID, NameOID.TITLE)
    )
    if not re.fullmatch(r"1-(.+)\|2-(.+)\|3-(.+)", serial) or not re.fullmatch(r"3\d{13}3", vat):
        raise Refused("device")
    return Device(vat, kinds, serial, request)


class CertificateAuthority:
    """Issues certificates as the real one's look: an issuer of several domain components."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256K1())
        parts = [("local",), ("gov",), ("extgazt",)]
        self.name = x509.Name(
            [x509.NameAttribute(NameOID.DOMAIN_COMPONENT, part) for (part,) in parts]
            + [x509.NameAttribute(NameOID.COMMON_NAME, "STANDIN-EINVOICE-CA")]
        )

    def issue(self, device: Device, *, days: int = 5 * 365) -> str:
        """A token as the API hands it out: base64 of the certificate's base64."""
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(device.request.subject)
            .issuer_name(self.name)
            .public_key(device.request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=max(1, 1 - days)))
            .not_valid_after(now + timedelta(days=days))
            .sign(self.key, hashes.SHA256())
        )
        der = certificate.public_bytes(Encoding.DER)
        return base64.b64encode(base64.b64encode(der)).decode()
