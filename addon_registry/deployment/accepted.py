"""Which installed addons somebody goes on with, knowing that their publisher's key was revoked.

It is said of one build: another version of the addon by the same key has to be thought of anew.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from addon_registry.deployment.active import Installed
from addon_registry.deployment.files import read_json, write_json
from addon_registry.deployment.layout import DIGEST_CHARACTERS, Layout
from core.clock import utc_now


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who goes on with a build, since when (UTC, as ISO 8601 writes it), and why."""

    sha256: str
    key_id: str
    by: str
    why: str
    at: str


def accept(layout: Layout, installed: Installed, *, by: str, why: str) -> Accepted:
    """Write down that somebody goes on with this build. Raises OSError on a full disk."""
    at = utc_now().isoformat(timespec="seconds")
    said = Accepted(installed.sha256, installed.key_id, by, why, at)
    write_json(_file(layout, installed), asdict(said))
    return said


def acceptance(layout: Layout, installed: Installed) -> Accepted | None:
    """Who goes on with this very build, if anybody said so."""
    data = read_json(_file(layout, installed))
    if data is None:
        return None
    said = Accepted(**data)
    same = (said.sha256, said.key_id) == (installed.sha256, installed.key_id)
    return said if same else None


def _file(layout: Layout, installed: Installed) -> Path:
    return layout.accepted / f"{installed.name}-{installed.sha256[:DIGEST_CHARACTERS]}.json"
