"""Seals secrets under a master key that is in no database, and signs what travels.

Keys have ids, so that they can be rotated: new secrets are sealed under the first key, older
ones still open under theirs. Each use of a key works with a sub-key of its own.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core import master_key
from core.config import Config
from core.errors import SetupError
from core.master_key import KEY_BYTES, decode, encode, generate

__all__ = ["SealError", "SecretBox", "generate", "key_id_of", "load"]

_NONCE_BYTES: Final = 12


class SealError(SetupError):
    """A sealed value does not open: changed, moved to another place, or its key is not here."""


class SecretBox:
    """Encrypts, signs and derives with the keys of this installation. Thread-safe."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """`keys` by id; the first one is current."""
        self._keys = dict(keys)
        self._current = next(iter(self._keys))

    def seal(self, plain: bytes, *, bound_to: str) -> str:
        """Encrypt. The result opens only for the same `bound_to`, such as the row it is kept in."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = AESGCM(self._derive(self._current, "seal"))
        body = nonce + cipher.encrypt(nonce, plain, bound_to.encode())
        return f"{self._current}.{encode(body)}"

    def open(self, sealed: str, *, bound_to: str) -> bytes:
        """Decrypt; raises SealError if the value was changed or belongs elsewhere."""
        key_id, _, body = sealed.partition(".")
        if key_id not in self._keys:
            raise SealError(f"sealed under the key {key_id!r}, which is not among the master keys")
        try:
            raw = decode(body)
            cipher = AESGCM(self._derive(key_id, "seal"))
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError(f"the value sealed for {bound_to!r} does not open") from error

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys, the current one first."""
        return tuple(self._keys)

    def is_current(self, sealed: str) -> bool:
        """Whether it was sealed under the current key; if not, seal it anew when rotating."""
        return key_id_of(sealed) == self._current

    def sign(self, message: bytes, *, purpose: str) -> str:
        """A signature of the message, valid for this purpose only."""
        return f"{self._current}.{encode(self._mac(self._current, message, purpose))}"

    def verify(self, message: bytes, signature: str, *, purpose: str) -> bool:
        """Whether the signature was made by `sign` for this message and purpose."""
        key_id, _, body = signature.partition(".")
        if key_id not in self._keys:
            return False
        try:
            given = decode(body)
        except ValueError:
            return False
        return hmac.compare_digest(given, self._mac(key_id, message, purpose))

    def derive(self, purpose: str) -> bytes:
        """32 bytes that follow from the current key and the purpose, and reveal neither."""
        return self._derive(self._current, f"derive:{purpose}")

    def derivations(self, purpose: str) -> tuple[bytes, ...]:
        """The same from each of the keys, the current one first."""
        return tuple(self._derive(key_id, f"derive:{purpose}") for key_id in self._keys)

    def _mac(self, key_id: str, message: bytes, purpose: str) -> bytes:
        return hmac.digest(self._derive(key_id, f"sign:{purpose}"), message, sha256)

    def _derive(self, key_id: str, purpose: str) -> bytes:
        expand = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"aorabooks:{purpose}".encode())
        return expand.derive(self._keys[key_id])


def key_id_of(sealed: str) -> str:
    """The id of the key that a value is sealed under."""
    return sealed.partition(".")[0]


def load(config: Config) -> SecretBox:
    """The box of this installation; raises ConfigError where its keys cannot be had."""
    return SecretBox(master_key.read(config))
