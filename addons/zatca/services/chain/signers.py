"""What a device signs with, opened for as long as a transaction makes documents."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from addons.zatca.documents.certificates import SigningCertificate, certificate_of
from addons.zatca.models import Device
from addons.zatca.services.keyring import signing_key


@dataclass(frozen=True, slots=True)
class Signer:
    """Key and certificate of a device."""

    key: ec.EllipticCurvePrivateKey
    certificate: SigningCertificate


def signer_of(session: Session, device: Device) -> Signer:
    """Open a device's key and read its certificate. Raises core.secrets.SealError where the key
    cannot be opened, and CertificateUnreadable."""
    text = base64.b64encode(device.certificate or b"").decode("ascii")
    return Signer(signing_key(session, device), certificate_of(text))
