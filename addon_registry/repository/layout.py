"""The names of a repository's roles, files and folders, which its keeper and its clients share.

metadata/           as the specification of TUF names it: 1.root.json, timestamp.json, …
targets/            each file with its digest before its name
  publishers.json   of the top-level role: who may publish (`grants`)
  index.json.gz     of the role `releases`: every release with what the catalogue shows
  packages/<name>/<version>/
                    the wheel, its signature, README and screenshots
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

RELEASES: Final = "releases"
"""The delegated role that signs releases; its keys lie where addons are published."""
PUBLISHERS: Final = "publishers.json"
INDEX: Final = "index.json.gz"
RELEASE_PATHS: Final = (INDEX, "packages/*/*/*")
"""What the role `releases` may sign; not the publishers."""
MAX_INDEX_BYTES: Final = 256 * 2**20
"""Of the index when unpacked; a hundred thousand releases take less."""


def metadata_folder(repository: Path) -> Path:
    return repository / "metadata"


def targets_folder(repository: Path) -> Path:
    return repository / "targets"


def release_path(name: str, version: str, file: str) -> str:
    """The target path of a file of a release."""
    return f"packages/{name}/{version}/{file}"


def stored(target_path: str, sha256: str) -> str:
    """Where a target lies below `targets/`: with its digest before the last part of its name."""
    folder, slash, file = target_path.rpartition("/")
    return f"{folder}{slash}{sha256}.{file}"
