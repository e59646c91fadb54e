"""A repository as it lies in its folder: the metadata that its timestamp vouches for."""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.exceptions import RepositoryError, StorageError
from tuf.api.metadata import Metadata, Role, Root, Snapshot, Targets, Timestamp

from addon_registry.repository import grants, index_file, storage
from addon_registry.repository.grants import Publisher
from addon_registry.repository.index_file import Records
from addon_registry.repository.layout import (
    INDEX,
    PUBLISHERS,
    RELEASES,
    metadata_folder,
    stored,
    targets_folder,
)
from addon_registry.repository.refusals import writing
from core.errors import NotFound
from core.i18n import phrase


class NoRepository(NotFound):
    """The folder holds no registry, or one that cannot be read."""

    code = "no-registry"


@dataclass(frozen=True, slots=True)
class State:
    """The current metadata of every role, and what the two files that clients read say."""

    folder: Path
    root: Metadata[Root]
    targets: Metadata[Targets]
    releases: Metadata[Targets]
    snapshot: Metadata[Snapshot]
    timestamp: Metadata[Timestamp]
    publishers: tuple[Publisher, ...]
    records: Records


def read(folder: Path) -> State:
    """The state of the repository in this folder; raises NoRepository if there is none."""
    metadata = metadata_folder(folder)
    try:
        root = newest_root(folder)
        timestamp = Metadata[Timestamp].from_file(str(metadata / "timestamp.json"))
        at = timestamp.signed.snapshot_meta.version
        snapshot = Metadata[Snapshot].from_file(str(metadata / f"{at}.snapshot.json"))
        targets, releases = (
            Metadata[Targets].from_file(str(metadata / _versioned(snapshot.signed, role)))
            for role in (Targets.type, RELEASES)
        )
        publishers = grants.from_bytes(_content(folder, targets.signed, PUBLISHERS))
        records = index_file.from_bytes(_content(folder, releases.signed, INDEX))
    except (RepositoryError, StorageError, OSError, ValueError, KeyError, TypeError) as error:
        raise _no_repository(folder, error) from error
    return State(folder, root, targets, releases, snapshot, timestamp, publishers, records)


@contextmanager
def held(folder: Path) -> Iterator[State]:
    """The state, for oneself until the block ends; others who want to change it wait.

    Raises NoRepository, and Unavailable where the folder takes nothing.
    """
    if not metadata_folder(folder).is_dir():
        raise _no_repository(folder, "it has no metadata")
    with storage.locked(folder), writing(folder):
        yield read(folder)


def roles(state: State) -> Iterator[tuple[str, Metadata[Any], Role]]:
    """Every role with its metadata and with what is asked of its signatures."""
    root, targets = state.root.signed, state.targets.signed
    yield Root.type, state.root, root.get_delegated_role(Root.type)
    yield Targets.type, state.targets, root.get_delegated_role(Targets.type)
    yield RELEASES, state.releases, targets.get_delegated_role(RELEASES)
    yield Snapshot.type, state.snapshot, root.get_delegated_role(Snapshot.type)
    yield Timestamp.type, state.timestamp, root.get_delegated_role(Timestamp.type)


def newest_root(folder: Path) -> Metadata[Root]:
    """The root metadata with the highest version. Raises StorageError if there is none."""
    numbers = (
        int(path.name.partition(".")[0]) for path in metadata_folder(folder).glob("*.root.json")
    )
    newest = max(numbers, default=1)
    return Metadata[Root].from_file(str(metadata_folder(folder) / f"{newest}.root.json"))


def _versioned(snapshot: Snapshot, role: str) -> str:
    return f"{snapshot.meta[f'{role}.json'].version}.{role}.json"


def _content(folder: Path, role: Targets, path: str) -> bytes:
    digest = role.targets[path].hashes["sha256"]
    return (targets_folder(folder) / stored(path, digest)).read_bytes()


def _no_repository(folder: Path, why: object) -> NoRepository:
    return NoRepository(
        phrase(
            "{folder} holds no registry that can be read: {why}.", folder=str(folder), why=str(why)
        ),
        fix=phrase("Name its folder, make one with aorabooks registry init, or restore it."),
    )
