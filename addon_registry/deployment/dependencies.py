"""Python packages of others that an addon brings, in a folder of its own.

They come from the addon's locked list alone, each checked by its digest (pip's hash-checking mode),
as wheels: nothing of them runs while they are installed. All addons run in one interpreter, where a
package can be there in one version only; so a list that wants another version than the platform or
an addon that stays has is refused before anything is fetched.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import Version

from addon_registry.errors import UntrustedPackage
from addon_registry.package import requirements
from addon_registry.package.requirements import Locked
from core.errors import Conflict, Unavailable
from core.i18n import phrase

INSTALL_SECONDS: Final = 300
_LAST_WORDS: Final = 800
_OTHER_DIGEST: Final = re.compile(r"hash mismatch|do not match the hashes", re.IGNORECASE)
"""What uv and pip say of a file whose digest the list does not name."""


def locked_in(addon: Path) -> tuple[Locked, ...]:
    """What the addon in this folder needs here; raises InvalidPackage for a list that is none."""
    path = addon / requirements.FILE_NAME
    if not path.is_file():
        return ()
    found = requirements.read_locked(path.read_text(encoding="utf-8"))
    return tuple(each for each in found if not each.marker or Marker(each.marker).evaluate())


def in_folder(folder: Path) -> dict[str, str]:
    """Names and versions of the packages in this folder."""
    if not folder.is_dir():
        return {}
    return _versions([str(folder)])


def of_platform() -> dict[str, str]:
    """Names and versions of what the platform itself runs on."""
    return _versions([path for path in sys.path if "site-packages" in path])


def refuse_conflicts(
    name: str, wanted: Sequence[Locked], present: Mapping[str, Mapping[str, str]]
) -> None:
    """Raise Conflict if somebody (`present`: who, and what they have) has another version."""
    clashes = [
        phrase(
            "{package} {wanted}, but {who} has {version}",
            package=each.name,
            wanted=each.version,
            who=who,
            version=versions[each.name],
        )
        for who, versions in present.items()
        for each in wanted
        if each.name in versions and Version(versions[each.name]) != Version(each.version)
    ]
    if clashes:
        raise Conflict(
            phrase("{name} needs {clashes}.", name=name, clashes="; ".join(clashes)),
            fix=phrase("Ask its publisher for a version that goes with these."),
        )


def install(addon: Path, target: Path) -> None:
    """Fetch what the addon's list names into `target`; does nothing without a list.

    Raises Unavailable when something cannot be fetched, UntrustedPackage when what was fetched is
    not what the list says.
    """
    if not locked_in(addon):
        return
    command = [
        *(*_installer(), "--quiet", "--require-hashes", "--no-deps"),
        *("--only-binary", ":all:", "--target", str(target.absolute())),
        *("-r", str((addon / requirements.FILE_NAME).absolute())),
    ]
    try:
        # At the root, since uv takes the settings of whatever project it is called in.
        done = subprocess.run(
            command,
            cwd=target.absolute().anchor,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        said, failed = " ".join(done.stderr.split()), done.returncode != 0
        said = said or f"it ended with status {done.returncode}"
    except subprocess.TimeoutExpired:
        said, failed = f"no answer within {INSTALL_SECONDS} seconds", True
    if failed and _OTHER_DIGEST.search(said):
        raise UntrustedPackage(
            phrase(
                "A Python package of {name} is not the one that its publisher locked: {reason}",
                name=addon.name,
                reason=said[-_LAST_WORDS:],
            ),
            fix=phrase("Do not use it; ask the publisher, and whoever keeps the package index."),
        )
    if failed:
        raise Unavailable(
            phrase(
                "The Python packages of {name} could not be fetched: {reason}",
                name=addon.name,
                reason=said[-_LAST_WORDS:],
            ),
            fix=phrase("Check the network and the package index, and try again."),
        )


def _installer() -> list[str]:
    """The command of uv, else of pip."""
    uv = _uv()
    if uv is not None:
        # Not for the interpreter that it would find by itself, whose wheels may be others.
        return [uv, "pip", "install", "--python", sys.executable]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install", "--no-compile"]
    raise Unavailable(
        phrase("Neither uv nor pip is there to install Python packages with."),
        fix=phrase("Install uv, and try again."),
    )


def _uv() -> str | None:
    """uv beside this interpreter or on the path."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def _versions(paths: list[str]) -> dict[str, str]:
    return {
        canonicalize_name(each.metadata["Name"]): each.version
        for each in distributions(path=paths)
        if each.metadata["Name"]
    }
