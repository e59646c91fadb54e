"""The trust of a deployment in a registry: how it begins, and what is kept of it.

<folder>/
  registry.json   where it is asked
  root.json       its first metadata, which the operator gave
  metadata/       the client's own copy of what was verified
  files/          verified files, by their digests
  verified.json   which of them hold together, since when and until when
"""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import Metadata, Root

from addon_registry.repository import storage
from addon_registry.repository.fetching import Fetcher, as_url
from addon_registry.repository.layout import RELEASES
from addon_registry.repository.refusals import RegistryNotTrusted, refusal, writing
from core.errors import Conflict, InvalidInput
from core.i18n import phrase

MAX_ROOT_BYTES = 512_000
_ROLES = ("root", "timestamp", "snapshot", "targets", RELEASES)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the registry is asked, and the metadata with which trust in it begins."""

    locations: tuple[str, ...]
    root: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """The state that was verified last: digests of the two files, and its version and times."""

    version: int
    verified_at: datetime
    expires: datetime
    index: str
    publishers: str


def trust(
    folder: Path,
    location: str,
    *,
    root: bytes | None = None,
    fingerprint: str = "",
    mirrors: Iterable[str] = (),
) -> None:
    """Trust the registry at this location (a folder or an address) from now on.

    Its first metadata is given as `root`, or fetched and compared with the `fingerprint`, the
    SHA-256 that its keeper names. Said again with the same, it changes the locations. Raises
    InvalidInput for what is no such metadata or has another fingerprint, Conflict if another
    registry is trusted already, RegistryUnreachable if the location does not answer, Unavailable if
    the folder takes nothing.
    """
    locations = tuple(dict.fromkeys(as_url(each) for each in (location, *mirrors)))
    if root is None:
        root = _fetched_root(locations[0], fingerprint)
    _check_root(root)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with storage.locked(folder), writing(folder):
        begun = folder / "root.json"
        if begun.is_file() and begun.read_bytes() != root:
            raise Conflict(
                phrase("This deployment trusts another registry already."),
                fix=phrase("Remove the folder {folder} to end that.", folder=str(folder)),
            )
        for part in ("metadata", "targets", "files"):
            (folder / part).mkdir(exist_ok=True)
        storage.write(begun, root)
        storage.write(folder / "registry.json", json.dumps({"locations": locations}).encode())


def read_settings(folder: Path) -> Settings:
    """What `trust` wrote; raises RegistryNotTrusted if it did not."""
    try:
        data = json.loads((folder / "registry.json").read_bytes())
        return Settings(tuple(data["locations"]), (folder / "root.json").read_bytes())
    except FileNotFoundError:
        raise RegistryNotTrusted(
            phrase("This deployment trusts no registry yet."),
            fix=phrase("Name one with aorabooks registry trust."),
        ) from None


def read_verified(folder: Path) -> Verified | None:
    """The state that was verified last, if ever."""
    try:
        data = orjson.loads((folder / "verified.json").read_bytes())
    except FileNotFoundError:
        return None
    times = {key: datetime.fromisoformat(data[key]) for key in ("verified_at", "expires")}
    return Verified(**data | times)


def state_of(folder: Path, *, publishers: str, index: str, at: datetime) -> Verified:
    """Write down that the client's metadata was verified at this time, with these two files."""
    signed = {role: _signed(folder / "metadata" / f"{role}.json") for role in _ROLES}
    expires = min(datetime.fromisoformat(each["expires"]) for each in signed.values())
    verified = Verified(signed["timestamp"]["version"], at, expires, index, publishers)
    content = json.dumps(asdict(verified), default=datetime.isoformat)
    storage.write(folder / "verified.json", content.encode())
    return verified


def _signed(path: Path) -> dict[str, Any]:
    return orjson.loads(path.read_bytes())["signed"]


def _fetched_root(location: str, fingerprint: str) -> bytes:
    wanted = fingerprint.replace(":", "").replace(" ", "").lower()
    if not wanted:
        raise InvalidInput.of(
            "root",
            phrase("Trust in a registry cannot begin with what the network says."),
            fix=phrase("Give its root.json, or the fingerprint that its keeper names."),
        )
    with Fetcher() as fetcher:
        try:
            root = fetcher.download_bytes(f"{location}metadata/1.root.json", MAX_ROOT_BYTES)
        except DownloadError as error:
            raise refusal(location, error) from error
    if hashlib.sha256(root).hexdigest() != wanted:
        raise InvalidInput.of(
            "fingerprint",
            phrase("{location} has another fingerprint.", location=location),
            fix=phrase("Ask its keeper for the fingerprint once more, and look at the address."),
        )
    return root


def _check_root(root: bytes) -> None:
    """Raises InvalidInput unless this is root metadata that its own keys have signed."""
    try:
        metadata = Metadata[Root].from_bytes(root)
        metadata.signed.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError, AttributeError, TypeError) as error:
        raise InvalidInput.of(
            "root",
            phrase("This is no root metadata of a registry: {why}.", why=str(error).rstrip(".")),
            fix=phrase("Take metadata/1.root.json as the registry's keeper gives it to you."),
        ) from error
