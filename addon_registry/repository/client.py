"""A deployment's view of its registry: verified before it is believed, there without network.

The first metadata of the registry (`root`) comes to the deployment by another way than the
network; all the rest follows from it as TUF specifies (https://theupdateframework.github.io/
specification/latest/, section 5): no older state, no mixed states, nothing expired, nothing that
too few keys have signed. What was verified last is kept and answers when nobody can be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from tuf.ngclient import Updater

from addon_registry.keys import Keyring
from addon_registry.repository import grants, index_file, kept, storage
from addon_registry.repository.asking import Locations, fetched
from addon_registry.repository.index import File, Index, Release
from addon_registry.repository.layout import INDEX, PUBLISHERS
from addon_registry.repository.refusals import (
    RegistryUnreachable,
    ReleaseUnavailable,
    writing,
)
from addon_registry.repository.trust import Verified, read_settings, read_verified, state_of
from core.clock import utc_now
from core.i18n import phrase

T = TypeVar("T")

ATTEMPTS: Final = 3
"""Another process may replace what was verified while it is read."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """What came of asking: when the registry was last verified, and why not just now, if so."""

    verified_at: datetime
    expires: datetime
    offline: str = ""


class Registry:
    """The registry that this deployment trusts, by the folder in which it keeps what it verified.

    `trust.trust` makes such a folder. Objects may be shared by threads, and folders by processes.
    """

    def __init__(self, trust_dir: Path) -> None:
        """Raises RegistryNotTrusted if the folder holds no trust."""
        self._folder = trust_dir
        self._settings = read_settings(trust_dir)
        self._asked = Locations(trust_dir, self._settings)

    @property
    def location(self) -> str:
        """Where it is asked first."""
        return self._settings.locations[0]

    @property
    def locations(self) -> tuple[str, ...]:
        """Where it is asked, one after the other: the registry and its mirrors."""
        return self._settings.locations

    @property
    def metadata_folder(self) -> Path:
        """Where the verified metadata is kept."""
        return self._asked.metadata_folder

    def refresh(self) -> Freshness:
        """Ask for what is new, and keep it if it holds; `index` then shows it.

        Where nobody can be reached, says so and leaves what there was. Raises RegistryRefused if
        somebody answers, but no answer can be believed, and RegistryUnreachable if nothing was
        ever verified.
        """
        try:
            verified = self.ask(self._take_over)
        except RegistryUnreachable as error:
            known = read_verified(self._folder)
            if known is None:
                raise
            return Freshness(known.verified_at, known.expires, error.message)
        return Freshness(verified.verified_at, verified.expires)

    def index(self) -> Index:
        """The releases as they were verified last, without asking anybody.

        Read once by each process. Raises RegistryUnreachable if nothing was ever verified.
        """
        return self._of_verified(kept.index)

    def keyring(self) -> Keyring:
        """The publishers' keys as they were verified last, revoked ones marked as such.

        Raises RegistryUnreachable as `index`.
        """
        return grants.keyring(self._of_verified(kept.publishers))

    def download(self, release: Release, folder: Path) -> tuple[Path, Path]:
        """Fetch the wheel and its signature into the folder; both are checked by the registry's
        metadata, and there whole or not at all.

        A yanked release can be had, for those who have it already. Raises ReleaseUnavailable for
        a revoked one, or one that is not any more what the index said, Unavailable if the folder
        takes nothing, RegistryUnreachable and RegistryRefused as `refresh`.
        """
        if release.revoked:
            raise ReleaseUnavailable(
                phrase(
                    "{name} {version} was revoked: {why}.",
                    name=release.name,
                    version=release.version,
                    why=release.revoked,
                ),
                fix=phrase("Choose another version; remove this one where it runs."),
            )
        wheel, signature = (folder / _file_name(f) for f in (release.wheel, release.signature))

        def fetch(updater: Updater) -> None:
            for place, file in ((wheel, release.wheel), (signature, release.signature)):
                content = _fetched(updater, file)
                with writing(folder):
                    storage.write(place, content)

        self.ask(fetch)
        return wheel, signature

    def file(self, file: File) -> bytes:
        """A README or screenshot: kept from the last time, or fetched and kept."""
        return self.files([file])[0]

    def files(self, files: Iterable[File]) -> list[bytes]:
        """Several of them, with one question to the registry for all that are not here yet."""
        wanted = list(files)
        missing = [file for file in wanted if kept.content(self._folder, file.sha256) is None]

        def fetch(updater: Updater) -> None:
            for file in missing:
                storage.write(kept.place(self._folder, file.sha256), _fetched(updater, file))

        if missing:
            self.ask(fetch, patient=False)
        found = [kept.content(self._folder, file.sha256) for file in wanted]
        if None in found:
            raise self._damaged()
        return [content for content in found if content is not None]

    def ask(self, job: Callable[[Updater], T], *, patient: bool = True) -> T:
        """Let `job` have a client of TUF that is up to date; see `asking.Locations.ask`."""
        return self._asked.ask(job, patient=patient)

    def _take_over(self, updater: Updater) -> Verified:
        """Keep the two files that everything else follows from, then say that they hold."""
        digests = []
        for path in (PUBLISHERS, INDEX):
            info = updater.get_targetinfo(path)
            if info is None:
                raise ValueError(f"{path} is missing")
            digest = info.hashes["sha256"]
            if kept.content(self._folder, digest) is None:
                content = fetched(updater, info)
                _check_readable(path, content)
                storage.write(kept.place(self._folder, digest), content)
            digests.append(digest)
        before = read_verified(self._folder)
        verified = state_of(self._folder, publishers=digests[0], index=digests[1], at=utc_now())
        kept.forget(self._folder, before, verified)
        return verified

    def _of_verified(self, read: Callable[[Path, Verified], T]) -> T:
        """What `read` makes of the state that was verified last."""
        for _ in range(ATTEMPTS):
            verified = read_verified(self._folder)
            if verified is None:
                raise RegistryUnreachable(
                    phrase("{location} has never been reached.", location=self.location),
                    fix=phrase("Run aorabooks registry refresh when there is a network."),
                    retry_after=60,
                )
            try:
                return read(self._folder, verified)
            except kept.Damaged:
                continue
        raise self._damaged()

    def _damaged(self) -> RegistryUnreachable:
        return RegistryUnreachable(
            phrase("What was kept of {location} is damaged.", location=self.location),
            fix=phrase("Run aorabooks registry refresh."),
        )


def _fetched(updater: Updater, file: File) -> bytes:
    """The content, if the registry still says that this is the file."""
    info = updater.get_targetinfo(file.path)
    if info is None or info.hashes.get("sha256") != file.sha256:
        raise ReleaseUnavailable(
            phrase("{file} is not in the registry any more as it was.", file=file.path),
            fix=phrase("Run aorabooks registry refresh and choose again."),
        )
    return fetched(updater, info)


def _check_readable(path: str, content: bytes) -> None:
    """Do not take over what could not be read afterwards; raises ValueError."""
    try:
        (grants if path == PUBLISHERS else index_file).from_bytes(content)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} cannot be read ({error!r})") from error


def _file_name(file: File) -> str:
    return file.path.rpartition("/")[2]
