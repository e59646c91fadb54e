"""`aorabooks-manifest.json`: what a package is and holds, in the words that are signed.

    {"format": 1,
     "addon": {...},                          what addon.toml says
     "files": {"todo/plugin.py": {"sha256": "...", "size": 812}, ...},
     "requirements": "..."}                   SHA-256 of the locked list, or null

Every file of the wheel is named, save this one and RECORD, which follows from the rest. So an
unpacked folder is verified without the wheel that it came in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from addon_registry.errors import InvalidPackage
from addon_registry.package.canonical import canonical
from addon_registry.package.names import refuse_unsafe
from core.addons.manifest import Manifest
from core.i18n.phrases import phrase

FORMAT: Final = 1


class FileDigest(BaseModel):
    """A file by its content."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    format: int
    addon: dict[str, Any]
    files: dict[str, FileDigest]
    requirements: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """An addon's manifest and the digests of its package's files, by path."""

    manifest: Manifest
    files: Mapping[str, FileDigest]
    requirements: str | None = None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())


def digest_of(data: bytes) -> FileDigest:
    """The digest of a file's content."""
    return FileDigest(sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def to_bytes(contents: Contents) -> bytes:
    """The contents as the file that is signed."""
    return canonical(
        {
            "format": FORMAT,
            "addon": manifest_data(contents.manifest),
            "files": {path: file.model_dump() for path, file in contents.files.items()},
            "requirements": contents.requirements,
        }
    )


def from_bytes(data: bytes) -> Contents:
    """The contents in such a file; raises InvalidPackage for what `to_bytes` did not write."""
    try:
        stored = _Stored.model_validate(json.loads(data))
        manifest = Manifest.model_validate(stored.addon)
    except (ValueError, RecursionError) as error:
        raise _unreadable(error) from error
    if stored.format != FORMAT:
        raise InvalidPackage.of(
            "package",
            phrase("This package is of format {format}, which is not known.", format=stored.format),
            fix=phrase("Update the platform, or ask the publisher for a package of format 1."),
        )
    contents = Contents(manifest, stored.files, stored.requirements)
    if to_bytes(contents) != data:
        raise _unreadable(ValueError("it is not written canonically"))
    refuse_unsafe(stored.files)
    return contents


def manifest_data(manifest: Manifest) -> dict[str, Any]:
    """The manifest as data, with ranges beside the names as in `addon.toml`."""
    data = manifest.model_dump(mode="json", exclude={"ranges"})
    data["depends"] = [
        f"{name} {manifest.ranges.get(name, '')}".strip() for name in manifest.depends
    ]
    return data


def _unreadable(error: Exception) -> InvalidPackage:
    reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return InvalidPackage.of(
        "package",
        phrase("The package's own manifest cannot be read: {reason}.", reason=reason),
        fix=phrase("Build the package with: aorabooks addon build"),
    )
