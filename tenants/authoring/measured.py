"""The tier that was measured of a package, kept beside its wheel so that publishing takes it along.

It says of which bytes it speaks. The file is no proof: whoever installs the addon can measure it
again.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from addon_registry.package.archive import load
from addon_registry.package.building import build
from addon_registry.package.names import check_path
from core.clock import utc_now
from core.errors import InvalidInput

if TYPE_CHECKING:
    from tenants.authoring.checking import Verdict


def same_bytes(folder: Path, wheel: Path) -> str:
    """The SHA-256 of the wheel, which must be what this folder gives when it is built.

    Raises InvalidInput if it is not: a tier must not be measured of something else.
    """
    sha256 = hashlib.sha256(load(wheel)).hexdigest()
    with tempfile.TemporaryDirectory() as out:
        built = build(folder, Path(out))
    if built.sha256 != sha256:
        raise InvalidInput.of(
            "wheel",
            f"{wheel} was not built from {folder} as it is now.",
            fix="Build it once more, and check then.",
        )
    return sha256


def keep(verdict: Verdict, wheel: Path, sha256: str) -> Path:
    """Write the verdict beside the wheel; returns the file."""
    path = check_path(wheel)
    said = {
        "name": verdict.name,
        "wheel_sha256": sha256,
        "tier": verdict.tier,
        "findings": [asdict(finding) for finding in verdict.findings],
        "measured_at": utc_now().replace(microsecond=0).isoformat(),
    }
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
