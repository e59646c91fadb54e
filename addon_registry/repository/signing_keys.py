"""The keys of a registry's roles, as they are at hand when something is to be signed."""

# pyright: reportPrivateImportUsage=false
# (securesystemslib.signer is where it documents its types; it declares no __all__)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from addon_registry import keys
from core.errors import InvalidInput
from core.i18n import phrase

SigningKeys = Mapping[str, Ed25519PrivateKey]
"""Private keys by their ids."""


class MissingKeys(InvalidInput):
    """Too few of the keys that a role needs are at hand."""

    code = "missing-keys"


def read_folders(folders: Iterable[Path], *, passphrase: str = "") -> SigningKeys:
    """All private keys in these folders (`*.pem`). Raises KeyUnusable for a file that is none."""
    files = [file for folder in folders for file in sorted(folder.glob("*.pem"))]
    read = (keys.read_private(file, passphrase=passphrase) for file in files)
    return {keys.key_id(key.public_key()): key for key in read}


def tuf_key(public: Ed25519PublicKey) -> SSlibKey:
    """The public key as metadata holds it, under the same id as everywhere else."""
    return SSlibKey.from_crypto(public, keyid=keys.key_id(public))


def signers(key_ids: Iterable[str], at_hand: SigningKeys) -> list[CryptoSigner]:
    """A signer for each of these keys that is at hand."""
    found = (at_hand[key_id] for key_id in dict.fromkeys(key_ids) if key_id in at_hand)
    return [CryptoSigner(key, tuf_key(key.public_key())) for key in found]


def missing(role: str, threshold: int, key_ids: Iterable[str], at_hand: SigningKeys) -> MissingKeys:
    """The error for a role that cannot be signed; it names the keys that are asked for."""
    wanted = [key_id for key_id in key_ids if key_id not in at_hand]
    return MissingKeys.of(
        "keys",
        phrase("To sign {role}, {count} of its keys are needed.", role=role, count=threshold),
        fix=phrase(
            "Give the folder that holds {keys} with --keys.",
            keys=", ".join(key_id[:12] for key_id in wanted) or "-",
        ),
    )
