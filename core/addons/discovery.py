"""Where addons are found: the platform's own folders, extra folders, installed packages.

Only manifests are read here. `importlib.util.find_spec` finds an installed package without
importing it, so that a package whose signature does not hold is never run.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final

from core.addons import manifest as manifests
from core.addons.manifest import Manifest, ManifestError

ENTRY_POINT_GROUP: Final = "aorabooks.addons"
KERNEL_FOLDER: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class AddonFolder:
    """A folder of addons, and what to put before a child's name to import it.

    `shipped` marks what comes with the platform: its files change only with a release of it.
    """

    path: Path
    prefix: str = ""
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class FoundAddon:
    """An addon on disk: its manifest, its folder and the package it would be imported as.

    One that is `platform` is a part of the platform itself, which cannot run without it.
    """

    manifest: Manifest
    folder: Path
    package: str
    shipped: bool = False
    platform: bool = False

    @property
    def name(self) -> str:
        return self.manifest.name


@dataclass(frozen=True, slots=True)
class Refused:
    """An addon that cannot be used, and the sentence that says why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """Everything that was found, usable or not, by name."""

    found: tuple[FoundAddon, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    folder: Path
    package: str
    shipped: bool = False
    platform: bool = False


def discover(
    folders: Iterable[AddonFolder] = (), *, platform: Iterable[Path] = (), installed: bool = True
) -> Discovery:
    """The kernel, other parts of the platform, the folders' addons, the installed packages.

    `platform` names folders that are an addon themselves and may bear a reserved name. The
    first of two addons with one name wins; the second is listed as refused.
    """
    refused: list[Refused] = []
    found: dict[str, FoundAddon] = {}
    for candidate in _candidates(folders, platform, installed, refused):
        try:
            addon = _read(candidate)
            if addon.name in found:
                earlier = found[addon.name].folder
                if earlier == candidate.folder:
                    continue  # an installed package that lies in one of the folders
                raise ManifestError(f"{candidate.folder}: {addon.name!r} is already at {earlier}")
        except ManifestError as error:
            refused.append(Refused(candidate.name, str(error)))
        else:
            found[addon.name] = addon
    return Discovery(tuple(found.values()), tuple(refused))


def _candidates(
    folders: Iterable[AddonFolder],
    platform: Iterable[Path],
    installed: bool,
    refused: list[Refused],
) -> Iterator[_Candidate]:
    for own in (KERNEL_FOLDER, *platform):
        yield _Candidate(own.name, own, own.name, shipped=True, platform=True)
    for folder in folders:
        for child in sorted(folder.path.iterdir()) if folder.path.is_dir() else ():
            if (child / manifests.FILE_NAME).is_file():
                yield _Candidate(child.name, child, folder.prefix + child.name, folder.shipped)
    for entry in entry_points(group=ENTRY_POINT_GROUP) if installed else ():
        package = _installed(entry)
        if package is None:
            reason = f"the entry point {entry.value!r} is no top-level package that can be found"
            refused.append(Refused(entry.name, reason))
        else:
            yield _Candidate(entry.name, package, entry.value)


def _read(candidate: _Candidate) -> FoundAddon:
    manifest = manifests.read(candidate.folder / manifests.FILE_NAME)
    if manifest.name != candidate.name:
        raise ManifestError(
            f"{candidate.folder}: the folder must bear the addon's name, {manifest.name!r}"
        )
    if manifest.name in manifests.RESERVED_NAMES and not candidate.platform:
        raise ManifestError(
            f"{candidate.folder}: name: {manifest.name!r} is reserved; choose another"
        )
    return FoundAddon(
        manifest, candidate.folder, candidate.package, candidate.shipped, candidate.platform
    )


def _installed(entry: EntryPoint) -> Path | None:
    # The top-level package only: finding a submodule would import its parent.
    if not entry.value.isidentifier():
        return None
    spec = importlib.util.find_spec(entry.value)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent
