"""Which files of an addon's folder go into its package.

Left out are what only its author needs: tests, hidden files, byte code, and the list that
`requirements.txt` was written from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from addon_registry.errors import InvalidPackage
from addon_registry.package.limits import MAX_FILE, MAX_FILES, MAX_UNPACKED
from addon_registry.package.names import refuse_unsafe
from core.addons import manifest as manifests
from core.addons.manifest import RESERVED_NAMES, Manifest, ManifestError
from core.i18n.phrases import phrase

LEFT_OUT: Final = frozenset({"tests", "requirements.in"})
_BYTE_CODE: Final = "__pycache__"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the addon in this folder; raises InvalidPackage if there is none."""
    try:
        manifest = manifests.read(folder / manifests.FILE_NAME)
    except ManifestError as error:
        raise InvalidPackage.of(
            "path", str(error), fix=phrase("Name an addon's folder, and check it first.")
        ) from error
    if manifest.name != folder.name:
        raise InvalidPackage.of(
            "name",
            phrase(
                "The folder {folder} holds the addon {name}.",
                folder=folder.name,
                name=manifest.name,
            ),
            fix=phrase("Give the folder the addon's name."),
        )
    if manifest.name in RESERVED_NAMES:
        raise InvalidPackage.of(
            "name",
            phrase("{name} is a name of the platform.", name=manifest.name),
            fix=phrase("Choose another name."),
        )
    return manifest


def read_sources(folder: Path) -> Mapping[str, bytes]:
    """The files of the addon by their paths in the package, sorted.

    Raises InvalidPackage for links, names that cannot be packed, and too much of anything.
    """
    found: dict[str, bytes] = {}
    total = 0
    for path in _walk(folder, folder):
        inside = path.relative_to(folder).as_posix()
        size = path.stat().st_size
        total += size
        if size > MAX_FILE or total > MAX_UNPACKED or len(found) >= MAX_FILES:
            raise InvalidPackage.of(
                "path",
                phrase("{path} makes the package too large.", path=inside),
                fix=phrase(
                    "A package holds {files} files, {file} MB each and {all} MB together at most.",
                    files=MAX_FILES,
                    file=MAX_FILE // 2**20,
                    all=MAX_UNPACKED // 2**20,
                ),
            )
        found[f"{folder.name}/{inside}"] = path.read_bytes()
    refuse_unsafe(found)
    return dict(sorted(found.items()))


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") or path.name == _BYTE_CODE or path.suffix == ".pyc"
        if hidden or (folder == root and path.name in LEFT_OUT):
            continue
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise InvalidPackage.of(
                "path",
                phrase(
                    "{path} is no ordinary file or folder.",
                    path=path.relative_to(root).as_posix(),
                ),
                fix=phrase("Put the file itself there; links are not packed."),
            )
        if path.is_dir():
            yield from _walk(path, root)
        else:
            yield path
