"""A deployment's view of its registry: verified before it is believed, there without network.

The first metadata of the registry (`root`) comes to the deployment by another way than the
network; all the rest follows from it as TUF specifies (https://theupdateframework.github.io/
specification/latest/, section 5): no older state, no mixed states, nothing expired, nothing that
too few keys have signed. What was verified last is kept and answers when nobody can be reached.
"""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tuf.api.metadata import TargetFile
from tuf.ngclient import Updater

from addon_registry.keys import Keyring
from addon_registry.repository import grants, index_file, storage
from addon_registry.repository.fetching import Fetcher
from addon_registry.repository.index import File, Index, Release
from addon_registry.repository.layout import INDEX, PUBLISHERS
from addon_registry.repository.refusals import (
    DISBELIEF,
    RegistryRefused,
    RegistryUnreachable,
    ReleaseUnavailable,
    refusal,
    unwritable,
)
from addon_registry.repository.trust import Verified, read_settings, read_verified, state_of
from core.db.base import utc_now
from core.errors import AppError
from core.i18n import phrase

T = TypeVar("T")


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
        self._known: Index | None = None
        self._known_files = ("", "")

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
        return self._folder / "metadata"

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

        Raises RegistryUnreachable if that never happened.
        """
        verified = self._verified()
        files = (verified.index, verified.publishers)
        known = self._known
        if known is None or files != self._known_files:
            publishers = grants.from_bytes(self._needed(verified.publishers))
            records = index_file.from_bytes(self._needed(verified.index))
            known = Index(
                verified.version, verified.verified_at, verified.expires, publishers, records
            )
        elif known.verified_at != verified.verified_at:
            known = replace(
                known,
                version=verified.version,
                verified_at=verified.verified_at,
                expires=verified.expires,
            )
        self._known, self._known_files = known, files
        return known

    def keyring(self) -> Keyring:
        """The publishers' keys as they were verified last, revoked ones marked as such."""
        return grants.keyring(grants.from_bytes(self._needed(self._verified().publishers)))

    def download(self, release: Release, folder: Path) -> tuple[Path, Path]:
        """Fetch the wheel and its signature into the folder; both are checked by the registry's
        metadata, and there whole or not at all.

        A yanked release can be had, for those who have it already. Raises ReleaseUnavailable for
        a revoked one, or one that is not any more what the index said; RegistryUnreachable and
        RegistryRefused as `refresh`.
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
        folder.mkdir(parents=True, exist_ok=True)
        wheel, signature = (folder / _file_name(f) for f in (release.wheel, release.signature))

        def fetch(updater: Updater) -> None:
            storage.write(wheel, _fetched(updater, release.wheel))
            storage.write(signature, _fetched(updater, release.signature))

        self.ask(fetch)
        return wheel, signature

    def file(self, file: File) -> bytes:
        """A README or screenshot: kept from the last time, or fetched and kept."""
        return self.files([file])[0]

    def files(self, files: Iterable[File]) -> list[bytes]:
        """Several of them, with one question to the registry for all that are not here yet."""
        wanted = list(files)
        missing = [file for file in wanted if self._kept(file.sha256) is None]

        def fetch(updater: Updater) -> None:
            for file in missing:
                storage.write(self._place(file.sha256), _fetched(updater, file))

        if missing:
            self.ask(fetch)
        return [self._needed(file.sha256) for file in wanted]

    def ask(self, job: Callable[[Updater], T]) -> T:
        """Let `job` have a client of TUF that is up to date, at the first location that serves.

        Raises RegistryRefused if one cannot be believed, RegistryUnreachable if none answers.
        """
        errors: list[AppError] = []
        with storage.locked(self._folder), Fetcher() as fetcher:
            for location in self.locations:
                try:
                    updater = self._updater(location, fetcher)
                    updater.refresh()
                    return job(updater)
                except DISBELIEF as error:
                    errors.append(refusal(location, error))
                except OSError as error:
                    raise unwritable(self._folder, error) from error
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

    def _take_over(self, updater: Updater) -> Verified:
        """Keep the two files that everything else follows from, then say that they hold."""
        digests = []
        for path in (PUBLISHERS, INDEX):
            info = updater.get_targetinfo(path)
            if info is None:
                raise ValueError(f"{path} is missing")
            digest = info.hashes["sha256"]
            if self._kept(digest) is None:
                content = fetched(updater, info)
                _check_readable(path, content)
                storage.write(self._place(digest), content)
            digests.append(digest)
        before = read_verified(self._folder)
        verified = state_of(self._folder, publishers=digests[0], index=digests[1], at=utc_now())
        self._forget(before, verified)
        return verified

    def _forget(self, before: Verified | None, now: Verified) -> None:
        for old in () if before is None else (before.index, before.publishers):
            if old not in (now.index, now.publishers):
                self._place(old).unlink(missing_ok=True)

    def _verified(self) -> Verified:
        verified = read_verified(self._folder)
        if verified is None:
            raise RegistryUnreachable(
                phrase("{location} has never been reached.", location=self.location),
                fix=phrase("Run aorabooks registry refresh when there is a network."),
                retry_after=60,
            )
        return verified

    def _place(self, sha256: str) -> Path:
        return self._folder / "files" / sha256

    def _kept(self, sha256: str) -> bytes | None:
        """The verified file with this digest, unless it is missing or damaged."""
        try:
            content = self._place(sha256).read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def _needed(self, sha256: str) -> bytes:
        content = self._kept(sha256)
        if content is None:
            raise RegistryUnreachable(
                phrase("What was kept of {location} is damaged.", location=self.location),
                fix=phrase("Run aorabooks registry refresh."),
            )
        return content


def _fetched(updater: Updater, file: File) -> bytes:
    """The content, if the registry still says that this is the file."""
    info = updater.get_targetinfo(file.path)
    if info is None or info.hashes.get("sha256") != file.sha256:
        raise ReleaseUnavailable(
            phrase("{file} is not in the registry any more as it was.", file=file.path),
            fix=phrase("Run aorabooks registry refresh and choose again."),
        )
    return fetched(updater, info)


def fetched(updater: Updater, info: TargetFile) -> bytes:
    """The content of a target, checked by its length and digest."""
    assert updater.target_dir is not None
    place = Path(updater.target_dir, "fetched")
    updater.download_target(info, str(place))
    content = place.read_bytes()
    place.unlink()
    return content


def _check_readable(path: str, content: bytes) -> None:
    """Do not take over what could not be read afterwards; raises ValueError."""
    try:
        (grants if path == PUBLISHERS else index_file).from_bytes(content)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} cannot be read ({error!r})") from error


def _file_name(file: File) -> str:
    return file.path.rpartition("/")[2]
