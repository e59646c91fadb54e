"""What a till that holds the key signs for its device's registration.

`Device.asked` says what is being asked for: the request for a certificate, or the documents that
the device must master. Both are written again whenever they are needed, from the same data; what
was signed counts as long as it comes out the same.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy.orm import Session

from addons.zatca.authority.csr import info_of, request_info, signed_request
from addons.zatca.authority.environments import ENVIRONMENTS
from addons.zatca.documents.certificates import SigningCertificate
from addons.zatca.documents.signing import Signed, stamped
from addons.zatca.models import Device
from addons.zatca.options import ZatcaOptions
from addons.zatca.services.keyring import public_key
from addons.zatca.services.onboarding.naming import device_name
from addons.zatca.services.onboarding.rehearsal import Rehearsed, new_uuids, rehearse
from addons.zatca.services.preparing.parties import seller_of
from core.api import options, utc_now

_REQUEST: Final = "request"
_DOCUMENTS: Final = "documents"
_STAY_FRESH: Final = timedelta(hours=20)
"""Simplified invoices that were issued longer ago are late (BR-KSA-98)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Bytes to be signed (ECDSA with SHA-256)."""

    id: str
    content: bytes


def ask_for_request(device: Device) -> None:
    """Ask for a key, where none is known, and for the signature of the request."""
    device.asked = {"what": _REQUEST}


def ask_for_documents(device: Device) -> None:
    """Ask for the signatures of documents that are issued now."""
    asked = {"what": _DOCUMENTS, "at": utc_now().isoformat(), "uuids": new_uuids()}
    device.asked = {**asked, "signatures": {}}


def open_questions(session: Session, device: Device) -> list[Question]:
    """What the till has not signed yet. Raises InvalidInput where the device cannot be named."""
    asked = device.asked
    if asked is None or device.public_key is None:
        return []
    if asked["what"] == _REQUEST:
        return [Question(_REQUEST, request_of(session, device))]
    return [
        Question(one.uuid, one.unsigned.digest)
        for one in _rehearsed(session, device, asked)
        if one.uuid not in asked["signatures"]
    ]


def is_waiting(device: Device) -> bool:
    """Whether the till has to sign something."""
    asked = device.asked
    if asked is None:
        return False
    return asked["what"] == _REQUEST or not asked["signatures"]


def keep_signatures(device: Device, asked: list[Question], signatures: Mapping[str, bytes]) -> None:
    """Take signatures of these questions, which have been verified: all of them, or none."""
    if not asked or {one.id for one in asked} != signatures.keys() or device.asked is None:
        return
    if device.asked["what"] == _REQUEST:
        (question,) = asked
        device.csr = signed_request(question.content, signatures[question.id]).decode("ascii")
        device.asked = None
        if device.state == "draft":
            device.state = "csr"
        return
    text = {key: base64.b64encode(value).decode("ascii") for key, value in signatures.items()}
    device.asked = {**device.asked, "signatures": text}


def request_of(session: Session, device: Device) -> bytes:
    """The request as it is to be signed today."""
    name = device_name(session, device, industry=options(session, ZatcaOptions).industry)
    key = load_der_public_key(public_key(session, device))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return request_info(name, key, ENVIRONMENTS[device.environment])


def request_is_signed(session: Session, device: Device) -> bool:
    """Whether the request that the till signed says what is true today."""
    return bool(device.csr) and info_of(device.csr.encode()) == request_of(session, device)


def signed_documents(
    session: Session, device: Device, certificate: SigningCertificate
) -> list[tuple[str, Signed]] | None:
    """The documents to show with their UUIDs, signed by the till; None where it has not signed
    what they are today."""
    asked = device.asked
    if asked is None or asked["what"] != _DOCUMENTS:
        return None
    at = datetime.fromisoformat(asked["at"])
    if at < utc_now() - _STAY_FRESH:
        return None
    found = []
    for one in _rehearsed(session, device, asked):
        signature = _decoded(asked["signatures"].get(one.uuid, ""))
        if not is_signed(device, one.unsigned.digest, signature):
            return None
        found.append((one.uuid, stamped(one.unsigned, signature, certificate, at)))
    return found


def is_signed(device: Device, content: bytes, signature: bytes) -> bool:
    """Whether the key of the device signed this."""
    if device.public_key is None:
        return False
    key = load_der_public_key(device.public_key)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _rehearsed(session: Session, device: Device, asked: Mapping[str, Any]) -> list[Rehearsed]:
    seller = seller_of(session, device.branch_id)
    at = datetime.fromisoformat(asked["at"])
    return rehearse(seller, device.invoice_kinds, at, asked["uuids"])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
