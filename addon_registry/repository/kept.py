"""The verified files that a deployment keeps, by their digests, and the index read from them.

A file is named by the SHA-256 of its content, so that what was read of it stays true for as long as
anybody asks for that digest: every page of a process shares one reading.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from addon_registry.repository import grants, index_file
from addon_registry.repository.grants import Publisher
from addon_registry.repository.index import Index
from addon_registry.repository.trust import Verified


class Damaged(Exception):
    """A kept file is missing, or is not any more what was verified."""


def place(folder: Path, sha256: str) -> Path:
    """Where the file with this digest lies in the folder of a trust, or would lie."""
    return folder / "files" / sha256


def content(folder: Path, sha256: str) -> bytes | None:
    """The file with this digest, unless it is missing or damaged."""
    try:
        found = place(folder, sha256).read_bytes()
    except FileNotFoundError:
        return None
    return found if hashlib.sha256(found).hexdigest() == sha256 else None


def publishers(folder: Path, verified: Verified) -> tuple[Publisher, ...]:
    """Who may publish, as it was verified; raises Damaged."""
    return grants.from_bytes(_needed(folder, verified.publishers))


@lru_cache(maxsize=4)
def index(folder: Path, verified: Verified) -> Index:
    """The releases as they were verified; raises Damaged."""
    read = _index(folder, verified.index, verified.publishers)
    return read.as_of(verified.version, verified.verified_at, verified.expires)


def forget(folder: Path, before: Verified | None, now: Verified) -> None:
    """Remove the files that held together before and do not any more."""
    for old in () if before is None else (before.index, before.publishers):
        if old not in (now.index, now.publishers):
            place(folder, old).unlink(missing_ok=True)


@lru_cache(maxsize=2)
def _index(folder: Path, releases: str, publishers: str) -> Index:
    """What the two lists with these digests say, whenever that was verified."""
    return Index.of(
        grants.from_bytes(_needed(folder, publishers)),
        index_file.from_bytes(_needed(folder, releases)),
    )


def _needed(folder: Path, sha256: str) -> bytes:
    found = content(folder, sha256)
    if found is None:
        raise Damaged(sha256)
    return found
