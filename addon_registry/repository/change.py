"""One change of a repository: everything is signed in memory, written under new names, and takes
effect with the rename of one file.

Clients begin at `timestamp.json`; the names of all other files hold a version or a digest. So a
change that is stopped anywhere before that rename leaves the repository as it was, and what it
left behind is overwritten by the next one.
"""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

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
from addon_registry.repository.signing_keys import SigningKeys, missing, signers
from addon_registry.repository.state import State

DAYS: Final = "x-expiry-days"
"""Where a role's metadata says for how many days it is signed each time."""


class Change:
    """What becomes of a repository; nothing is written before `commit`."""

    def __init__(self, state: State, at_hand: SigningKeys, now: datetime) -> None:
        self._state = state
        self._at_hand = at_hand
        self._now = now
        self._files: dict[Path, bytes] = {}
        self._touched: set[str] = set()
        self.targets = deepcopy(state.targets)
        self.releases = deepcopy(state.releases)
        self._snapshot = deepcopy(state.snapshot)
        self._timestamp = deepcopy(state.timestamp)
        self._root: Metadata[Root] | None = None

    def put_release_file(self, path: str, content: bytes) -> TargetFile:
        """Add a file of a release."""
        return self._put(self.releases.signed, RELEASES, path, content)

    def put_records(self, records: Records) -> None:
        """Replace the index."""
        self._put(self.releases.signed, RELEASES, INDEX, index_file.as_bytes(records))

    def put_publishers(self, publishers: Iterable[Publisher]) -> None:
        """Replace the list of publishers."""
        self._put(self.targets.signed, Targets.type, PUBLISHERS, grants.as_bytes(publishers))

    def put_root(self, root: Metadata[Root]) -> None:
        """Have this root from now on; it is signed already."""
        self._root = root

    def sign_anew(self, role: str) -> None:
        """Give a role a new version, though nothing else of it changes."""
        self._touched.add(role)

    def commit(self) -> None:
        """Sign and write. Raises MissingKeys before anything is written, OSError if the folder
        takes nothing; in both cases the repository is as it was."""
        metadata = metadata_folder(self._state.folder)
        signed: dict[Path, bytes] = {}
        for role, each in ((Targets.type, self.targets), (RELEASES, self.releases)):
            if role in self._touched:
                content = self._signed(role, each)
                version = each.signed.version
                signed[metadata / f"{version}.{role}.json"] = content
                self._snapshot.signed.meta[f"{role}.json"] = _meta(version, content)
                self._touched.add(Snapshot.type)
        if Snapshot.type in self._touched:
            content = self._signed(Snapshot.type, self._snapshot)
            version = self._snapshot.signed.version
            signed[metadata / f"{version}.snapshot.json"] = content
            self._timestamp.signed.snapshot_meta = _meta(version, content)
            self._touched.add(Timestamp.type)
        last: dict[Path, bytes] = {}
        if Timestamp.type in self._touched:
            last[metadata / "timestamp.json"] = self._signed(Timestamp.type, self._timestamp)
        self._write(signed, last)

    def _write(self, signed: dict[Path, bytes], last: dict[Path, bytes]) -> None:
        root = {}
        if self._root is not None:
            path = metadata_folder(self._state.folder) / f"{self._root.signed.version}.root.json"
            root[path] = self._root.to_bytes()
        # Signed with the old keys as well, the timestamp holds under both roots: then the new root
        # comes last. Where an old key is lost, only the new root makes the rest hold.
        steps = (last, root) if self._holds_under_old_root() else (root, last)
        for files in (self._files, signed, *steps):
            for path, content in files.items():
                storage.write(path, content)

    def _holds_under_old_root(self) -> bool:
        old = self._state.root.signed
        each: Metadata[Any]
        for role, each in (
            (Timestamp.type, self._timestamp),
            (Snapshot.type, self._snapshot),
            (Targets.type, self.targets),
        ):
            try:
                old.verify_delegate(role, each.signed_bytes, each.signatures)
            except UnsignedMetadataError:
                return False
        return True

    def _put(self, role: Targets, name: str, path: str, content: bytes) -> TargetFile:
        info = TargetFile.from_data(path, content, ["sha256"])
        role.targets[path] = info
        place = targets_folder(self._state.folder) / stored(path, info.hashes["sha256"])
        self._files[place] = content
        self._touched.add(name)
        return info

    def _signed(self, role: str, metadata: Metadata[Any]) -> bytes:
        """The next version of this metadata, signed with every key of the role at hand."""
        metadata.signed.version += 1
        renew(metadata.signed, self._now)
        metadata.signatures.clear()
        delegator = self._delegator(role)
        current = delegator.get_delegated_role(role)
        before = self._state.root.signed.roles.get(role)
        key_ids = [*current.keyids, *(before.keyids if before else ())]
        for signer in signers(key_ids, self._at_hand):
            metadata.sign(signer, append=True)
        try:
            delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
        except UnsignedMetadataError as error:
            raise missing(role, current.threshold, current.keyids, self._at_hand) from error
        return metadata.to_bytes()

    def _delegator(self, role: str) -> Root | Targets:
        if role == RELEASES:
            return self.targets.signed
        return self._state.root.signed if self._root is None else self._root.signed


def renew(signed: Signed, now: datetime) -> None:
    """Let the metadata hold for its days from now on."""
    days = int(signed.unrecognized_fields[DAYS])
    signed.expires = (now + timedelta(days=days)).replace(microsecond=0)


def _meta(version: int, content: bytes) -> MetaFile:
    return MetaFile.from_data(version, content, ["sha256"])
