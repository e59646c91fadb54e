"""What a device keeps sealed: its key, and what it shows to the authority."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy.orm import Session

from addons.zatca.authority.client import Credential
from addons.zatca.authority.csr import public_key_der
from addons.zatca.models import Device
from core.api import Conflict, open_secret, phrase, seal_secret


def seal(session: Session, device: Device, column: Any, plain: str | bytes) -> None:
    """Keep a secret of the device in this column, bound to its serial number."""
    content = plain.encode() if isinstance(plain, str) else plain
    setattr(device, column.key, seal_secret(session, column, content, serial=device.serial))


def signing_key(session: Session, device: Device) -> ec.EllipticCurvePrivateKey:
    """The device's key, opened; raises Conflict where it has none."""
    if not device.key:
        raise Conflict(phrase("{device} has no key.", device=device.name))
    key = load_pem_private_key(_opened(session, device, Device.key).encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def public_key(session: Session, device: Device) -> bytes:
    """The device's public key (SubjectPublicKeyInfo, DER), whoever holds the other half; raises
    Conflict where it has none."""
    if not device.of_till:
        return public_key_der(signing_key(session, device).public_key())
    if device.public_key is None:
        raise Conflict(
            phrase("{device} has no key.", device=device.name),
            fix=phrase("Its till has to be on and online: it makes the key."),
        )
    return device.public_key


def production_credential(session: Session, device: Device) -> Credential:
    """The token and secret of the certificate in use; raises Conflict where there is none."""
    if not device.production_token or not device.production_secret:
        raise Conflict(
            phrase("{device} has no certificate of the authority yet.", device=device.name),
            fix=phrase("Finish its registration under Devices."),
        )
    return Credential(
        _opened(session, device, Device.production_token),
        _opened(session, device, Device.production_secret),
    )


def compliance_credential(session: Session, device: Device) -> Credential:
    """The token and secret that compliance documents are shown with; raises Conflict."""
    if not device.compliance_token or not device.compliance_secret:
        raise Conflict(
            phrase("{device} has no compliance certificate yet.", device=device.name),
            fix=phrase("Enter a one-time password from the Fatoora portal first."),
        )
    return Credential(
        _opened(session, device, Device.compliance_token),
        _opened(session, device, Device.compliance_secret),
    )


def _opened(session: Session, device: Device, column: Any) -> str:
    return open_secret(session, column, device).decode()
