"""A registry as its keeper has it in a test: its folder, its keys, one publisher, and releases of
small addons that are built and signed as a stranger would."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from addon_registry import keys
from addon_registry.package.building import build
from addon_registry.package.signing import sign
from addon_registry.repository.client import Registry
from addon_registry.repository.founding import Days, Founded, found
from addon_registry.repository.index import Release
from addon_registry.repository.publishers import add_publisher
from addon_registry.repository.publishing import publish
from addon_registry.repository.signing_keys import SigningKeys, read_folders
from addon_registry.repository.trust import trust

PUBLISHER = "Corkwood Software"
PLATFORM = {"accounting": "Accounting", "vat": "VAT"}
"""What comes with the platform, as far as these tests go."""
ONLINE = ("releases", "snapshot", "timestamp")


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")


PICTURE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", (1).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0]))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
"""One black pixel, as PNG writes it."""


@dataclass(frozen=True)
class Keeper:
    """Somebody who keeps a registry, with all its keys; the publisher's key is here, too."""

    work: Path
    founded: Founded
    publisher_key: Ed25519PrivateKey = field(default_factory=keys.generate)

    @property
    def folder(self) -> Path:
        return self.work / "registry"

    @property
    def at_hand(self) -> SigningKeys:
        return read_folders([self.work / "keys"])

    def only(self, *names: str) -> SigningKeys:
        """The keys of these files alone."""
        read = (keys.read_private(self.work / "keys" / f"{name}.pem") for name in names)
        return {keys.key_id(key.public_key()): key for key in read}

    def wheel(
        self,
        name: str,
        version: str,
        key: Ed25519PrivateKey | None = None,
        **said: str | Iterable[str],
    ) -> Path:
        """A signed wheel of a small addon."""
        path = build(self.source(name, version, **said), self.work / "dist").path
        sign(path, key or self.publisher_key)
        return path

    def source(self, name: str, version: str, **said: str | Iterable[str]) -> Path:
        """The folder of a small addon; `said` goes into its addon.toml, `files` beside it."""
        folder = self.work / "sources" / f"{name}-{version}" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        title = {"title": name.capitalize(), "summary": f"What {name} does.", "core": ">=1,<2"}
        lines = {"name": name, "version": version, **title, **said}
        toml = "\n".join(f"{key} = {_toml(value)}" for key, value in lines.items())
        texts: Mapping[str, str] = {
            "addon.toml": toml + "\n",
            "__init__.py": '"""A small addon."""\n',
            "plugin.py": '"""The table of contents."""\n',
            "README.md": f"# {name.capitalize()}\n",
            "CHANGELOG.md": f"# Changes\n\n## {version}\n\n- New.\n\n## 0.0.1\n\n- Old.\n",
        }
        for path, text in texts.items():
            (folder / path).write_text(text, encoding="utf-8")
        for picture in said.get("screenshots", ()):
            (folder / picture).write_bytes(PICTURE)
        return folder

    def publish(self, name: str, version: str, **said: str | Iterable[str]) -> Release:
        """A release of a small addon."""
        wheel = self.wheel(name, version, None, **said)
        return publish(self.folder, wheel, at_hand=self.at_hand, platform=PLATFORM)

    def trusting(self, folder: str = "trust", *, mirrors: Iterable[str] = ()) -> Registry:
        """The client of a deployment that trusts this registry, before it first asks."""
        place = self.work / folder
        trust(place, str(self.folder), fingerprint=self.founded.fingerprint, mirrors=mirrors)
        return Registry(place)


def keep(work: Path, *, addons: Iterable[str] = ("*",), now: datetime | None = None) -> Keeper:
    """A new registry with three root keys of which two sign, and one publisher."""
    founded = found(
        work / "registry", work / "keys", root_keys=3, threshold=2, days=Days(), now=now
    )
    keeper = Keeper(work, founded)
    public = keeper.publisher_key.public_key()
    add_publisher(keeper.folder, PUBLISHER, public, addons, at_hand=keeper.at_hand, now=now)
    return keeper


def _toml(value: str | Iterable[str]) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return "[" + ", ".join(f'"{each}"' for each in value) + "]"
