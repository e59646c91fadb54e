"""The files that make a wheel of a folder: METADATA, WHEEL, entry_points.txt and RECORD.

Formats: core metadata 2.4 (packaging.python.org/specifications/core-metadata), entry points, and
the binary distribution format with its RECORD (formerly PEP 376 and 427).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Final

from addon_registry.package.contents import FileDigest
from addon_registry.package.names import GROUP, TAG, distribution
from addon_registry.package.requirements import Locked
from core.addons.manifest import Manifest

WHEEL: Final = f"Wheel-Version: 1.0\nGenerator: aorabooks 1\nRoot-Is-Purelib: true\nTag: {TAG}\n"
PYTHON: Final = ">=3.11"


def metadata(manifest: Manifest, requirements: Iterable[Locked], readme: str) -> str:
    """METADATA: what the index of any Python registry shows."""
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {distribution(manifest).replace('_', '-')}",
        f"Version: {manifest.version}",
        f"Summary: {_one_line(manifest.summary)}",
    ]
    if manifest.publisher:
        lines.append(f"Author: {_one_line(manifest.publisher)}")
    if manifest.homepage:
        lines.append(f"Project-URL: Homepage, {manifest.homepage}")
    lines.append(f"Requires-Python: {PYTHON}")
    lines += [f"Requires-Dist: {locked.requirement}" for locked in requirements]
    if readme:
        lines += ["Description-Content-Type: text/markdown; charset=UTF-8", "", readme.rstrip()]
    return "\n".join(lines) + "\n"


def entry_points(manifest: Manifest) -> str:
    """entry_points.txt: by it an installed package is found as an addon."""
    return f"[{GROUP}]\n{manifest.name} = {manifest.name}\n"


def record(files: Mapping[str, FileDigest], own: str) -> str:
    """RECORD, which lies at `own` and names itself without a digest."""
    rows = [
        f"{path},sha256={_unpadded(file.sha256)},{file.size}"
        for path, file in sorted(files.items())
    ]
    return "\n".join([*rows, f"{own},,"]) + "\n"


def _unpadded(sha256: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(sha256)).rstrip(b"=").decode("ascii")


def _one_line(text: str) -> str:
    return " ".join(text.split())
