"""The files of each tenant, in a folder of its own, named by what is in them.

A file is written beside its final name and moved there whole, so that no reader sees half of
it and the same content is kept once. Whoever asks names a digest, never a path. An owner who
deletes files keeps them in an area of its own, so that nobody else's equal content goes along.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import NotFound
from core.tenancy.tenant import Tenant

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TENANT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_AREA = re.compile(r"[a-z]{3,40}|")
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was stored: the SHA-256 of its bytes, by which it is found again, and their number."""

    digest: str
    size: int


class TenantFiles:
    """Stores and reads files below one folder; `var/files/<tenant id>/<2>/<digest>`,
    in an area `var/files/<tenant id>/<area>/<2>/<digest>`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def store(self, tenant: Tenant, chunks: Iterable[bytes], *, area: str = "") -> StoredFile:
        """Keep these bytes; storing them again changes nothing."""
        folder = self._folder(tenant, area)
        folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        descriptor, draft = tempfile.mkstemp(dir=folder, prefix="draft-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                file.flush()
                os.fsync(file.fileno())
            stored = StoredFile(digest.hexdigest(), size)
            path = self._path(tenant, stored.digest, area)
            path.parent.mkdir(exist_ok=True)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        return stored

    def open(self, tenant: Tenant, digest: str, *, area: str = "") -> BinaryIO:
        """The file, open for reading; raises NotFound if this tenant has no such file."""
        try:
            return self._path(tenant, digest, area).open("rb")
        except FileNotFoundError:
            raise NotFound("This file does not exist.") from None

    def read(self, tenant: Tenant, digest: str) -> Iterator[bytes]:
        """The file's bytes, piece by piece."""
        with self.open(tenant, digest) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def delete(self, tenant: Tenant, digest: str, *, area: str = "") -> None:
        """Remove the file, if it is there."""
        self._path(tenant, digest, area).unlink(missing_ok=True)

    def copy_all(self, source_id: str, target_id: str) -> None:
        """Give a tenant that is a copy of another all files of that one. Repeatable."""
        for tenant_id in (source_id, target_id):
            if not _TENANT_ID.fullmatch(tenant_id):
                raise ValueError(f"tenant id {tenant_id!r} cannot name a folder")
        source = self._root / source_id
        for path in sorted(source.rglob("*")):
            target = self._root / target_id / path.relative_to(source)
            if not _DIGEST.fullmatch(path.name) or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f"draft-{path.name}")
            shutil.copyfile(path, draft)
            draft.replace(target)

    def size(self, tenant_id: str) -> int:
        """The bytes of all files of a tenant, drafts included."""
        if not _TENANT_ID.fullmatch(tenant_id):
            raise ValueError(f"tenant id {tenant_id!r} cannot name a folder")
        return _bytes_below(self._root / tenant_id)

    def remove_all(self, tenant_id: str) -> None:
        """Remove every file of a tenant that is gone for good. Repeatable."""
        if not _TENANT_ID.fullmatch(tenant_id):
            raise ValueError(f"tenant id {tenant_id!r} cannot name a folder")
        folder = self._root / tenant_id
        if folder.is_dir():
            shutil.rmtree(folder)

    def all(
        self, tenant: Tenant, *, leave_out: frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, Path]]:
        """Every file of the tenant: its digest, below its area's name where it has one, and
        where it lies. Without those of some areas."""
        root = self._folder(tenant, "")
        for path in sorted(root.rglob("*")):
            area = path.parent.parent.relative_to(root) if path.parent != root else None
            if area is None or not _DIGEST.fullmatch(path.name) or str(area) in leave_out:
                continue
            yield str(area / path.name), path

    def _path(self, tenant: Tenant, digest: str, area: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotFound("This file does not exist.")
        return self._folder(tenant, area) / digest[:2] / digest

    def _folder(self, tenant: Tenant, area: str) -> Path:
        if not _TENANT_ID.fullmatch(tenant.id):
            raise ValueError(f"tenant id {tenant.id!r} cannot name a folder")
        if not _AREA.fullmatch(area):
            raise ValueError(f"{area!r} cannot name an area of files")
        return self._root / tenant.id / area


def _bytes_below(folder: Path) -> int:
    found = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    found += _bytes_below(Path(entry.path))
                else:
                    with suppress(FileNotFoundError):  # removed meanwhile
                        found += entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return found
    return found
