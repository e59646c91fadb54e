"""What of a backup is not at its destination yet: pieces on this machine's disk, uploaded as they
come.

A storage that is slow or gone holds up neither the dump nor the database. What it has not taken
is uploaded later: a piece's file goes when the storage has it.
"""

from __future__ import annotations

import hashlib
import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from tenants.backups.manifest import NAME, Piece, Stream
from tenants.backups.sealing import seal
from tenants.backups.storage import Storage, StorageGone

PIECE: Final = 16 * 1024 * 1024
"""Bytes of a piece: every storage takes so many in one request, and memory holds a few."""


def piece_name(number: int) -> str:
    """Pieces are counted through all streams, so that a number names all of them."""
    return f"piece-{number:06}"


class Spool:
    """The folder of one backup, and the thread that uploads from it."""

    def __init__(
        self, folder: Path, storage: Storage, prefix: str, counted: Callable[[int], None]
    ) -> None:
        """`counted` is told of each piece before anything of it leaves this machine."""
        self.folder = folder
        self._storage = storage
        self._prefix = prefix
        self._counted = counted
        self._count = 0
        self._ready: queue.Queue[str | None] = queue.Queue()
        self._gone: Exception | None = None
        self._uploader: threading.Thread | None = None

    @property
    def manifest(self) -> Path:
        """There once all pieces are; then only uploading is left."""
        return self.folder / NAME

    def begin(self) -> None:
        """Throw away what a killed process left half done, and begin to upload."""
        self.clear()
        self.folder.mkdir(parents=True)
        self._uploader = threading.Thread(target=self._upload_ready, daemon=True)
        self._uploader.start()

    def write(self, name: str, content: Iterable[bytes], key: bytes) -> Stream:
        """Seal the content as the stream of this name, cut into pieces; each is uploaded."""
        read = 0

        def counting() -> Iterator[bytes]:
            nonlocal read
            for part in content:
                read += len(part)
                yield part

        pieces: list[Piece] = []
        held = bytearray()
        for block in seal(counting(), key, name):
            held += block
            while len(held) >= PIECE:
                pieces.append(self._keep(bytes(held[:PIECE])))
                del held[:PIECE]
        if held:
            pieces.append(self._keep(bytes(held)))
        return Stream(name, read, tuple(pieces))

    def seal(self, manifest: bytes) -> None:
        """All pieces are there: from now on a killed process's upload is resumed."""
        draft = self.folder / f"{NAME}.draft"
        _write(draft, manifest)
        draft.rename(self.manifest)

    def finish(self) -> None:
        """Upload what is left, the manifest last, and remove the folder; raises StorageGone. To be
        called again later, also by another process."""
        self.settle()
        for path in sorted(self.folder.glob("piece-*")):
            self._upload(path)
        self._storage.put(f"{self._prefix}/{NAME}", self.manifest.read_bytes())
        self.clear()

    def settle(self) -> None:
        """Wait for the thread, which ends when it has uploaded what there is, or cannot."""
        if self._uploader is not None:
            self._ready.put(None)
            self._uploader.join()
            self._uploader = None
        if self._gone is not None and not isinstance(self._gone, StorageGone):
            raise self._gone

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep(self, content: bytes) -> Piece:
        self._count += 1
        name = piece_name(self._count)
        self._counted(self._count)
        _write(self.folder / name, content)
        self._ready.put(name)
        return Piece(name, len(content), hashlib.sha256(content).hexdigest())

    def _upload_ready(self) -> None:
        while (name := self._ready.get()) is not None:
            try:
                if self._gone is None:
                    self._upload(self.folder / name)
            except Exception as error:  # the dump goes on; `finish` tries again, or raises it
                self._gone = error

    def _upload(self, path: Path) -> None:
        self._storage.put(f"{self._prefix}/{path.name}", path.read_bytes())
        path.unlink()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
