"""How fast packages are verified, beside the digest of the same bytes, which nothing can beat.

The package is as large as addons get: thousands of files of code and words, and some pictures.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from addon_registry import keys
from addon_registry.package.building import build
from addon_registry.package.signing import sign
from addon_registry.package.unpacking import unpack
from addon_registry.package.verifying import verify_unpacked, verify_wheel
from benchmarks.figure import Figure, against, progress

NAMES: Final = ("verify_mb_per_s", "verify_unpacked_mb_per_s")
MODULES: Final = 2_000
MODULE_BYTES: Final = 8_000
PICTURES: Final = 40
PICTURE_BYTES: Final = 400_000
ROUNDS: Final = 5
MEGABYTE: Final = 1_000_000


def measure() -> Iterator[Figure]:
    """Both figures: as a wheel, before it is installed, and unpacked, before each start."""
    with tempfile.TemporaryDirectory(prefix="aorabooks-bench-") as folder:
        place = Path(folder)
        key = keys.generate()
        ring = keys.keyring([keys.PublisherKey("Bench", key.public_key())])
        wheel = build(_addon(place / "heavy"), place).path
        signature = sign(wheel, key)
        data = wheel.read_bytes()
        progress(f"a package of {len(data) / MEGABYTE:.0f} MB, {MODULES + PICTURES} files")
        verified = verify_wheel(wheel, signature, ring)
        unpack(wheel, place / "unpacked", verified)
        bare = _rate(len(data), lambda: hashlib.sha256(data).digest())
        whole = _rate(len(data), lambda: verify_wheel(wheel, signature, ring))
        yield against(NAMES[0], whole, "MB/s", bare, "beside SHA-256 of the same bytes")
        spread = _rate(
            verified.contents.size, lambda: verify_unpacked(place / "unpacked", signature, ring)
        )
        yield against(NAMES[1], spread, "MB/s", bare, f"{len(verified.files)} files")


def _addon(folder: Path) -> Path:
    """A large addon with nothing in it that means anything."""
    chance = random.Random(5)
    (folder / "services").mkdir(parents=True)
    (folder / "static").mkdir()
    (folder / "addon.toml").write_text(
        'name = "heavy"\ntitle = "Heavy"\nsummary = "Large."\nversion = "1.0.0"\ncore = ">=1,<2"\n'
    )
    (folder / "__init__.py").write_text('"""Large."""\n')
    (folder / "plugin.py").write_text('"""Nothing."""\n')
    for number in range(MODULES):
        lines = [f"VALUE_{chance.randrange(10**9)} = {chance.random()}" for _ in range(200)]
        text = "\n".join(lines)[:MODULE_BYTES]
        (folder / "services" / f"part_{number}.py").write_text(text)
    for number in range(PICTURES):
        (folder / "static" / f"picture_{number}.png").write_bytes(chance.randbytes(PICTURE_BYTES))
    return folder


def _rate(size: int, action: Callable[[], object]) -> float:
    """Megabytes a second, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return size / statistics.median(taken) / MEGABYTE
