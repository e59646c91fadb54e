"""What a till says in the call by which it registers with its own key."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from addons.zatca.authority.csr import public_key_der
from addons.zatca.models import Device
from addons.zatca.services.tills.asking import (
    Question,
    is_signed,
    is_waiting,
    keep_signatures,
    open_questions,
)
from core.api import Conflict, InvalidInput, phrase

_POINT: Final = 65
"""Bytes of an uncompressed point of secp256k1."""
_MOST_SIGNATURES: Final = 20
_UNCERTIFIED: Final = ("draft", "csr")
"""States in which no certificate speaks for the key yet."""


def take_answer(session: Session, device: Device, given: Mapping[str, Any]) -> dict[str, Any]:
    """Take a public key and signatures of the device's till; say what is left to be signed. Raises
    Conflict for another key than the certified one, InvalidInput for what is no key and for what
    the key did not sign."""
    session.refresh(device, with_for_update={"key_share": True})
    if given.get("device") != device.serial:
        raise Conflict(
            phrase("This till signs with another device by now."),
            fix=phrase("Load the feed again, and sign for the device that it names."),
        )
    _take_key(device, _public_key(given.get("public_key")))
    asked = open_questions(session, device)
    keep_signatures(device, asked, _signatures(device, asked, given.get("signatures")))
    session.flush()
    left = open_questions(session, device)
    return {
        "state": device.state,
        "sign": [
            {"id": one.id, "bytes": base64.b64encode(one.content).decode("ascii")} for one in left
        ],
    }


def _take_key(device: Device, key: bytes) -> None:
    if device.public_key == key:
        return
    if device.state in _UNCERTIFIED and is_waiting(device):
        device.public_key = key
    elif device.public_key is not None:
        raise Conflict(
            phrase("The device {device} was registered with another key.", device=device.name),
            fix=phrase("Take it out of use, and register a new device for this till."),
        )


def _public_key(text: Any) -> bytes:
    try:
        point = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
        if len(point) != _POINT:
            raise ValueError(len(point))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), point)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput.of(
            "public_key", phrase("This is no public key: 65 bytes of a point of secp256k1.")
        ) from error
    return public_key_der(key)


def _signatures(device: Device, asked: list[Question], given: Any) -> dict[str, bytes]:
    """The signatures of what is asked for; those of anything else are of yesterday."""
    found: dict[str, bytes] = {}
    wanted = {one.id: one.content for one in asked}
    for place, one in enumerate(given[:_MOST_SIGNATURES] if isinstance(given, list) else ()):
        key = one.get("id") if isinstance(one, dict) else None
        if not isinstance(key, str) or key not in wanted:
            continue
        signature = _bytes(one.get("signature"))
        if not is_signed(device, wanted[key], signature):
            raise InvalidInput.of(
                f"signatures.{place}", phrase("The key of this device did not sign this.")
            )
        found[key] = signature
    return found


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        return b""
