"""Publishers' keys: Ed25519 (RFC 8032), in PEM files as RFC 8410 writes them.

A key is known by its id, the SHA-256 of its 32 public bytes in hex, so that nobody has to agree on
names for keys.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from addon_registry.errors import KeyUnusable
from core.i18n.phrases import phrase

OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class PublisherKey:
    """A publisher's public key, by the name that people know them by.

    One that is revoked verifies nothing any more, whenever it signed.
    """

    name: str
    public: Ed25519PublicKey
    revoked_at: datetime | None = None

    @property
    def key_id(self) -> str:
        return key_id(self.public)


Keyring = Mapping[str, PublisherKey]
"""The keys that are trusted or were, by their ids."""


def keyring(keys: Iterable[PublisherKey]) -> Keyring:
    """These keys by their ids."""
    return {key.key_id: key for key in keys}


def key_id(public: Ed25519PublicKey) -> str:
    """The SHA-256 of the raw public key, in hex."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()


def generate() -> Ed25519PrivateKey:
    """A new key, from the system's randomness."""
    return Ed25519PrivateKey.generate()


def write_private(path: Path, key: Ed25519PrivateKey, *, passphrase: str = "") -> None:
    """Write the key as PKCS #8, encrypted if there is a passphrase, for its owner's eyes alone.

    Raises KeyUnusable where there is a file already: a key that is overwritten is lost.
    """
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise KeyUnusable.of(
            "key",
            phrase("{path} exists already.", path=str(path)),
            fix=phrase("Choose another file; keys are never overwritten."),
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_private(path: Path, *, passphrase: str = "") -> Ed25519PrivateKey:
    """The key in this file. Raises KeyUnusable: not there, no Ed25519 key, wrong passphrase."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise KeyUnusable.of(
            "key",
            phrase("{path} cannot be read: {reason}.", path=str(path), reason=error.strerror or ""),
            fix=phrase("Name the file of your key."),
        ) from error
    try:
        key = load_pem_private_key(text, passphrase.encode() if passphrase else None)
    except TypeError as error:
        raise KeyUnusable.of(
            "passphrase",
            phrase("{path}: {reason}.", path=str(path), reason=str(error)),
            fix=phrase("Leave the passphrase out.")
            if passphrase
            else phrase("Give its passphrase."),
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnusable.of(
            "key",
            phrase("{path} is no private key, or its passphrase is another one.", path=str(path)),
            fix=phrase("Make a key with: aorabooks addon key FILE"),
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable.of(
            "key",
            phrase("{path} is no Ed25519 key.", path=str(path)),
            fix=phrase("Make a key with: aorabooks addon key FILE"),
        )
    return key


def public_text(public: Ed25519PublicKey) -> str:
    """The public key as PEM (SubjectPublicKeyInfo), to be given to others."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_public(text: str) -> Ed25519PublicKey:
    """The key that `public_text` wrote; raises KeyUnusable for anything else."""
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable.of(
            "key",
            phrase("This is no Ed25519 public key in PEM."),
            fix=phrase("Ask the publisher for the .pub file beside their key."),
        )
    return key
