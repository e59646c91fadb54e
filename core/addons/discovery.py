"""Where addons are found: the first-party folder, entry points, and an extra folder.

Only manifests are read here. `importlib.util.find_spec` finds an installed package without
importing it, so that a package whose signature does not hold is never run.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from core.addons import manifest as manifests
from core.addons.manifest import Manifest, ManifestError

ENTRY_POINT_GROUP = "aorabooks.addons"


@dataclass(frozen=True, slots=True)
class FoundAddon:
    """An addon on disk: its manifest, its folder and the package it would be imported as."""

    manifest: Manifest
    folder: Path
    package: str

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


def discover(folders: Iterable[tuple[Path, str]], *, installed: bool = True) -> Discovery:
    """Look through `(folder, package prefix)` pairs, then the installed packages.

    The first of two addons with one name wins; the second is listed as refused.
    """
    candidates: list[tuple[str, Path, str]] = []
    for folder, prefix in folders:
        for child in sorted(folder.iterdir()) if folder.is_dir() else ():
            if (child / manifests.FILE_NAME).is_file():
                candidates.append((child.name, child, f"{prefix}{child.name}"))
    if installed:
        candidates += _installed_packages()
    found: dict[str, FoundAddon] = {}
    refused: list[Refused] = []
    for name, folder, package in candidates:
        try:
            addon = FoundAddon(manifests.read(folder / manifests.FILE_NAME), folder, package)
        except ManifestError as error:
            refused.append(Refused(name, str(error)))
            continue
        if addon.name != name:
            refused.append(
                Refused(name, f"{folder}: the folder must bear the addon's name, {addon.name!r}")
            )
        elif name in found:
            refused.append(Refused(name, f"{folder}: {name!r} is already at {found[name].folder}"))
        else:
            found[name] = addon
    return Discovery(tuple(found.values()), tuple(refused))


def _installed_packages() -> list[tuple[str, Path, str]]:
    packages = []
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        # The top-level package only: finding a submodule would import its parent.
        spec = importlib.util.find_spec(entry.value) if "." not in entry.value else None
        if spec is not None and spec.origin is not None:
            packages.append((entry.name, Path(spec.origin).parent, entry.value))
    return packages
