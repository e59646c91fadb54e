"""The envelope of a signature: DSSE 1.0 (github.com/secure-systems-lab/dsse).

    {"payload": base64, "payloadType": "...", "signatures": [{"keyid": "...", "sig": base64}]}

What is signed is the payload with its type and both lengths before it, so that a signature that
was made for one purpose can never be shown for another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from addon_registry.package.canonical import canonical


class SealedBy(BaseModel):
    """One signature, and the id of the key that it was made with."""

    model_config = ConfigDict(frozen=True)

    keyid: str
    sig: Base64Bytes


class _Stored(BaseModel):
    payload: Base64Bytes
    payload_type: str = Field(alias="payloadType")
    signatures: list[SealedBy] = Field(min_length=1, max_length=1)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload of some type, with the one signature over both."""

    payload: bytes
    payload_type: str
    sealed_by: SealedBy

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over."""
        return pre_authentication(self.payload_type, self.payload)


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """DSSE's PAE: what is to be signed for a payload of this type."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def to_bytes(payload: bytes, payload_type: str, key_id: str, signature: bytes) -> bytes:
    """The envelope as a file."""
    stored = _Stored.model_construct(
        payload=payload,
        payload_type=payload_type,
        signatures=[SealedBy.model_construct(keyid=key_id, sig=signature)],
    )
    return canonical(stored.model_dump(mode="json", by_alias=True))


def from_bytes(data: bytes) -> Envelope:
    """The envelope in such a file; raises ValueError for anything else."""
    stored = _Stored.model_validate(json.loads(data))
    return Envelope(stored.payload, stored.payload_type, stored.signatures[0])
