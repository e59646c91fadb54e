"""A device for samples: a new key, and a certificate by an authority that exists nowhere."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from addons.zatca.documents.certificates import SigningCertificate, certificate_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SampleDevice:
    """What signs samples; the certificate in PEM too, for validators that ask for it."""

    key: ec.EllipticCurvePrivateKey
    certificate: SigningCertificate
    pem: bytes


def new_device(at: datetime) -> SampleDevice:
    """A device whose certificate holds on this day and the one before and after."""
    key, authority = (ec.generate_private_key(ec.SECP256K1()) for _ in range(2))
    made = (
        x509.CertificateBuilder()
        .subject_name(_name("Samples"))
        .issuer_name(_name("Samples-CA"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _DAY)
        .not_valid_after(at + _DAY)
        .sign(authority, hashes.SHA256())
    )
    text = base64.b64encode(made.public_bytes(Encoding.DER)).decode("ascii")
    return SampleDevice(key, certificate_of(text), made.public_bytes(Encoding.PEM))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
