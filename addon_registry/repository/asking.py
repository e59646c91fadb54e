"""Asks a registry and its mirrors, one after the other, until one serves what can be believed."""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from tuf.api.metadata import TargetFile
from tuf.ngclient import Updater

from addon_registry.repository import storage
from addon_registry.repository.fetching import Fetcher
from addon_registry.repository.refusals import (
    DISBELIEF,
    RegistryRefused,
    RegistryUnreachable,
    refusal,
    writing,
)
from addon_registry.repository.trust import Settings
from core.errors import AppError

T = TypeVar("T")

SILENCE: Final = 60.0
"""For so many seconds pages do not ask again where nobody answered: each would wait in vain."""


class Locations:
    """The places of one registry, asked by one process at a time."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings
        self._unreachable = RegistryUnreachable("")
        self._silent_until = 0.0

    @property
    def metadata_folder(self) -> Path:
        """Where the client of TUF keeps what it verified."""
        return self._folder / "metadata"

    def ask(self, job: Callable[[Updater], T], *, patient: bool) -> T:
        """Let `job` have a client of TUF that is up to date, at the first location that serves.

        Raises RegistryRefused if one cannot be believed, RegistryUnreachable if none answers;
        that at once, if it was so just before and this is not `patient`.
        """
        with storage.locked(self._folder):
            # Within the lock: pages that waited for the one that found out need not find out.
            if not patient and time.monotonic() < self._silent_until:
                raise self._unreachable
            try:
                done = self._ask(job)
            except RegistryUnreachable as error:
                self._unreachable, self._silent_until = error, time.monotonic() + SILENCE
                raise
            self._silent_until = 0.0
            return done

    def _ask(self, job: Callable[[Updater], T]) -> T:
        errors: list[AppError] = []
        with Fetcher() as fetcher, writing(self._folder):
            for location in self._settings.locations:
                try:
                    updater = self._updater(location, fetcher)
                    updater.refresh()
                    return job(updater)
                except DISBELIEF as error:
                    errors.append(refusal(location, error))
        refused = (error for error in errors if isinstance(error, RegistryRefused))
        raise next(refused, errors[0])

    def _updater(self, location: str, fetcher: Fetcher) -> Updater:
        return Updater(
            str(self.metadata_folder),
            f"{location}metadata/",
            str(self._folder / "targets"),
            f"{location}targets/",
            fetcher=fetcher,
            bootstrap=self._settings.root,
        )


def fetched(updater: Updater, info: TargetFile) -> bytes:
    """The content of a target, checked by its length and digest."""
    assert updater.target_dir is not None
    place = Path(updater.target_dir, "fetched")
    updater.download_target(info, str(place))
    content = place.read_bytes()
    place.unlink()
    return content
