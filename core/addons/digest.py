"""The fingerprint of an addon's files, by which a change under the same version is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path


def of_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of all files, in a fixed order.

    What Python writes by itself (`__pycache__`) does not count. A symbolic link counts by what
    it leads to, since that is what would run.
    """
    total = hashlib.sha256()
    files = (path for path in folder.rglob("*") if path.is_file())
    for path in sorted(path for path in files if "__pycache__" not in path.parts):
        name = path.relative_to(folder).as_posix().encode()
        content = hashlib.sha256(path.read_bytes()).digest()
        total.update(len(name).to_bytes(4, "big") + name + content)
    return total.hexdigest()
