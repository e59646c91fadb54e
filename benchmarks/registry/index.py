"""What a registry of a thousand addons, three releases each, costs those who read it."""

# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import orjson
from tuf.api.metadata import TargetFile

from addon_registry.repository import state
from addon_registry.repository.change import Change
from addon_registry.repository.client import Registry
from addon_registry.repository.layout import release_path
from addon_registry.repository.resolving import resolve
from addon_registry.repository.signing_keys import read_folders
from benchmarks.figure import Figure, against, progress
from benchmarks.registry.made_up import made_up_registry
from core.db.base import utc_now

NAMES: Final = ("registry_index_ms", "registry_resolve_ms", "registry_refresh_ms")
ADDONS: Final = 1_000
FILES: Final = ("addon.whl", "addon.whl.sig", "README.md", "screenshot-1.png")
WANTED: Final = 20
ROUNDS: Final = 7
CORE: Final = "1.0.0"
SHIPPED: Final = {"contacts": "1.0.0", "accounting": "1.0.0"}


def measure() -> Iterator[Figure]:
    """Reading the index for the first time, choosing versions, and asking what is new."""
    with tempfile.TemporaryDirectory(prefix="aorabooks-bench-") as folder:
        place = Path(folder)
        progress(f"a registry of {ADDONS} addons")
        registry = made_up_registry(place / "kept", place / "trust", ADDONS)
        _name_all_files(place / "kept")
        registry.refresh()
        content = orjson.dumps(registry.index().records)
        bare = _milliseconds(lambda: orjson.loads(content))
        # A process reads each state once, so every round reads one that it does not know.
        unknown = iter([_copy(place, number) for number in range(ROUNDS)])
        first = _milliseconds(lambda: _read(next(unknown)))
        yield against(NAMES[0], first, "ms", bare, "beside parsing the same JSON")
        wanted = dict.fromkeys(registry.index().names[:WANTED], "")
        chosen = _milliseconds(lambda: _resolve(registry, wanted))
        yield Figure(NAMES[1], chosen, "ms", note=f"{WANTED} addons at once")
        asked = _milliseconds(registry.refresh)
        yield Figure(NAMES[2], asked, "ms", note=f"{ADDONS * 3 * len(FILES)} files, nothing new")


def _name_all_files(kept: Path) -> None:
    """Have the registry's metadata name as many files as the releases would have."""
    with state.held(kept / "registry") as current:
        change = Change(current, read_folders([kept / "keys"]), utc_now())
        for name, records in current.records.items():
            for record in records:
                for file in FILES:
                    path = release_path(name, record["version"], file)
                    info = TargetFile.from_data(path, path.encode(), ["sha256"])
                    change.releases.signed.targets[path] = info
        change.sign_anew("releases")
        change.commit()


def _copy(place: Path, number: int) -> Path:
    return Path(shutil.copytree(place / "trust", place / f"trust-{number}", symlinks=True))


def _read(trust: Path) -> None:
    """What a process does that shows the catalogue for the first time."""
    assert sum(1 for _ in Registry(trust).index().newest_of_each(CORE)) == ADDONS


def _resolve(registry: Registry, wanted: dict[str, str]) -> None:
    plan = resolve(registry.index(), wanted, installed={}, core_version=CORE, shipped=SHIPPED)
    assert len(plan.changes) == WANTED


def _milliseconds(work: Callable[[], object]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    return 1000 * statistics.median(once() for _ in range(ROUNDS))
