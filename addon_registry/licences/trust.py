"""Whose signatures count: the keys of the vendor, and what they were used for until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from addon_registry.keys import Keyring
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.signed import FindKey
from core.i18n import phrase


def vendor_key(keyring: Keyring, key_id: str, *, accept_revoked: bool = False) -> Ed25519PublicKey:
    """The vendor's key with this id.

    A revoked key verifies nothing new. What it signed before and was accepted then is still read
    with it (`accept_revoked`), because the date inside a text does not prove when it was signed.
    """
    known = keyring.get(key_id)
    if known is None:
        raise LicenceRefused(
            phrase("It is signed with the key {key}, which is not trusted here.", key=key_id[:16]),
            fix=phrase("If it is the vendor's, the operator adds the key: aorabooks licence key."),
        )
    if known.revoked_at is not None and not accept_revoked:
        raise LicenceRefused(
            phrase("It is signed with {name}'s key, which was revoked.", name=known.name),
            fix=phrase("Ask for one that is signed with the new key."),
        )
    return known.public


def of_vendor(keyring: Keyring, *, accept_revoked: bool = False) -> FindKey:
    """A finder of keys for texts that the vendor alone may sign."""

    def find(key_id: str, _header: Mapping[str, Any]) -> Ed25519PublicKey:
        return vendor_key(keyring, key_id, accept_revoked=accept_revoked)

    return find
