"""`requirements.txt` of an addon: Python packages of others, each pinned and with its digests.

What pip calls hash-checking mode: every line names one version and at least one SHA-256, so that
what is installed is what the author tried. `uv pip compile --generate-hashes` writes such a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from addon_registry.errors import InvalidPackage
from core.i18n.phrases import Phrase, phrase

FILE_NAME: Final = "requirements.txt"
_HASH: Final = re.compile(r"\s--hash[= ]sha256:([0-9a-f]{64})(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Locked:
    """One package in one version, with the digests of its files; `marker` may limit where."""

    name: str
    version: str
    hashes: tuple[str, ...]
    marker: str = ""

    @property
    def requirement(self) -> str:
        """As METADATA writes it."""
        return f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")


def read_locked(text: str) -> tuple[Locked, ...]:
    """The packages in the list, by name; raises InvalidPackage naming a line that is not."""
    locked: dict[tuple[str, str], Locked] = {}
    for line in _lines(text):
        entry = _locked(line)
        if locked.setdefault((entry.name, entry.marker), entry) is not entry:
            raise _refused(entry.requirement, phrase("it is there twice"))
    return tuple(locked[key] for key in sorted(locked))


def _lines(text: str) -> list[str]:
    joined = text.replace("\\\r\n", " ").replace("\\\n", " ")
    stripped = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in joined.splitlines())
    return [line for line in stripped if line]


def _locked(line: str) -> Locked:
    hashes = tuple(sorted(set(_HASH.findall(line))))
    rest = _HASH.sub("", line).strip()
    try:
        requirement = Requirement(rest)
    except InvalidRequirement:
        raise _refused(rest, phrase("it is no package with a version")) from None
    pins = list(requirement.specifier)
    if requirement.url or requirement.extras:
        raise _refused(rest, phrase("addresses and extras cannot be locked"))
    if len(pins) != 1 or pins[0].operator != "==" or pins[0].version.endswith(".*"):
        raise _refused(rest, phrase("it must name one version with =="))
    if not hashes:
        raise _refused(rest, phrase("it has no --hash=sha256:..."))
    name = canonicalize_name(requirement.name)
    return Locked(name, pins[0].version, hashes, str(requirement.marker or ""))


def _refused(line: str, reason: Phrase) -> InvalidPackage:
    return InvalidPackage.of(
        FILE_NAME,
        phrase("{file}: {line}: {reason}.", file=FILE_NAME, line=line, reason=reason),
        fix=phrase("Write the file with: uv pip compile --generate-hashes"),
    )
