"""Reads a backup back from where it lies, and says exactly what of it is damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tenants.backups import manifest as manifests
from tenants.backups.manifest import Manifest, Piece, Stream
from tenants.backups.sealing import Damaged, inspect, open_stream
from tenants.backups.storage import ObjectMissing

Get = Callable[[str], bytes]
"""An object of the backup by its name; raises ObjectMissing."""


@dataclass(frozen=True, slots=True)
class BackupReader:
    """A backup whose manifest was proven."""

    get: Get
    key: bytes
    manifest: Manifest

    def content(self, name: str) -> Iterator[bytes]:
        """What was sealed as this stream; raises Damaged that names the piece, or the chunk."""
        pieces = (self._sound(piece) for piece in self.manifest.stream(name).pieces)
        return open_stream(pieces, self.key, name)

    def damages(self) -> list[str]:
        """All that is damaged, in words; what is not is read to the end."""
        return [found for stream in self.manifest.streams for found in self._damages(stream)]

    def _sound(self, piece: Piece) -> bytes:
        content, why = self._read(piece)
        if why:
            raise Damaged(why)
        return content

    def _read(self, piece: Piece) -> tuple[bytes, str]:
        """The piece, and what is wrong with it."""
        try:
            content = self.get(piece.name)
        except ObjectMissing:
            return b"", f"{piece.name} is missing"
        if len(content) != piece.size:
            return content, f"{piece.name} has {len(content)} bytes instead of {piece.size}"
        if hashlib.sha256(content).hexdigest() != piece.digest:
            return content, f"{piece.name} was changed"
        return content, ""

    def _damages(self, stream: Stream) -> list[str]:
        found: list[str] = []

        def pieces() -> Iterator[bytes]:
            for piece in stream.pieces:
                content, why = self._read(piece)
                if why:
                    found.append(why)
                # Chunks of the pieces behind it stay where they are.
                yield content[: piece.size].ljust(piece.size, b"\0")

        chunks, broken = 0, []
        try:
            for chunk in inspect(pieces(), self.key, stream.name):
                chunks += 1
                if chunk.content is None:
                    broken.append(chunk.number)
        except Damaged as error:
            found.append(str(error))
        if broken:
            numbers = ", ".join(map(str, broken[:20]))
            found.append(
                f"{stream.name}: chunk {numbers} does not open, the other"
                f" {chunks - len(broken)} of {chunks} do"
            )
        return found


def open_backup(get: Get, key_for: Callable[[str, str], bytes]) -> BackupReader:
    """The backup whose objects `get` reads; `key_for` opens the sealed key of a tenant. Raises
    Damaged."""
    try:
        text = get(manifests.NAME)
    except ObjectMissing as error:
        raise Damaged("the manifest is missing") from error
    key = key_for(*manifests.sealed_key(text))
    return BackupReader(get, key, manifests.read(text, key))
