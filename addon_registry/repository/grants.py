"""Who may publish, with which keys, and under which names: `publishers.json` of a registry.

The file is a target of the top-level role, whose keys stay away from the machine that publishes:
whoever takes that machine over can withhold releases, but cannot name another publisher.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from addon_registry import keys
from addon_registry.keys import Keyring


@dataclass(frozen=True, slots=True)
class GrantedKey:
    """A publisher's public key, raw in hexadecimal; from `revoked_at` on nothing signed with it
    is accepted any more, whenever it was signed, for the `reason` given."""

    key_id: str
    public: str
    revoked_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Somebody who publishes addons.

    `addons` are names, or beginnings of names followed by `*`; where those of two publishers fit
    a name, the longer one decides.
    """

    name: str
    keys: tuple[GrantedKey, ...]
    addons: tuple[str, ...]


def owner_of(publishers: Iterable[Publisher], addon: str) -> str | None:
    """The name of the publisher who may publish this addon, or None."""
    granted = (
        (_weight(grant), publisher.name)
        for publisher in publishers
        for grant in publisher.addons
        if _fits(grant, addon)
    )
    return max(granted, default=(None, None))[1]


def as_bytes(publishers: Iterable[Publisher]) -> bytes:
    """The file's content; the same publishers give the same bytes."""
    data = {"format": 1, "publishers": [asdict(publisher) for publisher in publishers]}
    return json.dumps(data, default=datetime.isoformat, indent=1, sort_keys=True).encode()


def from_bytes(content: bytes) -> tuple[Publisher, ...]:
    """The publishers in the file; raises ValueError, KeyError or TypeError if it is none."""
    return tuple(_publisher(entry) for entry in json.loads(content)["publishers"])


def keyring(publishers: Iterable[Publisher]) -> Keyring:
    """Everybody's public keys, to verify signatures with; revoked ones are marked as such.

    Raises ValueError for a public key that is none.
    """
    return keys.keyring(
        keys.PublisherKey(
            publisher.name,
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public)),
            key.revoked_at,
        )
        for publisher in publishers
        for key in publisher.keys
    )


def _publisher(entry: dict[str, Any]) -> Publisher:
    keys = tuple(
        GrantedKey(
            key_id=key["key_id"],
            public=key["public"],
            revoked_at=datetime.fromisoformat(key["revoked_at"]) if key["revoked_at"] else None,
            reason=key["reason"],
        )
        for key in entry["keys"]
    )
    return Publisher(entry["name"], keys, tuple(entry["addons"]))


def _fits(grant: str, addon: str) -> bool:
    return addon.startswith(grant[:-1]) if grant.endswith("*") else addon == grant


def _weight(grant: str) -> tuple[bool, int]:
    """A whole name weighs more than any beginning."""
    return not grant.endswith("*"), len(grant)
