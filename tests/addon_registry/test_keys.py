"""A publisher's key is made once, read again with its passphrase, and known by its digest."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from addon_registry import keys
from addon_registry.errors import KeyUnusable


def test_a_key_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    key = keys.generate()
    keys.write_private(tmp_path / "open.pem", key)
    keys.write_private(tmp_path / "closed.pem", key, passphrase="a long one")
    for path, passphrase in (("open.pem", ""), ("closed.pem", "a long one")):
        again = keys.read_private(tmp_path / path, passphrase=passphrase)
        assert keys.key_id(again.public_key()) == keys.key_id(key.public_key())
    assert b"ENCRYPTED" in (tmp_path / "closed.pem").read_bytes()


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    keys.write_private(tmp_path / "deep" / "key.pem", keys.generate())
    assert stat.S_IMODE((tmp_path / "deep" / "key.pem").stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    keys.write_private(path, keys.generate())
    before = path.read_bytes()
    with pytest.raises(KeyUnusable, match="exists already"):
        keys.write_private(path, keys.generate())
    assert path.read_bytes() == before


def test_the_id_is_the_digest_of_the_raw_public_key() -> None:
    public = keys.generate().public_key()
    assert keys.key_id(public) == hashlib.sha256(public.public_bytes_raw()).hexdigest()
    known = keys.PublisherKey("Corkwood", public)
    assert keys.keyring([known]) == {keys.key_id(public): known}


def test_the_public_half_can_be_given_to_others() -> None:
    public = keys.generate().public_key()
    assert keys.key_id(keys.read_public(keys.public_text(public))) == keys.key_id(public)


def _elliptic(path: Path) -> None:
    key = generate_private_key(SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize(
    ("write", "passphrase", "says"),
    [
        (lambda path: None, "", "cannot be read"),
        (lambda path: path.write_text("no key"), "", "is no private key"),
        (_elliptic, "", "is no Ed25519 key"),
        (lambda path: keys.write_private(path, keys.generate(), passphrase="x"), "", "passphrase"),
        (lambda path: keys.write_private(path, keys.generate(), passphrase="x"), "y", "another"),
        (lambda path: keys.write_private(path, keys.generate()), "y", "Leave the passphrase out"),
    ],
)
def test_what_is_no_key_is_refused_with_the_way_out(
    tmp_path: Path, write, passphrase: str, says: str
) -> None:
    path = tmp_path / "key.pem"
    write(path)
    with pytest.raises(KeyUnusable) as refused:
        keys.read_private(path, passphrase=passphrase)
    assert says in f"{refused.value.message} {refused.value.fix}"
    assert refused.value.fix


def test_what_is_no_public_key_is_refused() -> None:
    with pytest.raises(KeyUnusable, match="no Ed25519 public key"):
        keys.read_public("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
