"""A backup's manifest: what it is made of, so that it can be checked and opened by itself.

It is JSON beside the pieces, `<tenant's id>/<backup's id>/manifest.json`, written last: a backup
without one is not whole. Its `mac` is HMAC-SHA256 over everything else in it.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tenants.backups.sealing import KEY_BYTES, Damaged

FORMAT: Final = 1
NAME: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Piece:
    """One object at the destination: a part of a sealed stream, with its bytes and SHA-256."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Stream:
    """What was sealed as one stream, and the pieces that it was cut into. `content` counts the
    bytes before they were sealed."""

    name: str
    content: int
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Bytes at the destination."""
        return sum(piece.size for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`key` is the tenant's key, sealed under the master key for the tenant's id."""

    backup: str
    tenant: str
    taken_at: datetime
    key: str
    postgresql: str
    addons: Mapping[str, str]
    files: int
    streams: tuple[Stream, ...]

    def stream(self, name: str) -> Stream:
        """The stream of this name; raises Damaged if there is none."""
        for each in self.streams:
            if each.name == name:
                return each
        raise Damaged(f"the manifest names no stream {name}")

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Those of all streams."""
        return tuple(piece for stream in self.streams for piece in stream.pieces)

    @property
    def size(self) -> int:
        """Bytes of all pieces."""
        return sum(stream.size for stream in self.streams)


def write(manifest: Manifest, key: bytes) -> bytes:
    """The manifest as it is kept, with its mac."""
    fields = {"format": FORMAT, **asdict(manifest), "taken_at": manifest.taken_at.isoformat()}
    return json.dumps({**fields, "mac": _mac(fields, key)}, indent=1).encode()


def sealed_key(text: bytes) -> tuple[str, str]:
    """Whose it is, and the key that it holds sealed; nothing of this is proven yet. Raises
    Damaged."""
    fields = _fields(text)
    try:
        return str(fields["tenant"]), str(fields["key"])
    except KeyError as error:
        raise Damaged(f"the manifest has no {error}") from error


def read(text: bytes, key: bytes) -> Manifest:
    """The manifest, proven by its mac; raises Damaged."""
    fields = _fields(text)
    given = str(fields.pop("mac", ""))
    if not hmac.compare_digest(given, _mac(fields, key)):
        raise Damaged("the manifest was changed, or is sealed under another key")
    if fields["format"] != FORMAT:
        raise Damaged(f"the manifest has the format {fields['format']}, which is not known here")
    return Manifest(
        backup=fields["backup"],
        tenant=fields["tenant"],
        taken_at=datetime.fromisoformat(fields["taken_at"]),
        key=fields["key"],
        postgresql=fields["postgresql"],
        addons=fields["addons"],
        files=fields["files"],
        streams=tuple(
            Stream(each["name"], each["content"], tuple(Piece(**piece) for piece in each["pieces"]))
            for each in fields["streams"]
        ),
    )


def _fields(text: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise Damaged("the manifest is no JSON") from error
    if not isinstance(fields, dict):
        raise Damaged("the manifest is no JSON object")
    return fields


def _mac(fields: Mapping[str, Any], key: bytes) -> str:
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"aorabooks-backup:manifest").derive(key)
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(derived, canonical, sha256).hex()
