"""Packages as publishers make them, and as somebody would who means harm."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from addon_registry import keys
from addon_registry.package import envelope
from addon_registry.package.building import build
from addon_registry.package.canonical import canonical
from addon_registry.package.contents import Contents, digest_of, to_bytes
from addon_registry.package.metadata import entry_points, record
from addon_registry.package.names import CONTENTS, dist_info, signature_path, wheel_name
from addon_registry.package.signing import PAYLOAD_TYPE, sign
from core.addons import manifest as manifests

STRANGERS = Path(__file__).parent / "strangers"
INFO = "aorabooks_addon_parcel-1.0.0.dist-info"
TOML = """
name = "parcel"
title = "Parcel"
summary = "As small as a package can be."
version = "1.0.0"
core = ">=1,<2"
"""

Entry = tuple[zipfile.ZipInfo | str, bytes]


def small_addon(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """The folder of an addon called parcel, with further files."""
    addon = folder / "parcel"
    written = {"addon.toml": TOML, "__init__.py": "", "plugin.py": '"""Nothing."""\n'}
    for path, content in {**written, **(files or {})}.items():
        place = addon / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return addon


def stranger(name: str, folder: Path) -> Path:
    """A copy of a stranger's addon, to be changed."""
    return Path(shutil.copytree(STRANGERS / name, folder / name))


@dataclass(frozen=True)
class Publisher:
    """A key, and the ring of those who know it."""

    key: Ed25519PrivateKey = field(default_factory=keys.generate)

    @property
    def ring(self) -> keys.Keyring:
        return keys.keyring([keys.PublisherKey("Corkwood Software", self.key.public_key())])

    def signed(self, addon: Path, out: Path) -> tuple[Path, Path]:
        """The addon's wheel and its signature."""
        wheel = build(addon, out).path
        return wheel, sign(wheel, self.key)

    def sign_anything(self, wheel: Path, **changed: str) -> Path:
        """A true signature under a wheel that `sign` would refuse; `changed` is said otherwise."""
        data = wheel.read_bytes()
        with zipfile.ZipFile(wheel) as archive:
            inner = [n for n in archive.namelist() if n.endswith(CONTENTS)]
            manifest = archive.read(inner[0]) if inner else b""
        statement = {
            "name": "parcel",
            "version": "1.0.0",
            "wheel_sha256": hashlib.sha256(data).hexdigest(),
            "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
            "key_id": keys.key_id(self.key.public_key()),
            "signed_at": "2026-03-01T10:00:00Z",
        } | changed
        payload = canonical(statement)
        signature = self.key.sign(envelope.pre_authentication(PAYLOAD_TYPE, payload))
        path = signature_path(wheel)
        path.write_bytes(envelope.to_bytes(payload, PAYLOAD_TYPE, statement["key_id"], signature))
        return path


def forged(
    out: Path,
    entries: list[Entry],
    *,
    declared: bool = True,
    toml: str = TOML,
    without: Collection[str] = (),
) -> Path:
    """A wheel with these entries beside the parcel's own; its manifest names them if `declared`.
    `without` names files of its own that are left out."""
    manifest = manifests.parse(TOML)
    info = dist_info(manifest)
    points = entry_points(manifest).encode()
    own: dict[str, bytes] = {"parcel/addon.toml": toml.encode(), f"{info}/entry_points.txt": points}
    own = {path: data for path, data in own.items() if path not in without}
    digests = {path: digest_of(data) for path, data in own.items()}
    if declared:
        digests |= {_name(entry): digest_of(data) for entry, data in entries}
    own[f"{info}/{CONTENTS}"] = to_bytes(Contents(manifest, digests))
    listed = {**digests, f"{info}/{CONTENTS}": digest_of(own[f"{info}/{CONTENTS}"])}
    own[f"{info}/RECORD"] = record(listed, f"{info}/RECORD").encode()
    out.mkdir(parents=True, exist_ok=True)
    path = out / wheel_name(manifest)
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in [*own.items(), *entries]:
            archive.writestr(entry, data)
    return path


def changed(wheel: Path, change: Callable[[bytearray], None]) -> Path:
    """The wheel with some of its bytes changed."""
    data = bytearray(wheel.read_bytes())
    change(data)
    wheel.write_bytes(data)
    return wheel


def _name(entry: zipfile.ZipInfo | str) -> str:
    return entry if isinstance(entry, str) else entry.filename
