"""Seals secrets under a master key that is in no database, and signs what travels.

Keys have ids, so that they can be rotated: new secrets are sealed under the first key, older
ones still open under theirs. Each use of a key works with a sub-key of its own.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.config import Config, ConfigError
from core.errors import SetupError

KEY_FILE = "secret.key"
_VARIABLE = "AORABOOKS_SECRET_KEY"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


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
        return f"{self._current}.{_encode(nonce + cipher.encrypt(nonce, plain, bound_to.encode()))}"

    def open(self, sealed: str, *, bound_to: str) -> bytes:
        """Decrypt; raises SealError if the value was changed or belongs elsewhere."""
        key_id, _, body = sealed.partition(".")
        if key_id not in self._keys:
            raise SealError(f"sealed under the key {key_id!r}, which is not in {_VARIABLE}")
        try:
            raw = _decode(body)
            cipher = AESGCM(self._derive(key_id, "seal"))
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError(f"the value sealed for {bound_to!r} does not open") from error

    def is_current(self, sealed: str) -> bool:
        """Whether it was sealed under the current key; if not, seal it anew when rotating."""
        return sealed.partition(".")[0] == self._current

    def sign(self, message: bytes, *, purpose: str) -> str:
        """A signature of the message, valid for this purpose only."""
        return f"{self._current}.{_encode(self._mac(self._current, message, purpose))}"

    def verify(self, message: bytes, signature: str, *, purpose: str) -> bool:
        """Whether the signature was made by `sign` for this message and purpose."""
        key_id, _, body = signature.partition(".")
        if key_id not in self._keys:
            return False
        try:
            given = _decode(body)
        except ValueError:
            return False
        return hmac.compare_digest(given, self._mac(key_id, message, purpose))

    def derive(self, purpose: str) -> bytes:
        """32 bytes that follow from the current key and the purpose, and reveal neither."""
        return self._derive(self._current, f"derive:{purpose}")

    def _mac(self, key_id: str, message: bytes, purpose: str) -> bytes:
        return hmac.digest(self._derive(key_id, f"sign:{purpose}"), message, sha256)

    def _derive(self, key_id: str, purpose: str) -> bytes:
        expand = HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"aorabooks:{purpose}".encode())
        return expand.derive(self._keys[key_id])


def load(config: Config) -> SecretBox:
    """The box of this installation: keys of the environment, or of a file made on first use."""
    if config.secret_key is not None:
        return SecretBox(_parse(config.secret_key, _VARIABLE))
    path = config.var / KEY_FILE
    if not path.exists():
        _create(path)
    try:
        return SecretBox(_parse(path.read_text(encoding="ascii").strip(), str(path)))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def generate() -> str:
    """A new key as the environment variable takes it: `id:key`."""
    return f"{secrets.token_hex(4)}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def _create(path: Path) -> None:
    """Put a new key there, unless another process was faster."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(descriptor, "w") as file:
            file.write(generate() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}): name another folder in AORABOOKS_VAR"
            f" or give the key in {_VARIABLE}"
        ) from error


def _parse(text: str, source: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, colon, encoded = part.strip().rpartition(":")
        key_id = key_id if colon else "0"
        try:
            key = _decode(encoded)
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES or not _KEY_ID.fullmatch(key_id) or key_id in keys:
            raise ConfigError(
                f"{source} must be 32 bytes in urlsafe base64, or several of them as"
                " id:key,id:key with different ids (letters, digits, - and _; current key first)"
            )
        keys[key_id] = key
    return keys


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not urlsafe base64") from error
