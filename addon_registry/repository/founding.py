"""`aorabooks registry init`: an empty repository and the keys of its roles."""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    Root,
    Snapshot,
    Targets,
    Timestamp,
)

from addon_registry import keys
from addon_registry.repository import storage
from addon_registry.repository.change import DAYS, Change, renew
from addon_registry.repository.layout import RELEASE_PATHS, RELEASES, metadata_folder
from addon_registry.repository.refusals import writing
from addon_registry.repository.signing_keys import signers, tuf_key
from addon_registry.repository.state import State
from core.clock import utc_now
from core.errors import Conflict, InvalidInput
from core.i18n import phrase

ONLINE: Final = (RELEASES, Snapshot.type, Timestamp.type)
"""The roles whose keys lie where addons are published; those of root and targets need not."""


@dataclass(frozen=True, slots=True)
class Days:
    """For how long each role's word holds once it is signed: the longer its keys are locked away,
    the longer; the timestamp's is what bounds how long newer releases can be held back."""

    root: int = 730
    targets: int = 365
    releases: int = 180
    snapshot: int = 30
    timestamp: int = 14


@dataclass(frozen=True, slots=True)
class Founded:
    """A new repository: its fingerprint, which deployments are told, and where its keys lie."""

    fingerprint: str
    root: Path
    keys: tuple[Path, ...]


def found(
    folder: Path,
    key_folder: Path,
    *,
    root_keys: int = 1,
    threshold: int = 1,
    days: Days | None = None,
    passphrase: str = "",
    now: datetime | None = None,
) -> Founded:
    """Make an empty repository and its keys.

    Raises Conflict if the folder is not empty, InvalidInput for a threshold that the keys cannot
    meet or a key folder that would be served, Unavailable where the folder takes nothing.
    """
    folder, key_folder = folder.absolute(), key_folder.absolute()
    _check(folder, key_folder, root_keys, threshold)
    names = [f"root-{number}" for number in range(1, root_keys + 1)]
    made = {name: keys.generate() for name in (*names, Targets.type, *ONLINE)}
    files = tuple(key_folder / f"{name}.pem" for name in made)
    written: list[Path] = []
    try:
        for file, key in zip(files, made.values(), strict=True):
            keys.write_private(file, key, passphrase=passphrase)
            written.append(file)
        first = _metadata(made, names, threshold, days or Days(), now or utc_now())
        with writing(folder):
            _write(folder, made, first, now or utc_now())
    except BaseException:
        for file in written:
            file.unlink(missing_ok=True)
        raise
    root = metadata_folder(folder) / "1.root.json"
    return Founded(hashlib.sha256(root.read_bytes()).hexdigest(), root, files)


def _check(folder: Path, key_folder: Path, root_keys: int, threshold: int) -> None:
    if not 1 <= threshold <= root_keys:
        raise InvalidInput.of(
            "threshold",
            phrase("{count} of {keys} keys cannot be asked for.", count=threshold, keys=root_keys),
            fix=phrase("Give a threshold between 1 and the number of keys."),
        )
    if key_folder.is_relative_to(folder):
        raise InvalidInput.of(
            "keys",
            phrase("Keys must not lie in the folder that is handed out."),
            fix=phrase("Choose a folder elsewhere."),
        )
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(
            phrase("{folder} is not empty.", folder=str(folder)),
            fix=phrase("Choose another folder; a registry is never made anew over an old one."),
        )


def _write(
    folder: Path,
    made: Mapping[str, Ed25519PrivateKey],
    first: Mapping[str, Metadata[Any]],
    now: datetime,
) -> None:
    """Fill a folder beside, which then takes the place of the empty one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        beside.chmod(0o755)
        root = metadata_folder(beside) / "1.root.json"
        storage.write(root, first[Root.type].to_bytes())
        by_id = {keys.key_id(key.public_key()): key for key in made.values()}
        change = Change(State(beside, **first, publishers=(), records={}), by_id, now)
        change.put_publishers(())
        change.put_records({})
        change.commit()
        beside.replace(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _metadata(
    made: Mapping[str, Ed25519PrivateKey],
    root_names: list[str],
    threshold: int,
    days: Days,
    now: datetime,
) -> dict[str, Metadata[Any]]:
    """Every role's metadata: the root signed, the others still to be signed for the first time."""
    public = {name: tuf_key(key.public_key()) for name, key in made.items()}
    root = _begun(Root(consistent_snapshot=True), days.root, now)
    for name in root_names:
        root.add_key(public[name], Root.type)
    root.roles[Root.type].threshold = threshold
    for role in (Targets.type, Snapshot.type, Timestamp.type):
        root.add_key(public[role], role)
    targets = _begun(Targets(version=1), days.targets, now)
    key_id = public[RELEASES].keyid
    role = DelegatedRole(RELEASES, [key_id], 1, terminating=True, paths=list(RELEASE_PATHS))
    targets.delegations = Delegations({key_id: public[RELEASES]}, {RELEASES: role})
    signed_root = Metadata(root)
    by_id = {public[name].keyid: made[name] for name in root_names}
    for signer in signers(by_id, by_id):
        signed_root.sign(signer, append=True)
    return {
        Root.type: signed_root,
        Targets.type: Metadata(targets),
        RELEASES: Metadata(_begun(Targets(version=1), days.releases, now)),
        Snapshot.type: Metadata(_begun(Snapshot(version=1), days.snapshot, now)),
        Timestamp.type: Metadata(_begun(Timestamp(version=1), days.timestamp, now)),
    }


def _begun(signed: Any, days: int, now: datetime) -> Any:
    signed.unrecognized_fields[DAYS] = days
    renew(signed, now)
    return signed
