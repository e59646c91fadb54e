"""A device that may sign: a key, and a certificate of an authority of our own."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from addons.zatca.documents.certificates import SigningCertificate, certificate_of


@dataclass(frozen=True, slots=True)
class Signer:
    """Key and certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: SigningCertificate


@cache
def signer(until: datetime = datetime(2031, 1, 1, tzinfo=UTC), secret: int = 7) -> Signer:
    """A device whose key is always the same, so that its signatures are too."""
    key = ec.derive_private_key(secret, ec.SECP256K1())
    authority = ec.derive_private_key(11, ec.SECP256K1())
    issuer = x509.Name(
        [
            x509.NameAttribute(NameOID.DOMAIN_COMPONENT, "local"),
            x509.NameAttribute(NameOID.DOMAIN_COMPONENT, "tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Tests-CA"),
        ]
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Till 1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(379112742831380471835263969587287663520528387)
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(until)
        .sign(authority, hashes.SHA256(), ecdsa_deterministic=True)
    )
    der = base64.b64encode(made.public_bytes(Encoding.DER)).decode()
    return Signer(key, certificate_of(der))
