"""A storage that backups go to, through Apache OpenDAL: disk, S3, Dropbox, Google Drive and others.

Only whole objects of moderate size are written, read and deleted by name, which every storage can
do. Nothing is ever listed: some list late, and a backup's manifest names what there is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from core.errors import InvalidInput, Unavailable
from core.i18n import phrase

TRIES: Final = 3
PATIENCE: Final = 120.0
"""Seconds for one object to be written or read."""
_OF_A_DISK: Final = frozenset({"fs", "file"})


class StorageGone(Unavailable):
    """A storage cannot be reached, is full, or refuses; the message says why."""

    code = "backup-storage"


class ObjectMissing(Exception):
    """The storage answers, and has no object of this name."""


class Storage:
    """One storage, opened. Its calls wait, and let other threads of the process work."""

    def __init__(
        self,
        name: str,
        scheme: str,
        options: Mapping[str, str],
        *,
        tries: int = TRIES,
        patience: float = PATIENCE,
    ) -> None:
        """Raises InvalidInput if there is no such scheme, or its options do not fit."""
        self.name = name
        # Not with the platform: it takes a tenth of a second, and most processes never need it.
        import opendal

        # They have no common base.
        known = vars(opendal.exceptions).values()
        self._errors = tuple(
            each for each in known if isinstance(each, type) and issubclass(each, Exception)
        )
        self._missing = opendal.exceptions.NotFound
        layers = opendal.layers
        if scheme in _OF_A_DISK and options.get("root"):
            # Whoever is killed while writing leaves nothing under an object's name.
            options = {"atomic_write_dir": f"{options['root']}/.unfinished", **options}
        try:
            operator = opendal.Operator(scheme, **options)
        except (*self._errors, TypeError) as error:
            raise InvalidInput.of("options", _reason(error)) from error
        timeouts = layers.TimeoutLayer(timeout=min(60.0, patience), io_timeout=patience)
        retries = layers.RetryLayer(max_times=tries, min_delay=0.2, max_delay=20.0, jitter=True)
        self._operator = operator.layer(timeouts).layer(retries)

    def put(self, path: str, content: bytes) -> None:
        """Keep an object; raises StorageGone."""
        try:
            self._operator.write(path, content)
            kept = self._operator.stat(path).content_length
        except self._errors as error:
            raise self._gone(error) from error
        if kept != len(content):
            raise self._said(phrase("it kept {kept} of {size} bytes", kept=kept, size=len(content)))

    def get(self, path: str) -> bytes:
        """An object; raises StorageGone or ObjectMissing."""
        try:
            return bytes(self._operator.read(path))
        except self._missing as error:
            raise ObjectMissing(path) from error
        except self._errors as error:
            raise self._gone(error) from error

    def delete(self, path: str) -> None:
        """Remove an object, if it is there; raises StorageGone."""
        try:
            self._operator.delete(path)
        except self._missing:
            return
        except self._errors as error:
            raise self._gone(error) from error

    def probe(self) -> None:
        """Write, read and delete an object of no meaning; raises StorageGone if any of it does
        not work."""
        path, content = f"probe-{secrets.token_hex(8)}", secrets.token_bytes(1024)
        self.put(path, content)
        try:
            back = self.get(path)
        except ObjectMissing:
            raise self._said(phrase("what was written is not there")) from None
        if back != content:
            raise self._said(phrase("what was read is not what was written"))
        self.delete(path)

    def _gone(self, error: Exception) -> StorageGone:
        return self._said(_reason(error))

    def _said(self, why: str) -> StorageGone:
        return StorageGone(
            phrase("The storage {name} does not work: {why}.", name=self.name, why=why),
            fix=phrase("Mend it, or change its options under Backup destinations, and try it."),
        )


def _reason(error: Exception) -> str:
    """What went wrong, without the addresses and backtraces that OpenDAL adds."""
    said, _, source = str(error).partition("\nSource:\n")
    reasons = [said.split("\n")[0].rpartition("=> ")[2], source.strip().split("\n")[0]]
    return ": ".join(filter(None, reasons)).rstrip(" .")
