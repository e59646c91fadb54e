"""`registry mirror`: a copy of a registry that anybody can hand out, verified as it is made.

A mirror needs no trust: it can withhold what is new until the timestamp expires, and nothing more.
"""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater

from addon_registry.repository import storage
from addon_registry.repository.asking import fetched
from addon_registry.repository.client import Registry
from addon_registry.repository.layout import (
    INDEX,
    RELEASES,
    metadata_folder,
    stored,
    targets_folder,
)
from addon_registry.repository.refusals import writing


@dataclass(frozen=True, slots=True)
class Mirrored:
    """How many files were fetched and how many bytes these are; the others were there already."""

    files: int
    size: int


def mirror(registry: Registry, folder: Path) -> Mirrored:
    """Bring the copy in this folder up to the registry.

    Clients of the copy see the old state until everything of the new one is there. Raises
    RegistryUnreachable and RegistryRefused as `Registry.refresh`, Unavailable if the folder takes
    nothing.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with storage.locked(folder):
        registry.refresh()
        return registry.ask(lambda updater: _copy(updater, registry.metadata_folder, folder))


def _copy(updater: Updater, verified: Path, folder: Path) -> Mirrored:
    updater.get_targetinfo(INDEX)  # brings the role that signs releases
    sizes = []
    for info in _targets(verified):
        place = targets_folder(folder) / stored(info.path, info.hashes["sha256"])
        if not place.is_file() or place.stat().st_size != info.length:
            content = fetched(updater, info)
            with writing(folder):
                storage.write(place, content)
            sizes.append(info.length)
    # The timestamp comes last: with it the copy's clients take the new state.
    with writing(folder):
        for source, name in _metadata(verified):
            storage.write(metadata_folder(folder) / name, source.read_bytes())
    return Mirrored(len(sizes), sum(sizes))


def _targets(verified: Path) -> Iterator[TargetFile]:
    for role in (Targets.type, RELEASES):
        metadata = Metadata[Targets].from_file(str(verified / f"{role}.json"))
        yield from metadata.signed.targets.values()


def _metadata(verified: Path) -> Iterator[tuple[Path, str]]:
    """The client's verified copies, under the names that a repository gives them."""
    for path in sorted((verified / "root_history").glob("*.root.json")):
        yield path, path.name
    for role in (Targets.type, RELEASES, Snapshot.type):
        metadata: Metadata[Any] = Metadata.from_file(str(verified / f"{role}.json"))
        yield verified / f"{role}.json", f"{metadata.signed.version}.{role}.json"
    yield verified / f"{Timestamp.type}.json", f"{Timestamp.type}.json"
