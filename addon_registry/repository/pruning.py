"""What a registry's folder holds that nobody can be led to any more, and taking it away.

Metadata and lists that a change has replaced, files of releases that the signed metadata does not
name, and what changes left that were stopped. Roots stay for all time: a client that was away for
long follows them one by one.

Whoever reads while something is replaced holds older metadata still, and asks for what that leads
to. So what was named until lately stays for a while, and so does what a change under way has
written before any metadata names it.
"""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Final

from tuf.api.metadata import Metadata, Snapshot, Targets

from addon_registry.repository import state
from addon_registry.repository.layout import (
    INDEX,
    PUBLISHERS,
    RELEASES,
    metadata_folder,
    stored,
    targets_folder,
)
from addon_registry.repository.state import State
from core.clock import utc_now

KEPT: Final = timedelta(days=2)
"""How long superseded files stay for clients and mirrors that are in the middle of reading."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The files that nobody is led to, below the registry's folder, and how many bytes they are."""

    files: tuple[str, ...]
    size: int


def prune(folder: Path, *, remove: bool, now: datetime | None = None) -> Pruned:
    """Find what no metadata of the last `KEPT` names and is older than that, and `remove` it.

    Needs no key. Raises NoRepository if there is no registry, Unavailable if the folder takes
    nothing. Killed anywhere, it leaves the registry as it was but for what nobody is led to.
    """
    with state.held(folder) as current:
        found = [
            (path, path.stat().st_size)
            for path in superseded(current, now or utc_now(), [*_replaced(folder), *_files(folder)])
        ]
        if remove:
            for path, _ in found:
                path.unlink(missing_ok=True)
            _remove_empty(targets_folder(folder))
    names = tuple(path.relative_to(folder).as_posix() for path, _ in found)
    return Pruned(names, sum(size for _, size in found))


def prune_replaced(current: State, now: datetime) -> int:
    """Remove metadata and lists that were replaced, in a registry that is held; says how many. The
    files of releases are left: mirrors and people may link to them."""
    found = list(superseded(current, now, _replaced(current.folder)))
    for path in found:
        path.unlink()
    return len(found)


def superseded(current: State, now: datetime, among: Iterable[Path]) -> Iterator[Path]:
    """Those `among` these files to which nobody is led, nor was of late."""
    before = (now - KEPT).timestamp()
    named = set(_named(current, before))
    for path in sorted(set(among)):
        if path not in named and path.stat().st_mtime < before:
            yield path


def _named(current: State, before: float) -> Iterator[Path]:
    """Every file that a timestamp leads to which was the newest at this time or since."""
    metadata, targets = metadata_folder(current.folder), targets_folder(current.folder)
    yield metadata / "timestamp.json"
    for role in (Targets.type, RELEASES, Snapshot.type):
        for path in _current_since(metadata, role, before):
            yield path
            if role != Snapshot.type:
                for name, info in Metadata[Targets].from_file(str(path)).signed.targets.items():
                    yield targets / stored(name, info.hashes["sha256"])


def _current_since(metadata: Path, role: str, before: float) -> Iterator[Path]:
    """The versions of a role that held at this time or since: until the next one was written."""
    versions = sorted(metadata.glob(f"*.{role}.json"), key=lambda p: int(p.name.partition(".")[0]))
    for path, following in zip_longest(versions, versions[1:]):
        if following is None or following.stat().st_mtime >= before:
            yield path


def _replaced(folder: Path) -> Iterator[Path]:
    """What changes replace, and what stopped ones left beside it."""
    for role in (Targets.type, RELEASES, Snapshot.type):
        yield from metadata_folder(folder).glob(f"*.{role}.json")
    for path in (PUBLISHERS, INDEX):
        yield from targets_folder(folder).glob(f"*.{path}")
    yield from folder.rglob(".new-*")


def _files(folder: Path) -> Iterator[Path]:
    """Whatever lies among the files of releases."""
    packages = targets_folder(folder) / "packages"
    yield from (path for path in packages.rglob("*") if path.is_file())


def _remove_empty(targets: Path) -> None:
    """Folders of releases in which nothing lies any more."""
    for where, _, _ in os.walk(targets / "packages", topdown=False):
        with suppress(OSError):
            Path(where).rmdir()
