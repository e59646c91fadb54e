"""What a signature says of its certificate: digest, issuer and serial number as the authority
compares them, and the two values that the QR code carries."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from addons.zatca.documents.hashing import hex_in_base64

_SHORT_NAMES = {
    NameOID.COMMON_NAME: "CN",
    NameOID.DOMAIN_COMPONENT: "DC",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COUNTRY_NAME: "C",
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
}


class CertificateUnreadable(ValueError):
    """What should be a certificate of a signing unit is none."""


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """A certificate as signatures and QR codes name it. `text` is the base64 of its DER form as it
    stands in the document; `public_key` is the SubjectPublicKeyInfo, `signature` the authority's
    signature of the certificate."""

    text: str
    digest: str
    issuer: str
    serial: int
    public_key: bytes
    signature: bytes
    not_before: datetime
    not_after: datetime

    def verifying_key(self) -> ec.EllipticCurvePublicKey:
        """The key that signatures are verified with."""
        key = x509.load_der_x509_certificate(base64.b64decode(self.text)).public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        return key

    def belongs_to(self, key: ec.EllipticCurvePrivateKey) -> bool:
        """Whether it certifies this very key."""
        own = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return own == self.public_key


@lru_cache(maxsize=256)
def certificate_of(text: str) -> SigningCertificate:
    """Read a certificate from its base64 text, which is what the authority's binarySecurityToken
    decodes to. Raises CertificateUnreadable."""
    try:
        der = base64.b64decode(text, validate=True)
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
    except (ValueError, binascii.Error) as error:
        raise CertificateUnreadable(str(error)) from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise CertificateUnreadable("The certificate's key is not of an elliptic curve.")
    return SigningCertificate(
        text=text,
        digest=hex_in_base64(text.encode("ascii")),
        issuer=issuer_name(certificate.issuer),
        serial=certificate.serial_number,
        public_key=key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        signature=certificate.signature,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def issuer_name(name: x509.Name) -> str:
    """A name as X509IssuerName has it: the last part first, as RFC 4514, with a blank after each
    comma."""
    return ", ".join(part.rfc4514_string(_SHORT_NAMES) for part in reversed(list(name.rdns)))
