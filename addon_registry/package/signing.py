"""`aorabooks addon sign`: a publisher's statement about a wheel, and their signature under it.

The file `<wheel>.sig` is an envelope (`envelope`) whose payload names the digest of the wheel and
that of the manifest in it, so that both the file and what was unpacked from it can be verified.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from addon_registry.errors import UntrustedPackage
from addon_registry.keys import Keyring, PublisherKey, key_id
from addon_registry.package import envelope
from addon_registry.package.archive import load, read_archive
from addon_registry.package.canonical import canonical
from addon_registry.package.envelope import Envelope
from addon_registry.package.limits import MAX_SIGNATURE
from addon_registry.package.names import signature_path
from core.clock import utc_now
from core.i18n.phrases import Phrase, phrase

PAYLOAD_TYPE: Final = "application/vnd.aorabooks.addon+json"
_DIGEST: Final = r"^[0-9a-f]{64}$"


class Statement(BaseModel):
    """What a publisher says of a package: which addon, in which bytes, and when they said so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str
    wheel_sha256: str = Field(pattern=_DIGEST)
    manifest_sha256: str = Field(pattern=_DIGEST)
    key_id: str = Field(pattern=_DIGEST)
    signed_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement whose signature holds, and whose key it was made with."""

    statement: Statement
    publisher: PublisherKey


def sign(wheel: Path, key: Ed25519PrivateKey, *, at: datetime | None = None) -> Path:
    """Sign the wheel; returns the file of the signature, which lies beside it.

    Raises InvalidPackage for a file that is no proper package.
    """
    data = load(wheel)
    archive = read_archive(wheel.name, data)
    statement = Statement(
        name=archive.contents.manifest.name,
        version=archive.contents.manifest.version,
        wheel_sha256=hashlib.sha256(data).hexdigest(),
        manifest_sha256=archive.manifest_sha256,
        key_id=key_id(key.public_key()),
        signed_at=(at or utc_now()).replace(microsecond=0),
    )
    payload = canonical(statement.model_dump(mode="json"))
    signature = key.sign(envelope.pre_authentication(PAYLOAD_TYPE, payload))
    path = signature_path(wheel)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    beside.write_bytes(envelope.to_bytes(payload, PAYLOAD_TYPE, statement.key_id, signature))
    beside.replace(path)
    return path


def read_signature(signature: Path, keyring: Keyring) -> Signed:
    """The statement in this file, once its signature holds.

    Raises UntrustedPackage: no signature, an unknown or revoked key, or a signature that does not
    belong to the statement.
    """
    sealed = _read(signature)
    publisher = keyring.get(sealed.sealed_by.keyid)
    if publisher is None:
        raise _untrusted(phrase("it was signed with a key that is not known here"))
    if publisher.revoked_at is not None:
        day = publisher.revoked_at.date().isoformat()
        raise _untrusted(
            phrase("the key of {name} was revoked on {day}", name=publisher.name, day=day)
        )
    try:
        publisher.public.verify(sealed.sealed_by.sig, sealed.signed)
        statement = Statement.model_validate_json(sealed.payload)
    except (InvalidSignature, ValueError) as error:
        raise _untrusted(phrase("the signature does not hold")) from error
    if statement.key_id != publisher.key_id:
        raise _untrusted(phrase("the signature names another key"))
    return Signed(statement, publisher)


def _read(path: Path) -> Envelope:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIGNATURE + 1)
        sealed = envelope.from_bytes(data[:MAX_SIGNATURE])
    except FileNotFoundError as error:
        raise _untrusted(phrase("nobody has signed it")) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _untrusted(phrase("its signature cannot be read")) from error
    if sealed.payload_type != PAYLOAD_TYPE:
        raise _untrusted(phrase("its signature is not one of an addon"))
    return sealed


def _untrusted(reason: Phrase) -> UntrustedPackage:
    return UntrustedPackage(
        phrase("This package is not used: {reason}.", reason=reason),
        fix=phrase("Fetch it from its registry, or ask its publisher for a signed one."),
    )
