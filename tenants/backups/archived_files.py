"""The files of a backup: checked one by one, and put back."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.backups import contents
from tenants.backups.reading import BackupReader
from tenants.backups.sealing import Damaged


class _Readable(io.RawIOBase):
    """Pieces of content, as something that tarfile can read from."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


def check(reader: BackupReader) -> int:
    """How many files there are; raises Damaged for one whose content is not what its name says."""
    count = 0
    for name, file in _members(reader):
        digest = hashlib.sha256()
        while chunk := file.read(contents.READ):
            digest.update(chunk)
        kind, _, path = name.partition("/")
        if kind == "files" and path.rpartition("/")[2] != digest.hexdigest():
            raise Damaged(f"the file {name} is not what was stored")
        count += 1
    if count != reader.manifest.files:
        raise Damaged(f"there are {count} files instead of {reader.manifest.files}")
    return count


def put_back(kernel: Kernel, tenant: Tenant, reader: BackupReader) -> int:
    """Store every file for this tenant; one that is there already stays. How many there were."""
    count = 0
    exports = kernel.config.var / tenant.id / "exports"
    for name, file in _members(reader):
        kind, _, path = name.partition("/")
        chunks = iter(lambda file=file: file.read(contents.READ), b"")
        if kind == "files":
            area = path.rpartition("/")[0]
            stored = kernel.files.store(tenant, chunks, area=area)
            if stored.digest != path.rpartition("/")[2]:
                kernel.files.delete(tenant, stored.digest, area=area)
                raise Damaged(f"the file {name} is not what was stored")
        else:
            _write(exports / Path(path).name, chunks)
        count += 1
    return count


def _members(reader: BackupReader) -> Iterator[tuple[str, IO[bytes]]]:
    source = io.BufferedReader(_Readable(reader.content(contents.FILES)), contents.READ)
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield member.name, file


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
