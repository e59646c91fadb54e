"""Where a deployment keeps the addons that were installed into it.

var/addons/
  active.json             which versions run, and which ran before (`active`)
  journal.json            the step under way, if there is one (`journal`)
  lock                    held by whoever installs
  store/<name>/<version>-<digest>/   one version of one addon (`store`)
  incoming/               downloads
  trust/                  what was verified of the registry the last time
  processes/<pid>.json    how far each platform process of this machine is (`standing`)
  wishes/                 what pages asked for (`wishes`)
  progress.json           what the step under way is at (`progress`)
  history.jsonl           every step and what came of it (`history`)
  accepted/               what somebody goes on with although its key was revoked (`accepted`)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DIGEST_CHARACTERS = 12
"""Of the wheel's SHA-256: enough to keep two builds of one version apart, and readable."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder of a deployment's addons; nothing is made by asking for a path."""

    root: Path

    @property
    def active(self) -> Path:
        return self.root / "active.json"

    @property
    def journal(self) -> Path:
        return self.root / "journal.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"

    @property
    def trust(self) -> Path:
        return self.root / "trust"

    @property
    def processes(self) -> Path:
        return self.root / "processes"

    @property
    def progress(self) -> Path:
        return self.root / "progress.json"

    @property
    def history(self) -> Path:
        return self.root / "history.jsonl"

    @property
    def accepted(self) -> Path:
        return self.root / "accepted"

    @property
    def wishes(self) -> Path:
        return self.root / "wishes"

    def version_folder(self, name: str, version: str, sha256: str) -> Path:
        """Where this build of this version lies, or would lie."""
        return self.store / name / f"{version}-{sha256[:DIGEST_CHARACTERS]}"


def of(var: Path) -> Layout:
    """The layout in this `AORABOOKS_VAR`."""
    return Layout(var / "addons")
