"""What files of a package are called, and which paths may occur in one.

The wheel's name and its `.dist-info` folder follow the binary distribution format
(packaging.python.org/specifications/binary-distribution-format, formerly PEP 427 and 491).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from addon_registry.errors import InvalidPackage
from addon_registry.package.limits import MAX_PATH
from core.addons.discovery import ENTRY_POINT_GROUP
from core.addons.manifest import Manifest
from core.i18n.phrases import phrase

GROUP: Final = ENTRY_POINT_GROUP
TAG: Final = "py3-none-any"
CONTENTS: Final = "aorabooks-manifest.json"
SBOM_FOLDER: Final = "sboms"
SIGNATURE_SUFFIX: Final = ".sig"
CHECK_SUFFIX: Final = ".check.json"
_PART: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.+@~ ()-]*[A-Za-z0-9_+@~()-])?")
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def distribution(manifest: Manifest) -> str:
    """The distribution's name as file names spell it."""
    return f"aorabooks_addon_{manifest.name}"


def wheel_name(manifest: Manifest) -> str:
    """The wheel's file name."""
    return f"{distribution(manifest)}-{manifest.version}-{TAG}.whl"


def dist_info(manifest: Manifest) -> str:
    """The folder of the wheel's own metadata."""
    return f"{distribution(manifest)}-{manifest.version}.dist-info"


def signature_path(wheel: Path) -> Path:
    """Where the signature of a wheel lies."""
    return wheel.with_name(wheel.name + SIGNATURE_SUFFIX)


def check_path(wheel: Path) -> Path:
    """Where the measured tier of a wheel lies."""
    return wheel.with_name(wheel.name + CHECK_SUFFIX)


def refuse_unsafe(paths: Iterable[str]) -> None:
    """Raise InvalidPackage unless these can be files of one folder on every system.

    Refused are paths that lead outside, names that only some systems can hold, two that differ in
    case alone, and a file that is also a folder.
    """
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in paths:
        if len(path) > MAX_PATH or not all(map(_is_portable, path.split("/"))):
            raise InvalidPackage.of(
                "path",
                phrase("{path} is no path that a package may hold.", path=repr(path)),
                fix=phrase(
                    "Use relative paths of letters, digits, dots, hyphens and underscores,"
                    " {most} characters at most.",
                    most=MAX_PATH,
                ),
            )
        _note(files, path)
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folders.setdefault(folder.casefold(), folder) != folder:
                _refuse_twice(folders[folder.casefold()], folder)
    for folded, folder in folders.items():
        if folded in files:
            _refuse_twice(files[folded], folder)


def _is_portable(part: str) -> bool:
    return _PART.fullmatch(part) is not None and _DEVICES.fullmatch(part) is None


def _note(files: dict[str, str], path: str) -> None:
    folded = path.casefold()
    if folded in files:
        _refuse_twice(files[folded], path)
    files[folded] = path


def _refuse_twice(first: str, second: str) -> None:
    raise InvalidPackage.of(
        "path",
        phrase(
            "{first} and {second} would be one file on some systems.", first=first, second=second
        ),
        fix=phrase("Rename one of them."),
    )
